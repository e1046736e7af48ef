"""From a draft to a line as it will be stored: item, amount in its smallest unit, party, verdict.

A draft says what a file says.  Settling holds it against the catalogue and the register, and asks
wherever more than one thing can be meant.  What a person has decided goes before what was read.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from muster.core.exchange import Change, DraftLine, Issue, Status, Weight
from muster.core.intake.counting import counted_plainly, typed
from muster.core.intake.headings import plain
from muster.core.intake.settled import (
    CERTAIN,
    Candidate,
    Choice,
    Facts,
    Known,
    Purpose,
    Settled,
    Verdict,
)
from muster.core.intake.use_doubts import use_doubts
from muster.core.quantities.amounts import MOST_STORED, Quantity, QuantityKind
from muster.core.quantities.entry import parse_quantity
from muster.core.quantities.numbers import Convention
from muster.core.quantities.rates import in_all
from muster.core.quantities.units import find_measure, ratio, units_for
from muster.core.refusals import Refusal, UnitUnknown

AS_READ: Final = Choice()
GOODS: Final = frozenset({Purpose.REQUESTS, Purpose.OFFERS})


def settle(draft: DraftLine, facts: Facts, choice: Choice = AS_READ) -> Settled:
    """Hold a draft against the catalogue, the register and what a person has decided."""
    issues = _left_open(draft.issues, choice)
    if facts.purpose not in GOODS:
        # What is announced without a number is kept so; it counts nowhere.
        issues = [issue for issue in issues if issue.code != "quantity_missing"]
    item, confidence, candidates = settle_item(draft, facts, choice, issues)
    known = facts.items.get(item)
    quantity, amount, unit = _quantity(draft, known, facts, choice, issues)
    party = settle_party(draft, facts, choice, issues)
    settle_dates(draft, facts, issues)
    settle_standing(draft, facts, issues)
    issues += use_doubts(draft, facts.purpose)
    _sum_of_offer(draft, known, quantity, facts, issues)
    if known is not None and party:
        refusal = facts.forbids(party, item, draft.stated_on or facts.day)
        if refusal is not None:
            issues.append(_refused(draft, refusal, found=known.name))
    is_within = _is_within(draft, choice, issues)
    left = issues if not choice.taken_as_read else _without(issues, choice.taken_as_read)
    return Settled(
        draft=draft,
        verdict=Verdict.OUT if choice.skip or is_within else _verdict(left),
        item=item,
        confidence=confidence,
        candidates=candidates,
        quantity=quantity,
        typed_amount=amount,
        typed_unit=unit,
        party=party,
        issues=tuple(left),
    )


def _is_within(draft: DraftLine, choice: Choice, issues: list[Issue]) -> bool:
    """Leave out a line whose amount another holds, unless a person says that it comes on top."""
    if not draft.part_of or "within_another" in choice.taken_as_read:
        return False
    sentence = f"Its amount is within {draft.part_of}; it is left out, unless it comes on top."
    issues.append(_question(draft, "within_another", sentence, found=draft.part_of))
    return True


_UNKNOWN = Quantity(QuantityKind.UNKNOWN)
# Issues with these beginnings are about the quantity; a typed amount answers all of them.
_ABOUT_QUANTITY = ("quantity", "amount", "unit", "number", "pack")
_MOST_CANDIDATES = 5


def _left_open(issues: Sequence[Issue], choice: Choice) -> list[Issue]:
    """Drop what a decision has answered."""
    left = list(issues)
    if choice.amount:
        left = [i for i in left if not i.code.startswith(_ABOUT_QUANTITY)]
    if choice.item:
        left = [i for i in left if not i.code.startswith("item")]
    if choice.party:
        left = [i for i in left if not i.code.startswith("party")]
    return left


def _without(issues: Sequence[Issue], codes: Sequence[str]) -> list[Issue]:
    """Drop the questions that were answered by "as it was read"; an error stays an error."""
    return [i for i in issues if i.weight is not Weight.QUESTION or i.code not in codes]


def _verdict(issues: Sequence[Issue]) -> Verdict:
    weights = {issue.weight for issue in issues}
    if Weight.ERROR in weights:
        return Verdict.ERROR
    return Verdict.QUESTION if Weight.QUESTION in weights else Verdict.READY


def settle_item(
    draft: DraftLine, facts: Facts, choice: Choice, issues: list[Issue]
) -> tuple[str, float, tuple[Candidate, ...]]:
    """Find the item, how sure that is, and what else may be meant where it is not."""
    if choice.item in facts.items:
        return choice.item, 1.0, ()
    found = tuple(facts.candidates(draft)[:_MOST_CANDIDATES])
    if facts.purpose not in GOODS and (not found or found[0].confidence < CERTAIN):
        # Money, and what is not specific yet, is kept in the words in which it was announced.
        return "", 0.0, found
    if not found:
        sentence = f'Nothing in the catalogue is like "{_short(draft.item_text)}"; choose its item.'
        issues.append(_question(draft, "item_unknown", sentence, found=draft.item_text))
        return "", 0.0, ()
    best = found[0]
    if best.confidence >= CERTAIN:
        return best.code, best.confidence, ()
    names = tuple(facts.items[c.code].name for c in found if c.code in facts.items)
    sentence = f'"{_short(draft.item_text)}" may be {names[0]}; confirm it or choose another.'
    asked = _question(draft, "item_unsure", sentence, found=draft.item_text, readings=names)
    issues.append(asked)
    return best.code, best.confidence, found


def _quantity(
    draft: DraftLine, known: Known | None, facts: Facts, choice: Choice, issues: list[Issue]
) -> tuple[Quantity, str, str]:
    """Give the quantity in smallest units of the item, and as it was typed with its unit."""
    stated = draft.quantity
    if choice.amount and known is not None:
        return _chosen(draft, known, choice, issues)
    unit = _counted_in(known, stated.unit)
    if stated.kind is QuantityKind.UNKNOWN:
        _ask_for_quantity(draft, facts, issues)
        return _UNKNOWN, "not stated", unit
    factor = factor_of(facts, known, unit) if known else None
    if known is None or factor is None:
        if known is not None:
            _ask_for_unit(draft, known, issues)
        return _UNKNOWN, typed(stated), unit
    if known.measured and not stated.unit and facts.purpose in GOODS:
        sentence = f"The unit is not said, and {known.name} is measured: say in which unit."
        expected = ", ".join(units_for(known.unit, known.packs))
        issues.append(_question(draft, "unit_missing", sentence, expected=expected))
        if "unit_missing" not in choice.taken_as_read:
            return _UNKNOWN, typed(stated), ""
    if factor == 1:
        # By far the most: whole pieces, and the same amounts again and again.
        key = stated.kind, stated.low, stated.high, stated.per
        if key not in facts.counted:
            facts.counted[key] = counted_plainly(stated)
        counted = facts.counted[key]
        if counted is not None:
            return *counted, unit
    return _in_smallest(draft, known, factor, issues), typed(stated), unit


def _counted_in(known: Known | None, unit: str) -> str:
    """Give the unit that is meant: the item's own where none is said, or where its name is.

    "12 kits" of a trauma kit are twelve of them, and so are 100 bags of a body bag.
    """
    if known is None:
        return unit
    named = not known.measured and unit in plain(known.name.partition(",")[0]).split()
    return known.unit if named else unit or known.unit


def _chosen(
    draft: DraftLine, known: Known, choice: Choice, issues: list[Issue]
) -> tuple[Quantity, str, str]:
    """Read what a person typed, by the rules that hold for typing everywhere.

    A reading that was put before the person has a point for decimals and no other signs.
    """
    unit = choice.unit or draft.quantity.unit or known.unit
    offered = any(choice.amount in issue.readings for issue in draft.issues)
    try:
        found = parse_quantity(
            choice.amount,
            known.unit,
            unit=unit,
            packs=known.packs,
            convention=Convention.POINT_DECIMAL if offered else None,
            item=known.name,
        )
    except Refusal as refusal:
        issues.append(_refused(draft, refusal, found=f"{choice.amount} {unit}"))
        found = _UNKNOWN
    return found, choice.amount, unit


def factor_of(facts: Facts, known: Known, unit: str) -> Fraction | None:
    """Say how many of an item's smallest units a unit holds; None where it holds none."""
    key = known.code, unit
    if key not in facts.factors:
        try:
            facts.factors[key] = ratio(unit, known.unit, known.packs, item=known.name)
        except UnitUnknown:
            facts.factors[key] = None
    return facts.factors[key]


def _in_smallest(draft: DraftLine, known: Known, factor: Fraction, issues: list[Issue]) -> Quantity:
    stated = draft.quantity
    ends: list[int | None] = []
    for end in (stated.low, stated.high):
        if end is not None and not (end.is_finite() and end.adjusted() <= _MOST_DIGITS):
            return _impossible(draft, "amount_too_large", f"{end:.3e} cannot be stored.", issues)
        whole = None if end is None else Fraction(end) * factor
        if whole is not None and whole <= 0:
            sentence = f"The amount must be more than zero; {end} was found."
            return _impossible(draft, "amount_not_positive", sentence, issues)
        if whole is not None and whole.denominator != 1:
            smallest = find_measure(known.unit).singular
            sentence = f"{end} is not a whole number of the item's smallest unit ({smallest})."
            return _impossible(draft, "amount_fractional", sentence, issues)
        if whole is not None and whole > MOST_STORED:
            sentence = f"The amount {end} is beyond what can be stored (at most {MOST_STORED})."
            return _impossible(draft, "amount_too_large", sentence, issues)
        ends.append(None if whole is None else int(whole))
    try:
        return Quantity(stated.kind, ends[0], ends[1], stated.per)
    except ValueError:
        sentence = f'"{typed(stated)}" contradicts itself; type what is meant.'
        return _impossible(draft, "quantity_contradicts", sentence, issues)


_MOST_DIGITS = 40


def _impossible(draft: DraftLine, code: str, sentence: str, issues: list[Issue]) -> Quantity:
    if not any(i.weight is Weight.ERROR and i.code.startswith(_ABOUT_QUANTITY) for i in issues):
        issues.append(_error(draft, code, sentence, found=typed(draft.quantity)))
    return _UNKNOWN


def _ask_for_quantity(draft: DraftLine, facts: Facts, issues: list[Issue]) -> None:
    """Ask for a number where none is stated, unless the reading has asked already."""
    weighing = [issue for issue in issues if issue.weight is not Weight.NOTE]
    if any(issue.code.startswith(_ABOUT_QUANTITY) for issue in weighing):
        return
    if facts.purpose is Purpose.OFFERS:
        sentence = "An offer needs a number; ask the donor, or leave the line out."
        issues.append(_question(draft, "quantity_missing", sentence, expected="a number"))
    elif draft.value is None or facts.purpose is Purpose.REQUESTS:
        # A pledge of money is told by its amount.
        sentence = "No number is stated; the line is kept with an unknown quantity."
        issues.append(
            Issue(
                code="quantity_not_stated",
                weight=Weight.NOTE,
                place=draft.place,
                expected="a number",
                sentence=sentence,
            )
        )


def _ask_for_unit(draft: DraftLine, known: Known, issues: list[Issue]) -> None:
    unit = draft.quantity.unit_text or draft.quantity.unit
    sentence = (
        f'{known.name} is not counted in "{_short(unit)}"; '
        "type the amount in one of its units, or choose another item."
    )
    expected = ", ".join(units_for(known.unit, known.packs))
    issues.append(_question(draft, "unit_not_of_item", sentence, expected=expected, found=unit))


def settle_party(draft: DraftLine, facts: Facts, choice: Choice, issues: list[Issue]) -> str:
    """Find whose line it is."""
    if choice.party:
        named = facts.party(choice.party)
        if named.code:
            return named.code
    text = draft.party_text.strip()
    if not text:
        if not facts.default_party:
            sentence = "Nothing says whose line this is; choose the party."
            issues.append(_question(draft, "party_missing", sentence, expected="a party"))
        return facts.default_party
    named = facts.party(text)
    if named.code:
        return named.code
    sentence = f'"{_short(text)}" is not one party of the register; choose whose line this is.'
    asked = _question(draft, "party_unknown", sentence, found=text, readings=named.others)
    issues.append(asked)
    return ""


def settle_dates(draft: DraftLine, facts: Facts, issues: list[Issue]) -> None:
    """Hold a line's days against each other, as the single verbs do."""
    said = draft.stated_on or facts.day
    if said > facts.day:
        sentence = (
            f"It is said to be of {said}, which is later than the list itself: "
            f"that was stated or received on {facts.day}."
        )
        issues.append(_error(draft, "in_the_future", sentence, found=str(said)))
    first = draft.needed_from or said
    last = draft.needed_by
    if last is not None and last < first:
        sentence = (
            f"It ends on {last}, before it begins ({first})."
            if draft.needed_from
            else f"It is needed by {last}, before the day on which it was said ({said}): "
            f'write the true day, or say above the list of which day it is ("as of ...").'
        )
        issues.append(_error(draft, "dates_out_of_order", sentence, found=str(last)))


_ENDED = frozenset({Status.DECLINED, Status.CANCELLED})


def _sum_of_offer(
    draft: DraftLine, known: Known | None, quantity: Quantity, facts: Facts, issues: list[Issue]
) -> None:
    """Refuse an offered rate that comes to nothing, as where one offers by hand."""
    if facts.purpose is not Purpose.OFFERS or known is None or quantity.per is None:
        return
    begins = draft.needed_from or draft.stated_on or facts.day
    try:
        in_all(quantity, begins=begins, until=draft.needed_by, item=known.name)
    except Refusal as refusal:
        issues.append(_refused(draft, refusal, found=typed(draft.quantity)))


def settle_standing(draft: DraftLine, facts: Facts, issues: list[Issue]) -> None:
    """Ask about lines that are over by their own words, or that change an earlier one."""
    if draft.status in _ENDED and facts.purpose in GOODS:
        sentence = f"The line says it is {draft.status}; store it all the same, or leave it out."
        issues.append(_question(draft, "status_ended", sentence, found=draft.status))
    if draft.change is Change.UPDATED:
        sentence = "The line takes the place of an earlier one; see its duplicates before storing."
        issues.append(_question(draft, "line_updates", sentence, found=draft.change))


def _question(
    draft: DraftLine,
    code: str,
    sentence: str,
    *,
    expected: str = "",
    found: str = "",
    readings: tuple[str, ...] = (),
) -> Issue:
    return Issue(
        code=code,
        weight=Weight.QUESTION,
        place=draft.place,
        expected=expected,
        found=found,
        sentence=sentence,
        readings=readings,
    )


def _error(draft: DraftLine, code: str, sentence: str, *, found: str = "") -> Issue:
    return Issue(code=code, weight=Weight.ERROR, place=draft.place, found=found, sentence=sentence)


def _refused(draft: DraftLine, refusal: Refusal, *, found: str) -> Issue:
    return _error(draft, refusal.code, refusal.sentence, found=found)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_SHOWN = 60
