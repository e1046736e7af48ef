"""What an imported line is held against: catalogue, register, and the rules of an operation."""

import functools
from collections.abc import Callable, Iterable
from datetime import date

from muster.core.exchange import DraftLine
from muster.core.intake.items import Entry, Index
from muster.core.intake.nations import find_nation
from muster.core.intake.settled import CERTAIN, Candidate, Facts, Known, Named, Purpose
from muster.core.quantities.units import Pack, find_measure
from muster.core.refusals import Refusal
from muster.core.rulebook.book import Verdict
from muster.core.rules import Giver, Thing, mandate_forbids, standing_forbids
from muster.queries.catalogue import entries
from muster.queries.guarantee import not_asking
from muster.queries.policies import organisation_refused
from muster.queries.register import giver_on, thing
from muster.queries.rule_cases import offers_judge
from muster.queries.rules import Judged, book_now, offer_facts, request_facts
from muster.records.models import Item, Operation, Party
from muster.records.models import Pack as PackRecord

_Forbids = Callable[[str, str, date], Refusal | None]


def facts_for(
    operation: Operation, purpose: Purpose, *, party: str, party_text: str = "", day: date
) -> Facts:
    """Gather, in a fixed number of questions, what the lines of one import are held against.

    Args:
        operation: where they are to be stored.
        purpose: what they are to become.
        party: whose lines they are where the file does not say; requests fall to the operation's
            recipient if it has but one.
        party_text: whose list it is by its own words, where nobody has said.
        day: the day on which the list was stated.
    """
    items = catalogue()
    parties = {found.code: found for found in Party.objects.all()}
    recipients = [link.party_id for link in operation.recipient_links.all()]
    named = _namer(parties.values())
    party = party or named(party_text).code
    if not party and purpose is Purpose.REQUESTS and len(recipients) == 1:
        party = recipients[0]
    if purpose is Purpose.REQUESTS:
        forbids = _not_a_recipient(operation, parties, recipients)
    else:
        forbids = _may_not_give(operation, parties)
    return Facts(
        purpose=purpose,
        items=items,
        candidates=candidates_among(entries()),
        party=named,
        default_party=party,
        day=day,
        forbids=forbids,
    )


def party_called(text: str) -> str:
    """Give the code of the one party that people call so; nothing where it is none or several."""
    return _namer(Party.objects.all())(text).code


def catalogue() -> dict[str, Known]:
    """Give every item with its packs, by code."""
    packs: dict[str, list[Pack]] = {}
    for pack in PackRecord.objects.all():
        packs.setdefault(pack.item_id, []).append(Pack(pack.name, pack.holds))
    return {
        item.code: Known(
            code=item.code,
            name=item.name,
            unit=item.unit,
            packs=tuple(packs.get(item.code, ())),
            measured=find_measure(item.unit).divisible,
        )
        for item in Item.objects.all()
    }


def candidates_among(
    entries: tuple[Entry, ...],
) -> Callable[[DraftLine], tuple[Candidate, ...]]:
    """Make the search for what a draft may mean: by its code, else by its words."""
    index = _index(entries)
    found: dict[str, tuple[Candidate, ...]] = {}

    def look_up(text: str) -> tuple[Candidate, ...]:
        if text not in found:
            [matches] = index.match([text])
            found[text] = tuple(
                Candidate(code=m.code, confidence=m.confidence, why=f"{m.why}: {m.matched}")
                for m in matches
            )
        return found[text]

    def look(draft: DraftLine) -> tuple[Candidate, ...]:
        if draft.item_code:
            by_code = look_up(draft.item_code)
            if by_code and by_code[0].confidence >= CERTAIN:
                return by_code
        return look_up(draft.item_text) if draft.item_text else ()

    return look


@functools.lru_cache(maxsize=2)
def _index(entries: tuple[Entry, ...]) -> Index:
    """Take the catalogue apart once, until it changes."""
    return Index(entries)


def _namer(parties: Iterable[Party]) -> Callable[[str], Named]:
    """Make the search for whom a text names: by code, by three letters, or by name."""
    by_word: dict[str, str] = {}
    for party in parties:
        for word in (party.name, party.iso3, party.code):
            if word:
                by_word[word.casefold()] = party.code

    @functools.cache
    def look(text: str) -> Named:
        code = by_word.get(" ".join(text.split()).casefold(), "")
        if not code:
            nation = find_nation(text)
            code = by_word.get((nation.iso3 or nation.name).casefold(), "") if nation else ""
        return Named(code=code)

    return look


def _not_a_recipient(
    operation: Operation, parties: dict[str, Party], recipients: list[str]
) -> _Forbids:
    """Requests are of the operation's own recipients, as where one is drafted by hand."""

    def forbids(party: str, item: str, day: date) -> Refusal | None:
        del item, day
        if party in recipients:
            return None
        return not_asking(operation, party, called=parties[party].name)

    return forbids


def _may_not_give(operation: Operation, parties: dict[str, Party]) -> _Forbids:
    """What is given is judged by standing, mandate and book, as where one offers by hand."""
    items = {item.code: item for item in Item.objects.all()}
    things: dict[str, Thing] = {code: thing(item) for code, item in items.items()}
    stamp = book_now()
    recipients = [link.party for link in operation.recipient_links.select_related("party")]
    givers: dict[tuple[str, date], Giver] = {}

    @functools.cache
    def judge_of(party: str, day: date) -> Callable[[Item], Judged]:
        return offers_judge(
            stamp,
            operation,
            donor=parties[party],
            day=day,
            offer=offer_facts(),
            request=request_facts(),
            recipients=recipients,
        )

    def forbids(party: str, item: str, day: date) -> Refusal | None:
        if (party, day) not in givers:
            givers[party, day] = giver_on(parties[party], body=operation.body_id, day=day)
        giver = givers[party, day]
        refusal = standing_forbids(giver, body=operation.body_id, day=day)
        refusal = refusal or organisation_refused(operation, giver)
        return refusal or mandate_forbids(giver, things[item]) or by_book(party, item, day)

    @functools.cache
    def by_book(party: str, item: str, day: date) -> Refusal | None:
        found = judge_of(party, day)(items[item])
        is_forbidden = found.judgement.verdict is Verdict.FORBIDDEN
        return found.judgement.refusal() if is_forbidden else None

    return forbids
