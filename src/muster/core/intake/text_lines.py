"""What headings and sentences have said so far, and what of it goes into a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from muster.core.exchange import DraftLine, Issue, Place, Stated, Status, Weight
from muster.core.intake.blocks import Block
from muster.core.intake.phrase_amounts import question
from muster.core.intake.phrases import Phrase
from muster.core.intake.text_patterns import (
    ADDS,
    AS_OF,
    CENTRES,
    DAY,
    GOODS,
    HEAD_DAY,
    MOST_BARE,
    MOST_BEFORE,
    MOST_OF_MONEY,
    SUM,
    VAGUE_AMOUNT,
    blanks,
    part,
)
from muster.core.intake.things import is_sentence, is_thing
from muster.core.quantities.amounts import QuantityKind


@dataclass(slots=True)
class Section:
    """What the headings above say of the lines below."""

    status: Status = Status.UNSTATED
    party: str = ""
    to: str = ""
    skip: bool = False
    named: str = ""
    delivers: bool = False
    """Whether it speaks of deliveries beside offers: what moved on a day was then delivered."""
    lists: bool = False
    """Whether it ended in a colon, so that what is listed below it is meant."""
    roles: tuple[str, ...] = ()
    whole: Status = Status.UNSTATED
    """What the document's title says of all of it."""


@dataclass(slots=True)
class Run:
    """What one block has said so far, for the phrases that follow in it."""

    status: Status = Status.UNSTATED
    party: str = ""
    to: str = ""
    listed: bool = False
    """Whether things follow, by bullet, label or verb."""
    named: str = ""
    has_arrow: bool = False
    skip: bool = False
    holds: bool = False
    """Whether a label said that what follows is included."""
    first: int = 0
    """How many lines there were when the sentence began."""
    day: date | None = None
    """The day with which the sentence begins: "On 3 March 2022 ..."."""


@dataclass(slots=True)
class Told:
    """Who was said to give and to ask, for sentences that do not name them again."""

    giver: str = ""
    status: Status = Status.UNSTATED
    """Of what the giver was last said to give."""
    givers: set[str] = field(default_factory=set)
    asker: str = ""

    def remember(self, party: str, status: Status) -> None:
        """Keep what a sentence says; a centre that passes requests on neither gives nor asks."""
        if not party or party in CENTRES:
            return
        if status is Status.REQUESTED:
            self.asker = party
        elif status is not Status.UNSTATED:
            self.giver, self.status = party, status
            self.givers.add(party)

    def speaks_for(self, run: Run, status: Status) -> None:
        """Let a verb before the things speak for them."""
        run.listed = True
        if status is not Status.UNSTATED:
            run.status = status
        elif self.giver and not run.party:
            # "The package includes ...": as it was said of the whole.
            run.status = self.status

    def party(self, whole: str, status: Status, *, asks: bool) -> str:
        """Say whose a line is that names nobody; `whole` is what the title says."""
        if status is Status.REQUESTED:
            return self.asker or whole
        return self.giver or (whole if asks else "")


def accepts(  # noqa: PLR0911 - cases, read from the top
    block: Block, phrase: Phrase, thing: str, run: Run, section: Section, *, in_sentence: bool
) -> bool:
    """Say whether a phrase is a line: an amount of a thing, or a thing in a list of things."""
    item, stated = phrase.item_text, phrase.quantity
    is_open = stated.kind is QuantityKind.UNKNOWN
    asks = any(issue.weight is not Weight.NOTE for issue in phrase.issues)
    is_listed = run.listed or section.status is not Status.UNSTATED
    if phrase.value is not None and is_open:
        # A gift of money is a line without a thing.
        is_sum = SUM.match(thing) is not None
        return run.listed and is_sum and len(thing.split()) <= MOST_OF_MONEY
    if not is_thing(item) or (item == stated.unit_text and stated.unit in _STUFF_UNITS):
        return False
    if not is_open or phrase.span != (0, 0):
        leads = len(thing[: phrase.span[0]].split()) <= MOST_BEFORE
        trails = not thing[phrase.span[1] :].strip(" .,;)")
        if is_listed:
            return leads or not in_sentence or (block.is_listed and trails)
        if block.is_listed and trails and len(item.split()) <= MOST_BARE:
            return True  # "1. Winter clothing sets - 40,000 delivered"
        is_short = len(item.split()) <= MOST_BARE
        return (leads or trails) and not is_sentence(block.text) and is_short
    if asks or VAGUE_AMOUNT.search(thing) is not None:
        return is_listed
    if is_sentence(item) or len(item.split()) > MOST_BARE or not item[:1].isalnum():
        return False
    if in_sentence:
        names_one = block.is_listed and bool(run.party) and len(item.split()) <= MOST_NAMED
        return run.status is Status.REQUESTED or names_one or GOODS.search(item) is not None
    if run.holds or (section.lists and block.is_listed):
        return True
    is_stated = {section.status, section.whole, run.status} != {Status.UNSTATED}
    return is_stated and (block.is_listed or run.listed)


MOST_NAMED: Final = 4
_STUFF_UNITS: Final = frozenset({"TNE", "KGM", "LTR", "MTR", "MTQ", "MTK", "KMT"})
"""An amount of these alone, "3,500 tons", names no thing."""


def extra_of(phrase: Phrase, section: str) -> dict[str, str]:
    """Say what else is known of a line: its packs, and the section it stands in."""
    extra: dict[str, str] = {}
    if phrase.pack is not None and phrase.pack.low is not None:
        extra["packs"] = f"{phrase.pack.low:f} {phrase.pack.unit_text}".strip()
    if phrase.pack_holds:
        extra["pack_holds"] = phrase.pack_holds
    if section:
        extra["section"] = section
    return extra


def of_same_gift(
    lines: list[DraftLine], run: Run, said: tuple[str, Status], section: Status
) -> None:
    """Let "... and 500 blankets provided by Sweden" speak for the things named before it."""
    party, status = said
    spoken = [
        replace(
            line,
            party_text=line.party_text if line.party_text != run.party else party or run.party,
            status=status if line.status in (Status.UNSTATED, section, run.status) else line.status,
        )
        for line in lines[run.first :]
    ]
    lines[run.first :] = spoken
    run.first, run.listed = len(lines) + 1, True


def given_by(party: str, line: DraftLine) -> DraftLine:
    """Let the one giver that a text knows speak for lines that name none."""
    asks = line.status is Status.REQUESTED
    return line if line.party_text or asks else replace(line, party_text=party)


def maybe_numbered(phrase: Phrase, thing: str, at: Place) -> Phrase:
    """Ask whether "1 500 blankets" are 1,500, or 500 in the first row of a list."""
    match = _ROW_AND_GROUP.match(thing)
    if match is None or phrase.quantity.kind is not QuantityKind.EXACT:
        return phrase
    readings = (match["row"] + match["group"], match["group"].lstrip("0"))
    issue = question(
        "quantity_ambiguous", at, match[0].strip(),
        "The first number may belong to the list or the name, or be thousands of the amount.",
    )  # fmt: skip
    open_one = Stated(unit=phrase.quantity.unit, unit_text=phrase.quantity.unit_text)
    return replace(phrase, quantity=open_one, issues=(replace(issue, readings=readings),))


def maybe_grouped(text: str) -> bool:
    """Say whether an amount's first figures may stand for themselves: "2 500"."""
    return _ROW_AND_GROUP.match(text) is not None


_ROW_AND_GROUP: Final = re.compile(r"\s*(?P<row>\d{1,3})\s+(?P<group>\d{3})(?!\d)")


def as_part(line: DraftLine, whole: DraftLine) -> DraftLine:
    """Mark a line as part of another: "1,000 tents, of which 200 for children"."""
    number = whole.part_of or str(whole.number)
    item = line.item_text
    adds = item != whole.item_text and ADDS.match(item) is not None
    item = f"{whole.item_text}, {item}" if adds else item or whole.item_text
    return replace(
        line,
        item_text=item,
        part_of=number,
        issues=(*line.issues, part(line.place, number)),
    )


def sums_up(item: str, lines: Sequence[DraftLine]) -> bool:
    """Say whether a total is one of lines that are there already, or of things in general."""
    words = {word[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", item.casefold())}
    if words <= _GENERAL:
        return bool(lines)
    return any(
        words & {word[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", line.item_text.casefold())}
        for line in lines
    )


_STEM = 5
_GENERAL: Final = frozenset(
    {"item", "items", "piece", "units", "aid", "far", "relie", "suppl", "goods", "assis", "cargo"}
    | {"mater", "human", "equip", "and", "the"}
)


def part_of_block(block: Block, start: int, end: int) -> Block:
    """Give a part of a block as one of its own, for its words and its place."""
    return replace(block, text=block.text[start:end], start=block.start + start)


def place_in(text: str, block: Block, start: int, end: int) -> Place:
    """Say where a part of a block stands in the document."""
    begin = block.start + start
    line = block.line + text.count("\n", block.start, begin)
    return Place(line=line, start=begin, end=block.start + end)


INTRODUCES: Final = re.compile(
    r"\b(?:(?:please )?find (?:below|attached|enclosed|herewith|the attached)|(?:attached|enclosed"
    r"|below|herewith) (?:is|are|please|you will find)|(?:is|are) (?:attached|enclosed"
    r"|listed below)"
    r"|(?:we|i) (?:attach|enclose|send you|forward)|(?:ci-)?joint|ci-dessous|ci-apr\u00e8s|anbei"
    r"|im anhang|in der anlage|nachstehend|nachfolgend|w za\u0142\u0105czeniu|poni\u017cej"
    r"|adjunto|a continuaci\u00f3n|in allegato|di seguito|v p\u0159\u00edloze|n\u00ed\u017ee"
    r"|\u0434\u043e\u0434\u0430\u0454\u0442\u044c\u0441\u044f"
    r"|\u043d\u0430\u0434\u0441\u0438\u043b\u0430\u0454\u043c\u043e|\u043d\u0438\u0436\u0447\u0435"
    r"|ekte|a\u015fa\u011f\u0131da)\b",
    re.IGNORECASE,
)
"""A letter that says that its list follows, and lists nothing itself."""

NO_NEW_THING: Final = re.compile(
    r"(?:urgent(?:ly)?|needed|required|by|already|have|has"
    r"|are|is|will|must|should|immediately|now|dringend|sofort|bis|urgents?|avant|pilne|do)\b",
    re.IGNORECASE,
)
"""How words begin that say of a part what becomes of it, and not what it is."""


def said_day(text: str, *, at_head: bool) -> re.Match[str] | None:
    """Find of which day a document is: "as of 3 March", and at its head a day alone."""
    found = AS_OF.search(text)
    if found is None and at_head:
        found = HEAD_DAY.match(text) or _HEAD_BRACKET.search(text)
    return found


_HEAD_BRACKET: Final = re.compile(
    rf"\((?:[^()]{{0,40}},\s)?(?P<day>{DAY.pattern})\)\W*$", re.IGNORECASE
)


def without_covered(text: str) -> tuple[str, str]:
    """Cut out what brackets say of a part: "12 pumps (4 already confirmed by Denmark)".

    Whose word it is does not make the line theirs.  Gives the text with blanks in its place, and
    the words, or nothing.
    """
    found = _COVERED.search(text)
    if found is None:
        return text, ""
    return _COVERED.sub(blanks, text, count=1), found[0].strip("() ")


def covered(phrase: Phrase, place: Place, words: str, *, is_asked: bool) -> Phrase:
    """Tell of a part that is spoken for; of what is asked for, ask how much is still meant."""
    issue = Issue(
        code="part_covered",
        weight=Weight.QUESTION if is_asked else Weight.NOTE,
        place=place,
        found=words,
        sentence=f'Beside the amount stands "{words[:80]}"; is the whole amount still meant?',
    )
    return replace(phrase, issues=(*phrase.issues, issue))


_COVERED: Final = re.compile(
    r"\((?:of which |davon |dont )?\d[\d .,]{0,9}[^()\d]{0,40}\b(?:confirmed|pledged|offered"
    r"|promised|provided|delivered|covered|supplied|received|sent|committed|secured|zugesagt"
    r"|geliefert|gedeckt|confirm\u00e9e?s?|livr\u00e9e?s?|couverte?s?|confirmad[oa]s?|entregad[oa]s?"
    r"|potwierdzon[eo]|dostarczon[eo])\b[^()]{0,60}\)",
    re.IGNORECASE,
)
