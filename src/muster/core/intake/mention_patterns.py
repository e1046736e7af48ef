"""Patterns of what stands around a number in a text; each looks at a bounded stretch."""

import re
from typing import Final

from muster.core.intake.bound_words import ABOUT, LOWER, UPPER
from muster.core.intake.bound_words import BETWEEN as BETWEEN_WORDS
from muster.core.intake.number_words import NUMBER_WORDS
from muster.core.intake.vague_words import VAGUE

PER_WORDS: Final = re.compile(
    r"\s{0,3}(?:(?:\bper\b|\ba\b|\beach\b|\bevery\b|\bpro\b|\bpar\b|\bна\b|\bpor\b|\bal\b|\ba la\b"
    r"|\ba\b|\bna\b|\bza\b|\bpe\b|/)\s?"
    r"(?P<time>day|week|month|tag|woche|monat|jour|semaine|mois|день|добу|тиждень|місяць|día|dia"
    r"|semana|mes|mês|giorno|settimana|mese|dzień|dobę|tydzień|miesiąc|den|týden|měsíc|dag|maand"
    r"|zi|săptămână|lună)\b"
    r"|/\s?(?P<short>міс|мес|тиж|mies|tyg|mois|mes|wk|mth|mo|sem|tydz|gün|hafta|ay)\b\.?"
    r"|\b(?P<adverb>daily|weekly|monthly|täglich|wöchentlich|monatlich|щодня|щодоби|щотижня"
    r"|щомісяця|diari[oa]s?|semanal(?:es)?|mensual(?:es)?|dziennie|tygodniowo|miesięcznie|denně|týdně"
    r"|měsíčně|dagelijks|wekelijks|maandelijks|zilnic)\b"
    r"|\b(?P<turkish>günde|haftada|ayda|günlük|haftalık|aylık)\b)",
    re.IGNORECASE,
)


"""A rate's "per week"."""


SAME: Final = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000\t\r\n\v\f", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    # The digits of Arabic and of Persian, with their own marks for decimals and for thousands.
    | {chr(base + digit): str(digit) for base in (0x660, 0x6F0) for digit in range(10)}
    | {"\u066b": ".", "\u066c": " "}
)


MONTHS = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|févr(?:ier)?|mar(?:ch)?|märz|mars|apr(?:il)?|avril"
    r"|may|mai|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|août|sept?(?:ember|embre)?"
    r"|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|déc(?:embre)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada"
    r"|grudnia|ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro"
    r"|março|maio|junho|julho|setembro|outubro|dezembro|maart|mei|augustus"
    r"|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    r"|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
)


TOKEN: Final = re.compile(
    rf"""
    (?P<address>(?:[\w-]{{1,40}}\.){{1,4}}[a-z]{{2,6}}/[\w/.-]{{1,300}}|https?://\S{{1,2000}}|www\.\S{{1,500}}|(?<![\w.+-])[\w.+-]{{1,64}}@[\w.-]{{1,99}})
    |(?P<date>(?<![\d.,])(?:
        \d{{4}}-\d{{2}}-\d{{2}}(?:T[\d:]{{4,8}}Z?)?
        |\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})
        |\d{{1,2}}\.?(?:\s?(?:-|/|to|and|&)\s?\d{{1,2}}\.?)?\s?(?:of\s|de\s)?(?:{MONTHS})\b\.?
            (?:,?\s(?:de\s)?\d{{4}}\b)?(?!\w)
        |\d{{6}}Z\s?[A-Z]{{3}}\s?\d{{2,4}}
        )(?![\d]))
    |(?P<monthdate>\b(?:{MONTHS})\b\.?\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}\b
        |(?:19|20)\d\d\b|\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s?[\w.,]*\d)))
    |(?P<time>(?<![\d.,])\d{{1,2}}[:]\d{{2}}(?::\d{{2}})?(?![\d:])|(?<!\d)\d{{4}}\s?(?:UTC|GMT|hrs)\b)
    |(?P<phone>\+\d[\d\ ()./-]{{6,20}}\d|(?<!\d)00\d\d[\d\ ()./-]{{6,18}}\d)
    |(?P<reference>\w{{0,12}}\(\w{{1,12}}\)[\w()/]{{0,10}}\(\d{{2,4}}\)\d{{0,6}}\w{{0,12}})
    |(?P<name>(?<![^\W_])[^\W\d_]{{1,20}}(?:-\d|\d)(?:[^\W_]|[-./](?=\d))*)
    |(?P<vague>(?<![^\W_]){VAGUE})
    |(?P<number>(?:(?<![^\W_])|(?<=[xX]))
        (?:[1-9]\d{{0,2}}(?:[ ']\d{{3}})+(?!\d)(?:[.,]\d{{1,9}}(?!\d))?
        |\d(?:\d|[.,'](?=\d))*))
    |(?P<word>(?<![^\W_])(?:{NUMBER_WORDS})(?:(?:[ -]|\sand\s)(?:{NUMBER_WORDS}))*(?![^\W_]))
    """,
    re.VERBOSE | re.IGNORECASE,
)


ANY: Final = re.compile(rf"\d|(?<![^\W_])(?:{NUMBER_WORDS}|{VAGUE})(?![^\W_])", re.IGNORECASE)


LONGEST = 60


"""Characters of a numeral; a longer one is no amount of anything."""


_SCALES: Final = (
    r"(?:\s{0,2}(?:(?P<scale>dozens?|hundreds?|thousands?|millions?|billions?|tsd\.?|mio\.?|mln\.?"
    r"|mrd\.?|tausend|millionen|mille|tys\.?|tysi(?:ąc|ące|ęcy)|tisíce?|mil|mila|mii|duizend|mil(?:ion\w{0,3}"
    r"|lones|lón|hão|hões|ioane|joen)|тисяч[аі]?|тис\.?|млн\.?|мільйон\w{0,2}|bin|milyon|hunderte?)"
    r"(?![^\W_])|(?P<short>k|m|mn|bn)(?![^\W_]|[23²³/])))?"
)


ROMANCE: Final = re.compile(
    r"\b(?:del?|para|los|las|y|com|dos|das|uma|litros|personas|unidades|mantas|kits de)\b|[ñãõç]",
    re.IGNORECASE,
)
"""Signs of Spanish or Portuguese, where "mil" is a thousand."""


SCALE: Final = re.compile(_SCALES, re.IGNORECASE)


SCALE_NAMES: Final = {
    **dict.fromkeys(
        re.split(
            r"\|",
            "tsd|tausend|mille|тисяч|тисяча|тисячі|тис|bin|tys|tysiąc|tysiące|tysięcy|tisíc|tisíce|mil"
            "|mila|mii|duizend",
        ),
        "thousand",
    ),
    **dict.fromkeys(("mio", "mln", "mn", "millionen", "млн", "milyon"), "million"),
    **dict.fromkeys(("hundert", "hunderte"), "hundred"),
    "mrd": "billion",
    "bn": "billion",
}


JOIN: Final = re.compile(
    r"\s{0,2}(?P<join>-|\bto\b|\bbis\b|\bor\b|\bà\b|\baž\b|\btot\b|\bdo\b|\bдо\b|\bhasta\b|\baté\b"
    r"|/)\s{0,2}(?P<second>(?:[1-9]\d{0,2}(?:[ ']\d{3})+(?!\d)"
    r"|\d(?:\d|[.,'](?=\d)){0,30})(?:[.,]\d{1,9}(?!\d))?)(?![^\W_]{3}\d)",
    re.IGNORECASE,
)


BETWEEN: Final = re.compile(
    r"\b(?:between|zwischen|entre|między|mezi|tra|tussen|între)\s{1,2}$", re.IGNORECASE
)


AND: Final = re.compile(
    r"\s{1,2}(?P<join>and|und|et|y|a|i|e|en|și)\s{1,2}(?P<second>[1-9]\d{0,2}(?:[ ']\d{3})+(?!\d)"
    r"|\d(?:\d|[.,'](?=\d)){0,30})",
    re.IGNORECASE,
)


QUALIFIER: Final = re.compile(
    rf"(?:(?P<upper>{UPPER})|(?P<lower>{LOWER})|(?P<about>{ABOUT})"
    rf"|(?P<between>{BETWEEN_WORDS}))['\"]?\s{{0,3}}['\"(]?$",
    re.IGNORECASE,
)


AFTER: Final = re.compile(
    r"\s{0,2}(?:(?P<upper>or less\b|or fewer\b|at most\b|maximum\b|max\b\.?|kadar\b)"
    r"|(?P<lower>\+(?!\d)|or more\b|and more\b|and above\b|at least\b|minimum\b|plus\b|oder mehr\b"
    r"|ou plus\b|або більше\b|-?d[ae]n fazla\b))",
    re.IGNORECASE,
)


MONEY_BEFORE: Final = re.compile(
    r"(?P<code>\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|TL|UAH|CAD|AUD|NZD|JPY"
    r"|KRW|INR|CNY|AED|SAR|QAR|KWD|MDL|GEL|AMD|AZN|MKD|ALL|RSD|BAM|HRK|LTL|LVL|EEK|SKK|MAD|Euro|US)"
    r"|US\$|C\$|A\$|\$|€|£|¥|₴|₺|kr\.?)\s{0,2}$"
)


MONEY_AFTER: Final = re.compile(
    r"\s{0,2}(?P<code>(?:M|m|mn|k)?(?:EUR|USD|GBP)|[Mk]€|kr\.?|EUR|USD|GBP|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|TL|UAH|CAD|AUD"
    r"|NZD|JPY"
    r"|KRW|INR|CNY|[Ee]uros?|євро|(?:US |Canadian "
    r"|Australian )?[Dd]ollars?|[Pp]ounds sterling|€|\$|£|₴"
    r"|(?:[^\W\d_]+ )?(?:kroner|kronor|[Kk]ronen|crowns|Franken|francs|z[lł]oty\w?|yen|rubles"
    r"|hryvnias?|shillings|rupees)"
    r"|US-Dollar|Dollar|грн|гривень|lira)(?![^\W_])"
)


SCALED_MONEY: Final = re.compile(r"(?P<scale>M|m|mn|k)(?P<code>EUR|USD|GBP|€)")
"""Millions and thousands of money in one word: "MEUR", "kUSD"."""
MONEY_SCALES: Final = {"k": "thousand", "M": "million", "m": "million", "mn": "million"}


CURRENCIES: Final = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "US": "USD",
    "£": "GBP",
    "C$": "CAD",
    "A$": "AUD",
    "¥": "JPY",
    "₴": "UAH",
    "₺": "TRY",
    "TL": "TRY",
    "Euro": "EUR",
    "euro": "EUR",
    "євро": "EUR",
    "euros": "EUR",
    "Euros": "EUR",
    "грн": "UAH",
    "гривень": "UAH",
    "lira": "TRY",
    "US dollars": "USD",
    "Canadian dollars": "CAD",
    "Australian dollars": "AUD",
    "kroner": "",
    "kronor": "SEK",
    "kr": "",
    "kr.": "",
    "pounds sterling": "GBP",
}


PREFIX: Final = re.compile(
    r"(?:\b(?:no|nos|nr|num(?:ber)?|pages?|p|pp|annex|appendix|phase|types?|typ|class|sizes?|gr|rozm|talla|pointure|taille|grade"
    r"|level|lot|batch|resolution|article|chapter|figure|fig|table|role|category|cat|version|tel"
    r"|telephone|phone|fax|mobile|mob|un|id|ref|reference|model|modell|mk|mark|section|sect|para"
    r"|paragraph|sector|zone|route|room|building|boeing|airbus|leopard|wisent|marder|gepard|bv|lynx"
    r"|iris|caesar|patriot|hawk|falcon|ural|kamaz|unimog|serial|version|tier|group|stage|day|week"
    r"|round|sitrep|report|update|item|line|point|stufe|klasse|größe|тип|клас|розмір|стор|tip|sınıf"
    r"|vitamin|covid|dtg|iso|en|nato|stanag|spec)\b\.?|[#№]|\bn[º°]\.?)\s{0,2}:?\s{0,2}$",
    re.IGNORECASE,
)


YEAR_BEFORE: Final = re.compile(
    r"\b(?:in|since|by|from|until|till|of|during|before|after|for|fy|year|early|late|mid|end|winter"
    r"|summer|spring|autumn|seit|im jahr|en|depuis|у|в|з|року|the)\s{0,2}-?$",
    re.IGNORECASE,
)


FOR_BEFORE: Final = re.compile(
    r"\b(?:for|with|à|pour|für|mit|avec|для|на|із|з"
    r"|capacity(?: of)?|accommodat\w{1,4}|hous(?:e|ing)"
    r"|serv(?:e|ing)|cover(?:ing)?|each|containing|holding)\s{0,2}['\"(]?$",
    re.IGNORECASE,
)


UNIT_AFTER: Final = re.compile(
    r"(?P<gap>\s{0,3})\(?(?P<unit>(?:metric|cubic|square|running) [a-z]{3,7}|°\s?[CcFf]?|%|‰"
    # "7 T-72 tanks" are no tonnes.
    r"|[^\W\d_]{1,14}(?:[23²³](?!\d))?(?:/(?:h|hr|s|min|hour|t)\b)?\.?)(?![^\W_])"
    r"(?!(?<=\s(?-i:[A-Z]))-\d)",
    re.IGNORECASE,
)


OF: Final = re.compile(
    r"\)?\s{1,3}(?:(?:of|an|de)\s{1,2}|d['\u2019]\s{0,2})|\)?\s{0,2}x\s", re.IGNORECASE
)


TIMES: Final = re.compile(r"\s{0,2}[x×*](?!-[^\W\d_])\s{0,2}(?=\D|\d)", re.IGNORECASE)


DIMENSION: Final = re.compile(
    r"\s{0,2}[x×*]\s{0,2}\d{1,5}(?:[.,]\d{1,3})?"
    r"(?:\s{0,2}[x×*]\s{0,2}\d{1,5}(?:[.,]\d{1,3})?)?\s{0,2}"
    r"(?P<unit>mm|cm|m|metres?|meters?|inch(?:es)?)(?![^\W_])",
    re.IGNORECASE,
)


WHEELS: Final = re.compile(
    r"(?<=[468])\s?[x×]\s?(?:2|4|6|8)\s(?=(?:[^\W\d_]+\s){0,2}(?:vehicles?|trucks?|lorr(?:y|ies)|ambulances?"
    r"|cars?|pick-?ups?|jeeps?|off-road|4wd|suvs?)\b)"
    r"|[x×](?:2|4|6|8|10)(?![\d\s]*[^\W\d_]{1,2}\b)(?=\W|$)",
    re.IGNORECASE,
)


CALIBRE: Final = re.compile(r"\s?[x×]\s?\d{1,4}(?:[.,]\d{1,3})?\s?(?:mm)?[^\W\d_]{0,3}(?![^\W_])")


LITERAL_X: Final = re.compile(r"[x×](?![^\W\d_])", re.IGNORECASE)


ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|ère|ème|\.)(?=\s[^\W\d_])|(?:st|nd|rd|th)\b")


ADJECTIVE: Final = re.compile(r"-[^\W\d_]")


QUALIFIER_WORDS: Final = {
    "upper": "up to ",
    "lower": "at least ",
    "about": "about ",
    "between": "",
}


VAGUE_ARTICLE: Final = re.compile(
    r"an?\s(?:few|number|lot|couple|range|variety|series|total|further|little|great|large number"
    r"|significant|(?:large |further |first |new )?(?:stock|batch)|quantity|certain|day|week"
    r"|month|year|result|request|list|first|second|third|new"
    r" (?:package|batch)|part|member|consignment|shipment"
    r"|batch|cargo|load|planeload|shipload|convoy|donation|contribution|package"
    r"|additional|estimated|view|need|statement|spokes\w+|response|source|official|minister|report"
    r"|help|time|total|decision|joint|press|news|part|way)\b|an?\sadditional\b"
    r"|an?\s(?:[\w$€.,-]{1,20}\s){0,4}?(?:package|drawdown|tranche|shipment|consignment|convoy)\b"
    r"|ein\w{0,2}\s(?:[\w-]+\s){0,3}?(?:Anzahl|Reihe|Vielzahl|Teil|Land)\b"
    r"|ein\w{0,2}\s(?:[\w-]+\s)?\w*[Pp]aket\b"
    r"|an\s(?:die|das|der|den|dem|deren|einem?|einer)\b|an\s[^\W\d_a-z]",
    re.IGNORECASE,
)


GLUED: Final = re.compile(r"[^\W\d_]{1,14}[23\u00b2\u00b3]?")


SAME_WORD: Final = re.compile(r"(?:[^\W_]|[-./](?=[^\W_]))*")


ARTICLES: Final = frozenset({"a", "an", "ein", "eine", "einen", "einem", "einer"})


PER_BEFORE: Final = re.compile(
    r"\b(?P<adverb>günde|haftada|ayda|günlük|haftalık|aylık|daily|weekly|monthly|щодня|щотижня"
    r"|щомісяця):?\s{1,2}$",
    re.IGNORECASE,
)
"""A rate that is said before its amount: "günde 50.000 litre"."""
