"""One phrase of a list: what it names and how much of it, as stated.

Numbers inside names, sizes, dates and references are never the amount (`mentions`).  Where it stays
open which number is the amount, or which amount a number is, the quantity is UNKNOWN and a question
carries the readings: an exact number that may be wrong is worse than none.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from muster.core.exchange import NOWHERE, Change, Issue, Place, Stated, Status
from muster.core.intake.hedges import hedged
from muster.core.intake.mention_patterns import PER_BEFORE, PER_WORDS
from muster.core.intake.mentions import Mention, Role, find_mentions, level
from muster.core.intake.phrase_amounts import (
    asked,
    per_other,
    question,
    sizes,
    stated,
    times_a_measure,
)
from muster.core.intake.phrase_words import (
    DOUBTED,
    NUMBER_LIKE,
    OF_SO_MANY,
    SAYS_WHICH,
    Cuts,
    bracketed,
    take_change,
    take_former,
    take_status,
)
from muster.core.intake.rates import per_of
from muster.core.intake.unit_words import Sort
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention, ReadingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a phrase says."""

    item_text: str
    """The words that name the thing, without number and unit."""
    quantity: Stated
    change: Change = Change.NONE
    status: Status = Status.UNSTATED
    """UNSTATED where the phrase itself does not say."""
    pack: Stated | None = None
    """The packs that hold the quantity, where both are said: "3 pallets (1,200 pcs)"."""
    pack_holds: str = ""
    """What one pack holds, as written: "100" of "50 boxes of 100 gloves"."""
    value: Decimal | None = None
    currency: str = ""
    """Of `value`; a code of ISO 4217, empty where the sign does not tell which (kr)."""
    issues: tuple[Issue, ...] = ()
    span: tuple[int, int] = (0, 0)
    """Where the number with its unit stands in the text; (0, 0) without one."""


LONGEST_PHRASE: Final = 2_000


"""Characters; longer text is prose that nobody has cut into phrases."""


def read_phrase(
    text: str, convention: Convention | None = None, at: Place = NOWHERE, *, beside: str = ""
) -> Phrase:
    """Read one phrase such as "16 700 fleece jackets"; never raises.

    Args:
        text: one thing with its amount, or an amount alone (a cell).
        convention: what the document was found to use; None or MIXED leave 1,200 litres open.
        at: where the text stands; issues point to the part of it that they are about.
        beside: the words that name the thing, where they stand in another cell.
    """
    if len(text) > LONGEST_PHRASE:
        issue = question("phrase_too_long", at, text[:40], "This text is too long to be one line.")
        return Phrase(item_text=" ".join(text[:200].split()), quantity=Stated(), issues=(issue,))
    plain = level(text)
    cuts = Cuts(plain)
    now = take_former(cuts)
    change = take_change(cuts) if now == plain else Change.UPDATED
    status = take_status(cuts)
    found = _choose(cuts, find_mentions(now), at)
    quantity, issues = Stated(), found.issues
    if found.amount is not None:
        per = _per(plain, found)
        if per:
            cuts.cut(per.start(), per.end())
        cuts.cut(found.amount.start, found.amount.end)
        item = cuts.rest()
        quantity, more = stated(found.amount, item or beside, convention, at)
        if per and quantity.kind is not QuantityKind.UNKNOWN:
            quantity = replace(quantity, kind=QuantityKind.RATE, per=per_of(per))
        quantity, more_still = per_other(plain, found.amount, quantity, at)
        issues += (*more, *more_still)
    if (doubt := DOUBTED.search(plain)) is not None:
        sentence = "There is a question mark behind it."
        issues += (question("marked_as_doubtful", at, doubt[0].strip(), sentence),)
    item = cuts.rest(vague=found.amount is None and found.value is None)
    if found.amount is not None:
        item, quantity, more = hedged(item, quantity, found.amount, plain, at)
        issues += more
    if not item and quantity.unit_text and found.amount is not None:
        # "500 units" names nothing else: the unit is all there is to call it by.
        item = quantity.unit_text if len(cuts.plain.split()) > 1 else ""
    return Phrase(
        item_text=item,
        quantity=quantity,
        change=change,
        status=status,
        pack=stated(found.pack, "x", convention, at)[0] if found.pack else None,
        pack_holds=found.holds,
        value=found.value,
        currency=found.currency,
        issues=issues,
        span=(found.amount.start, found.amount.end) if found.amount else (0, 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """The number that is the amount, if one is, and what else numbers said."""

    amount: Mention | None = None
    pack: Mention | None = None
    holds: str = ""
    value: Decimal | None = None
    currency: str = ""
    issues: tuple[Issue, ...] = ()


def _per(text: str, found: _Choice) -> re.Match[str] | None:
    """Find the time that the amount is counted over.

    In "2 field kitchens (500 meals a day each)" and "2 pumps for 500 l per day" the time is of the
    other number.
    """
    if found.amount is None:
        return None
    per = PER_WORDS.search(text, found.amount.number_end)
    if per is None:
        return PER_BEFORE.search(text[: found.amount.start])
    # Behind the unit, which may hold a digit itself: "40 m3 of drinking water per day".
    between = text[min(found.amount.end, per.start()) : per.start()]
    if found.pack is not None:
        between = between.replace(text[found.pack.start : found.pack.end], "")
    if between.strip() == "(" and text[per.end() : per.end() + 1] == ")":
        between = ""
    between = SAYS_WHICH.sub("", between.replace(found.holds, "") if found.holds else between)
    return None if "(" in between or any(c.isdigit() for c in between) else per


_LEAD: Final = re.compile(
    r"[\W_]*(?:(?:також|także|také|aussi|auch|también|anche|a|an|the|das|die|der|den|total|of|new|also|plus|and|including|incl|with"
    r"|package|shipment|batch"
    r"|consignment|convoy|donation|load|first|second|qty|quantity|number|around|in"
    r"|least)\b[\W_]*)*",
    re.IGNORECASE,
)


_APART: Final = re.compile(
    r"(?:[,;:/+&=|(\[]|\s-|\band|\bor|\boder|\bou|\bабо|\bplus|\bund|\bet|\bта|\bі|\bve"
    r"|\bx)\s{0,9}['\"]?$",
    re.IGNORECASE,
)


_STRONG: Final = re.compile(
    r"(?:[,:(\[=|]|\s-|\s{2}|\bx|\bqty\.?|\bquantity"
    r"|\bnumber|\banzahl|\btotal(?: of)?)\s{0,9}['\"]?$",
    re.IGNORECASE,
)


_CLAUSE: Final = re.compile(
    r"\b(?:of(?=\s\d)|comprising|consisting|with|for|including|incl|each|avec|pour|mit|für"
    r"|inkl|з|із|для|using|by|from|in|on|at|on board)\b",
    re.IGNORECASE,
)


_PLURAL: Final = re.compile(
    r"(?<![^\W\d_])[^\W\d_]?[a-zäöüéè]{2,}s\s{1,9}(?:\([^()]{1,50}\)\s{1,9})?$"
)


def _choose(cuts: Cuts, mentions: tuple[Mention, ...], at: Place) -> _Choice:
    """Choose the number that counts; the first of a phrase, or the one set apart behind it."""
    text = cuts.masked()
    open_ones = [m for m in mentions if m.role in (Role.FREE, Role.DOUBT)]
    money = next((m for m in mentions if m.role is Role.MONEY), None)
    first = open_ones[0] if open_ones else None
    if first is not None and _LEAD.fullmatch(text[: first.start]):
        if (some := OF_SO_MANY.match(text, first.number_end)) is not None:
            readings = (first.written, some["all"])
            return _Choice(issues=(asked("quantity_several", first, text, at, readings),))
        # "20 cartons, 50 sachets each": the second says what a carton holds.
        others = [m for m in open_ones[1:] if not _EACH.match(text, m.end)]
        return _with_money(_leading(cuts, first, others, at), money)
    if first is not None and (times := times_a_measure(text, first)):
        return _Choice(issues=(asked("quantity_several", first, text, at, times),))
    behind = [m for m in open_ones if not m.is_word or _STRONG.search(text[: m.start])]
    behind = [m for m in behind if m.written != "1" or not m.is_word]
    behind = [m for m in behind if not sizes(text, m)]
    return _with_money(_trailing(text, behind, at), money)


def _with_money(choice: _Choice, money: Mention | None) -> _Choice:
    """Add a sum of money that the text states for certain."""
    if money is None or not money.written:
        return choice
    reading = money.reading(None)
    if reading.kind not in (ReadingKind.EXACT, ReadingKind.BOUND) and reading.readings:
        # Sums are not written with three decimals.
        whole = [r for r in reading.readings if r.low is not None and r.low >= _THOUSAND]
        reading = whole[0] if len(whole) == 1 else reading
    return replace(choice, value=reading.low or reading.high, currency=money.currency)


_THOUSAND = 1_000


def _leading(cuts: Cuts, first: Mention, others: list[Mention], at: Place) -> _Choice:
    """Take the first number, unless another one stands beside it with equal right."""
    text = cuts.plain
    inside = bracketed(text)
    if text[max(0, first.digits - 1) : first.digits] == "-" and first.start == first.digits:
        readings = (f"-{first.written}", first.written)
        return _Choice(issues=(asked("quantity_sign", first, text, at, readings),))
    if first.role is Role.DOUBT:
        return _Choice(
            issues=(asked("quantity_or_size", first, text, at, ("not stated", first.written)),)
        )
    choice = _Choice(amount=first)
    for other in others:
        between = text[first.end : other.start]
        in_brackets = text[max(0, other.start - 2) : other.start].strip() == "("
        if other.role is Role.DOUBT and not in_brackets:
            continue
        if _is_other_amount(text, first, other) or _is_next_thing(text, other, between):
            readings = (first.written, other.written)
            return _Choice(issues=(asked("quantity_several", other, text, at, readings),))
        if in_brackets and _closes(text, other):
            choice = _beside(cuts, choice, other)
        elif not between.strip() and first.takes_of and first.unit and first.unit.sort is Sort.PACK:
            sort = other.unit.sort if other.unit is not None else None
            # "5 pallets of 48 boxes of gloves": the boxes say what a pallet holds.
            is_whole = (sort is Sort.MEASURE and not other.takes_of) or (
                sort in (Sort.PACK, Sort.COUNT) and other.takes_of
            )
            end = other.end if is_whole else other.number_end
            cuts.cut(other.start, end)
            choice = replace(choice, holds=text[other.start : end].strip())
        elif _CLAUSE.search(between) or sizes(text, other) or inside[other.digits]:
            continue
        elif _APART.search(text[: other.start]) and not (other.is_word and other.written == "1"):
            readings = (first.written, other.written)
            return _Choice(issues=(asked("quantity_several", other, text, at, readings),))
    return choice


_EACH: Final = re.compile(
    r"[^,;.()\d]{0,40}\b(?:each|apiece|chacune?|jeweils|cada un[oa])\b", re.IGNORECASE
)
_OTHER_SAYS: Final = re.compile(
    r"\((?:[^()\d]{0,40}\s)?(?:or|oder|ou|o|або|или|veya|vs\.?|says?|said|reports?|reported|laut|selon"
    r"|according to [^()\d]{1,30})\W{0,3}$",
    re.IGNORECASE,
)
_SAYS_OTHER: Final = re.compile(
    r"\s{1,3}(?:according to|by|in|as per|per|laut|nach|selon|за даними)\s[^()\d]{1,40}\)",
    re.IGNORECASE,
)


def _is_other_amount(text: str, first: Mention, other: Mention) -> bool:
    """Say whether another number stands in brackets directly behind: "500 (600) blankets"."""
    between = text[first.end : other.start].strip()
    is_beside = (between == "(" or _OTHER_SAYS.match(between)) and first.unit is None
    is_bare = other.unit is None and (
        _closes(text, other) or _SAYS_OTHER.match(text, other.number_end)
    )
    return bool(is_beside and is_bare) and first.reading(None) != other.reading(None)


def _is_next_thing(text: str, other: Mention, between: str) -> bool:
    """Say whether a further thing begins without a mark: "300 tents 200 blankets"."""
    if other.is_word or other.role is not Role.FREE or _CLAUSE.search(between):
        return False
    follows = re.match(r"\s?[^\W\d_]{3}", text[other.end : other.end + 5]) is not None
    return follows and re.search(r"(?<![^\W_])[a-z]{3,}s\s$", between) is not None


def _closes(text: str, mention: Mention) -> bool:
    """Say whether a bracket closes directly behind a number and its unit."""
    return (
        text[mention.end - 1 : mention.end] == ")"
        or ")" in text[mention.number_end : mention.end]
        or (text[mention.end : mention.end + 2].strip()[:1] == ")")
    )


def _beside(cuts: Cuts, choice: _Choice, other: Mention) -> _Choice:
    """Judge a number in brackets behind the first: the same, its packs, or what they hold."""
    amount = choice.amount
    if amount is None:
        return choice
    opening = cuts.plain.rindex("(", 0, other.start)
    closing = cuts.plain.find(")", other.number_end) + 1 or other.end
    same = amount.reading(None) == other.reading(None)
    sorts = (amount.unit.sort if amount.unit else None, other.unit.sort if other.unit else None)
    if same or sorts[1] is Sort.PACK:
        cuts.cut(opening, closing)
        return choice if same else replace(choice, pack=other)
    if sorts[0] is Sort.PACK and sorts[1] in (Sort.COUNT, Sort.MEASURE):
        cuts.cut(opening, closing)
        cuts.cut(amount.start, amount.end)
        return replace(choice, amount=replace(other, end=max(closing, other.end)), pack=amount)
    return choice


def _trailing(text: str, open_ones: list[Mention], at: Place) -> _Choice:
    """Take the one number that is set apart from the words before it."""
    likely = [m for m in open_ones if m.role is Role.FREE and _is_amount_behind(text, m)]
    # "Jerrycan, 10 l, foldable, 600 pcs": what is counted goes before the size of each.
    counted = [m for m in likely if m.unit is None or m.unit.sort is not Sort.MEASURE]
    likely = counted or likely
    if len(likely) == 1 and _may_be_capacity(text, likely[0], open_ones):
        may_be = ("not stated", likely[0].written)
        return _Choice(issues=(asked("quantity_or_size", likely[0], text, at, may_be),))
    if len(likely) == 1:
        return _Choice(amount=likely[0])
    if len(likely) > 1:
        readings = tuple(m.written for m in likely[:4])
        return _Choice(issues=(asked("quantity_several", likely[1], text, at, readings),))
    doubted = [m for m in open_ones if not (m.is_word or m.is_rough) and m.written]
    if not doubted:
        return _Choice()
    readings = ("not stated", *(m.written for m in doubted[:3]))
    return _Choice(issues=(asked("quantity_or_name", doubted[0], text, at, readings),))


def _may_be_capacity(text: str, mention: Mention, open_ones: list[Mention]) -> bool:
    """Say whether "up to 5" may be for how many: "tents 4 persons, units up to 5"."""
    if not mention.written.startswith("up to") or mention.unit is not None:
        return False
    before = text[: mention.start]
    sized = [m for m in find_mentions(before) if m.unit is not None and m.unit.sort is Sort.PEOPLE]
    return bool(sized) and mention in open_ones and not _STRONG.search(before)


def _is_amount_behind(text: str, mention: Mention) -> bool:
    """Say whether a number behind a thing can only be its amount."""
    return _is_set_apart(text, mention) or (_ends(text, mention) and _is_amount_like(text, mention))


def _is_set_apart(text: str, mention: Mention) -> bool:
    """Say whether a comma, colon, bracket or column parts a number off, and nothing follows."""
    before = text[: mention.start]
    if not _STRONG.search(before):
        return False
    if before.rstrip(" '\"").endswith(":"):
        return True
    if before.rstrip().endswith("("):
        alone = _closes(text, mention)
        return alone and (mention.unit is None or mention.unit.sort in (Sort.COUNT, Sort.PACK))
    return _ends(text, mention)


_TAIL: Final = re.compile(
    r"[\s)\].,;:'\"|*!]*(?:(?:in total|total|each|only"
    r"|urgent(?:ly)?|required|needed|per|a|daily|weekly"
    r"|monthly)\b.*|[(\[;,].*)?$",
    re.IGNORECASE,
)


def _ends(text: str, mention: Mention) -> bool:
    """Say whether nothing that names a thing follows a number and its unit."""
    is_rate = PER_WORDS.match(text, mention.number_end) or PER_WORDS.match(text, mention.end)
    return bool(is_rate) or _TAIL.match(text, mention.end) is not None or mention.takes_of


def _is_amount_like(text: str, mention: Mention) -> bool:
    """Say whether a number behind a word, with nothing between, can only be an amount."""
    if mention.unit is not None and mention.unit.sort in (Sort.COUNT, Sort.PACK):
        return True
    if mention.unit is not None and mention.unit.sort is Sort.MEASURE:
        return mention.unit.code in {"KGM", "TNE", "LTR", "MTQ"}
    if mention.written and mention.start < mention.digits:
        return True
    return bool(NUMBER_LIKE.search(mention.written) or _PLURAL.search(text[: mention.start][-80:]))
