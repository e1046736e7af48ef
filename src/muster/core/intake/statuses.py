"""What words say of the state of a need or a gift, in a dozen languages.

Words are judged cautiously: what is announced for later is never delivered, and "provided" is given
without a word on its arrival, so it counts as committed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from muster.core.exchange import Status


@dataclass(frozen=True, slots=True)
class StatusFound:
    """A status with the place of its words in the text."""

    status: Status
    start: int
    end: int


@lru_cache(maxsize=256)
def find_statuses(text: str) -> tuple[StatusFound, ...]:
    """List what words of status a text has, in its order."""
    found = []
    for match in _WORDS.finditer(text):
        status = _STATUS_OF_GROUP[match.lastgroup or ""]
        if status is not None:
            found.append(StatusFound(status, match.start(), match.end()))
    return tuple(found)


def read_status(text: str) -> Status:
    """Say which one status a text states, UNSTATED where it states none or several that differ.

    "Offered or provided" says only that it was at least offered, so joined by "or" the earlier
    stage stands; "sent and delivered" has reached the later one.
    """
    return settled(text, find_statuses(text))


def settled(text: str, found: Sequence[StatusFound]) -> Status:
    """Say which one status words that were found in a text state together."""
    if not found:
        return Status.UNSTATED
    statuses = {each.status for each in found}
    if len(statuses) == 1:
        return found[0].status
    if statuses & _ENDED:
        # "Offer declined" and "request cancelled" name first what it was, then what became of it.
        ended = [each.status for each in found if each.status in _ENDED]
        return ended[0] if len(set(ended)) == 1 else Status.UNSTATED
    reached = sorted(statuses, key=_STAGES.index)
    between = text[found[0].end : found[-1].start]
    return reached[0] if _EITHER.search(between) else reached[-1]


_ENDED: Final = frozenset({Status.DECLINED, Status.CANCELLED})
_STAGES: Final = (
    *(Status.REQUESTED, Status.OFFERED, Status.PLEDGED, Status.ACCEPTED, Status.COMMITTED),
    *(Status.PREPARING, Status.SENT, Status.DELIVERED),
)
_EITHER: Final = re.compile(r"\b(?:or|oder|ou|або|чи|veya|ya da)\b|/", re.IGNORECASE)

# Later is said before delivered, so that "to be delivered" is not read as delivered.
_GROUPS: Final[tuple[tuple[str, Status | None, str], ...]] = (
    (
        "nothing",
        None,
        (
            r"not (?:yet )?(?:been )?(?:offered|accepted|pledged|committed|sent|shipped|delivered"
            r"|received)|undelivered|unaccepted|nicht (?:geliefert|angenommen)|non livrée?s?"
            r"|не (?:доставлено|надіслано)|teslim edilmedi"
            r"|pendientes? de entrega|pending delivery|offered price|on request"
            r"|delivery (?:date|time|address|point|note)s?"
            r"|place of delivery|point of delivery"
            r"|nie dostarczon\w|no entregad[oa]s?|no recibid[oa]s?|nedodán\w"
            r"|non consegnat\w|niet geleverd"
        ),
    ),
    (
        "declined",
        Status.DECLINED,
        (
            r"not (?:required|needed|accepted)|declined|refused|rejected|turned down"
            r"|abgelehnt|nicht benötigt|refusée?s?|rejetée?s?|déclinée?s?"
            r"|відхилен\w{0,3}|не потрібн\w{0,3}|reddedildi|gerekmiyor"
            r"|rechazad[oa]s?|no (?:se )?(?:necesari[oa]s?|necesita)|odrzucon[eyao]"
            r"|niepotrzebn[eyao]|odmítnut\w|zamítnut\w|rifiutat[aeio]|recusad[oa]s?"
            r"|afgewezen|niet nodig|respins[eă]?"
        ),
    ),
    (
        "cancelled",
        Status.CANCELLED,
        (
            r"no longer (?:required|needed|requested)"
            r"|none (?:is |are )?(?:required|needed)(?: any ?more| any longer)?"
            r"|cancel(?:l?ed|lation)|withdrawn|annulled|recalled"
            r"|storniert|zurückgezogen|annulée?s?|retirée?s?|скасован\w{0,3}|відкликан\w{0,3}"
            r"|iptal(?: edildi)?|geri çekildi"
            r"|cancelad[oa]s?|anulad[oa]s?|anulowan[eyao]|odwołan[eyao]|wycofan[eyao]"
            r"|zrušen\w|stažen\w|annullat[aeio]|geannuleerd|ingetrokken|anulat[eă]?"
        ),
    ),
    (
        "preparing",
        Status.PREPARING,
        (
            r"in preparation(?: or execution)?|being (?:prepared|readied)|under preparation"
            r"|ready (?:for|to) (?:dispatch|be dispatched|delivery|be delivered|ship|transport)"
            r"|in (?:planung|vorbereitung)(?:\s?/\s?(?:durchführung|umsetzung))?|en (?:cours de )?"
            r"préparation|vorbereitet|готу\w{1,6}|у підготовці|hazırlan\w{1,8}|in execution"
            r"|in progress"
            r"|preparing(?= to\b|\b)"
            r"|en preparación|w przygotowaniu|v přípravě|in preparazione|em preparação"
            r"|in voorbereiding|în pregătire"
        ),
    ),
    (
        "committed",
        Status.COMMITTED,
        (
            r"(?:to|will|shall|would)(?: also| then| now| soon| equally"
            r"| additionally)? be (?:delivered|sent"
            r"|shipped|dispatched|deployed|provided|supplied"
            r"|transferred|handed over)|(?:will|shall|would)(?: also| then| now| soon| be"
            r"| additionally)? (?:deliver|send"
            r"|ship|dispatch|deploy|provide|supply|transfer|donate|give|contribute)(?:ing|ting)?\b"
            r"|to (?:deliver|send|supply|donate|deploy)(?=\s(?:[a-z]+ ){0,2}\d)|(?:will"
            r"|to) hand over|(?:decided|agreed|plans"
            r"|intends|planning) to (?:deliver|send|provide|donate|supply|transfer|give)"
            r"|(?:will|to) follow|folgen|suivront|seguirán"
            r"|donations?|committed|commits?|commitments?|allocated"
            r"|mobili[sz](?:es|ed|ing)|(?:has |have )?provided|provid(?:es|ing)|donat(?:ed|es|ing)"
            r"|contribut(?:ed|es|ing)|supplied|gave|granted|approved|authori[sz](?:ed|es)"
            r"|made available"
            r"|(?:supply|provision|transfer|donation) of(?=\s(?:[a-z]+ ){0,2}\d)|liefert"
            r"|lieferung von"
            r"|making available|zugesagt|zur Verfügung(?: gestellt| stellen)?"
            r"|stellt(?=[^.]{3,90}\sbereit\b)|bereitgestellt|stellt bereit|(?:a "
            r"|ont )?fourni\w{0,2}"
            r"|engagée?s?|met(?:tent)? à (?:la )?disposition|mise?s? à disposition"
            r"|(?:має намір |планує )?(?:передати"
            r"|передасть|надасть)|надан\w{0,3}|нада[лє]\w{0,2}|виділ\w{1,5}"
            r"|tahsis edil\w{1,4}|sağlan\w{1,5}|bağışla\w{1,5}|taahhüt edil\w{1,4}"
            r"|dona(?:n|do|da|dos|das|rá|rán|ción)|proporciona(?:n|rá)?|enviarán?"
            r"|entregarán?|aportan?|suministran?|przeka(?:że|żą|zuje|zują)|dostarczy"
            r"|dostarczą|wyśle|wyślą|przyznan[eyao]|poskytn(?:e|ou|ul\w?)|daruje"
            r"|daroval\w?|dodá|věnuje|pošle|pošlou|fornisc(?:e|ono)|fornit[aeio]"
            r"|invierà|invieranno|consegnerà|doa(?:m|ou)?|fornece(?:m|u|rá)?|enviará"
            r"|levert|leveren|schenkt|doneert|stelt(?=[^.]{3,90}\sbeschikbaar)|donează"
            r"|furnizează|va trimite|va livra|pune la dispoziție"
            r"|donó|donaron|doaram|donira\w{0,3}|donerar|donerer|adományoz\w{0,2}|bidrar med"
        ),
    ),
    (
        "delivered",
        Status.DELIVERED,
        (
            r"distributed|brought(?: in)?|bringing(?: in)?|lieferten?|erhalten|bekommen"
            r"|(?:newly )?delivered|arrived|received by|transferred|hands over"
            r"|handing over"
            r"|deliver(?:s|ing)|delivery of(?=\s(?:[a-z]+ ){0,2}\d)|übergab(?:en)?|gebracht"
            r"|has reached|have reached|handed over|received"
            r"|accepted on site|ausgeliefert|(?:neu )?geliefert|gelieferte[nrs]?|übergeben"
            r"|eingetroffen"
            r"|livrée?s?|arrivée?s?|reçue?s?|remise?s?|доставлен\w{0,3}|передан\w{0,3}"
            r"|передал[аио]|передав|отрим(?:ан\w{0,3}|ало|али|ав|ала)"
            r"|надійш\w{2}|прибул\w{0,2}|teslim edil\w{1,5}|ulaştı|alındı"
            r"|entreg(?:a|ó|ado|ada|ados|adas|aron|ou|aram|ues?)|recibid[oa]s?|llegaron"
            r"|llegó|dostarczon[eyao]|dostarczył\w{0,2}|przekaza(?:ł\w{0,2}|n[eyao])"
            r"|dotar(?:ł\w{0,2})|doručen\w|dodán\w|předal\w?|předán\w|dorazil\w?"
            r"|consegna(?:t[aeio]|no|ti)?|arrivat[aeio]|ricevut[aeio]|chegaram"
            r"|recebid[oa]s?|geleverd|afgeleverd|overhandigd|aangekomen|ontvangen"
            r"|livrat[eă]?|predat[eă]?|primit[eă]?"
            r"|isporučen\w{0,2}|levererat|levererats|levert|leveret"
        ),
    ),
    (
        "sent",
        Status.SENT,
        (
            r"sent|sends|sending"
            r"|(?<=[a-z] )(?<!please )(?<!kindly )(?<!to )(?<!you )(?<!we )(?<!us )(?<!can )"
            r"(?<!could )(?<!will )(?<!would )(?<!must )(?<!and )send(?= \d)"
            r"|rush(?:ed|es|ing)|shipped|dispatched|dispatch(?:es|ing)"
            r"|deployed|deploys|deploying"
            r"|en route|in transit|under way|on (?:its|the|their) way|departed|left for|flown"
            r"|entsandt|entsendet|(?:ab|ver)gesandt|versendet|verschickt|geschickt|schickt"
            r"|unterwegs"
            r"|envoyée?s?|envoie|expédiée?s?|en route|déployée?s?|надісла\w{1,5}|відправ\w{1,6}"
            r"|направ\w{1,6}|у дорозі|gönder\w{1,7}|sevk edil\w{1,4}|yolda"
            r"|envía[n]?|envió|enviaron|enviad[oa]s?|despachad[oa]s?|wysłał\w{0,2}"
            r"|wysyła(?:ją)?|wysłan[eyao]|skierował\w{0,2}|posílá|posílají|poslal\w?"
            r"|odeslal\w?|odeslán\w|vysílá|vyslal\w?|posiela|poslalo"
            r"|invia(?:no|t[aeio])?|sped(?:isce|it[aeio])|manda(?:no|t[aeio])?"
            r"|envi(?:am|ou|aram)|stuurt|sturen|gestuurd|verzonden|zendt|trimite|trimit"
            r"|trimis[eă]?|expediat[eă]?"
            r"|left(?= [^\W\d_]+ (?:on|for|yesterday|today|this)\b)|šalj[eu]|poslal[aio]"
            r"|poslao|skickar|skickat"
            r"|sänder|sender|sendt|küld\w{0,3}"
        ),
    ),
    (
        "accepted",
        Status.ACCEPTED,
        (
            r"accepted|acceptance|accepts|angenommen|akzeptiert|acceptée?s?|прийнят\w{0,3}"
            r"|kabul edil\w{1,4}"
            r"|aceptad[oa]s?|przyjęt[eyao]|zaakceptowan[eyao]|přijat\w|accettat[aeio]"
            r"|aceit[ea]s?|geaccepteerd|aanvaard|acceptat[eă]?"
        ),
    ),
    (
        "pledged",
        Status.PLEDGED,
        (
            r"pledg(?:ed|es|e|ing)|announc(?:ed|es|ing)|promis(?:ed|es)|vow(?:ed|s)|angekündigt"
            r"|versprochen|annoncée?s?|promise?s|promis|оголо\w{2,6}|обіця\w{2,5}|vaat edil\w{1,4}"
            r"|taahhüt etti|söz verdi|duyurdu"
            r"|anunci(?:a|an|ó|ado|aron|ou)|promete[n]?|prometi[oóu]\w*"
            r"|se compromet\w{1,5}|zapowiedzia\w{1,3}|zapowiada|zadeklarowa\w{1,3}"
            r"|obieca\w{1,3}|slíbil\w?|přislíbil\w?|oznámil\w?|annuncia(?:t[aeio]|no)?"
            r"|promess[aeio]|belooft|beloofd|toegezegd|kondigt aan|aangekondigd|anunțat"
            r"|anunță"
        ),
    ),
    (
        "offered",
        Status.OFFERED,
        (
            r"offers? received|offer(?:ed|s|ing)?|ready to (?:provide|send|deploy|deliver)"
            r"|(?:is|are) (?:ready"
            r"|prepared|willing) to|proposed"
            r"|proposes|available(?= immediately| for| from|$)|angeboten|bietet(?: an)?|angebote?"
            r"|offre(?:s|nt)?|offerte?s?|proposée?s?|пропону\w{1,5}|запропонова\w{2,4}"
            r"|пропозиці\w{1,3}"
            r"|teklif(?:ler)?(?: edil\w{1,4}| etti)?|öner\w{1,5}"
            r"|ofrece[n]?|ofrecid[oa]s?|ofreció|ofertas?|oferuje|oferują|oferowan[eyao]"
            r"|zaoferowa\w{1,3}|nabízí|nabídl\w?|nabídka|ponúka|offrono|offert[aio]"
            r"|oferece[mu]?|oferecid[oa]s?|biedt(?: aan)?|bieden|aangeboden|aanbod"
            r"|oferă|oferit[eă]?"
            r"|nudi|ponudi\w{0,2}|erbjuder|tilbyr|tilbyder"
        ),
    ),
    (
        "requested",
        Status.REQUESTED,
        (
            r"requests? received|request(?:ed|s|ing)?|requirements?|required"
            r"|(?:please|kindly) (?:send|provide|supply|deliver)(?: us)?|send us"
            r"|veuillez (?:envoyer|fournir)|merci de (?:nous )?(?:envoyer|fournir)"
            r"|bitte (?:um|senden)"
            r"|requires|needs?|needed|asks?(?: for)?|asked"
            r"|asking|urgently seeks?|seeks|seeking|sought|appeals?|urge[sd]|call(?:s|ed"
            r"|ing) for|appl(?:y|ies|ied|ying) for"
            r"|shortfall|in need of|short of|lack(?:s|ing)?|run out of|running out of"
            r"|angefragt|angefordert"
            r"|beantragte?n?|bat um|bat|erbeten|benötigt\w{0,2}|bedarf|bittet|gesucht"
            r"|demandée?s?|demande(?:s|nt)?|besoins?"
            r"|requise?s?|sollicite|потреб\w{0,6}|потрібн\w{1,2}|запит\w{0,4}|прос[ия]\w{1,3}"
            r"|необхідн\w{1,3}|ihtiyaç\w{0,6}|talep\w{0,4}(?: edil\w{1,4}| etti)?|gerekli|istenen"
            r"|se (?:solicita|necesita|requiere)n?|solicita(?:n|mos|d[oa]s?|m)?|piden?"
            r"|necesita(?:n|mos)?|necesidades|necesarios?|requieren?|requerid[oa]s?"
            r"|potrzeb\w{0,5}|zapotrzebowani[ea]|prosi|proszą|wnioskuje|potřeb\w{0,4}"
            r"|požaduje|žádá|žádost|žádáme|poptávka|potrebuje|richied(?:e|ono)"
            r"|richiest[aeio]|chied(?:e|ono)|fabbisogno|servono|necessit[aà]|pede[m]?"
            r"|precisa(?:m|mos)?|necessidades|necessári[oa]s?|vraagt|vragen|verzoekt"
            r"|gevraagd|nodig|behoeften?|benodigd\w{0,4}|solicit(?:ă|at[eă]?)|cere|cer"
            r"|necesar(?:e|ul)?|nevoi(?:e|le)?"
            r"|potrebn[oaie]|traži|behöver|begär|trenger|har brug for|szükség\w{0,3}|kér"
        ),
    ),
)
_STATUS_OF_GROUP: Final = {name: status for name, status, _ in _GROUPS}
_WORDS: Final = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(f"(?P<{name}>(?:{words}))" for name, _, words in _GROUPS)
    + r")(?![^\W_])",
    re.IGNORECASE,
)
