"""What the rule book costs: pairs of offer and request under many rules, beside numpy by hand.

    python benchmarks/rules.py [pairs] [rules]

The rules are texts of CEL, read by the rule book; by hand they are the same logic as an engineer
would write it in numpy, over one array of whole numbers for each fact, one row for each pair.  Both
say of each pair whether it is forbidden, wants review, or consent, and both answers are compared.
Reading the texts is timed apart, for a book is read once.  All in one run, on one core.
"""

import random
import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from muster.core.rulebook.book import VERDICTS, Effect, Rule, Verdict, judge_many
from muster.core.rulebook.columns import Cases, table
from muster.core.rulebook.facts import FACTS, Value
from muster.core.rulebook.reading import read

Codes = dict[str, npt.NDArray[np.int64]]
Flags = npt.NDArray[np.bool_]
ByHand = Callable[[Codes], tuple[Flags, Flags | None]]
Written = tuple[str, Effect, ByHand]

_KINDS = ("nation", "union", "alliance", "agency")
_LETHALITY = ("unreviewed", "non_lethal", "lethal")
_CATEGORIES = tuple(f"category {number}" for number in range(30))
_NATIONS = tuple(f"N{number:02}" for number in range(60))
_ORIGINS = (None, *_NATIONS)
_DONORS, _ITEMS, _RECIPIENTS, _OFFERS = 60, 1_200, 12, 30_000


def main() -> None:
    """Print the times and their ratio."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    chance = random.Random(5)
    cases = _cases(chance, pairs)
    written = [_written(chance, number) for number in range(count)]
    begun = time.perf_counter()
    rules = [_read(number, text, effect) for number, (text, effect, _) in enumerate(written)]
    reading = time.perf_counter() - begun
    codes = _codes(cases)
    ours, theirs = [], []
    for _ in range(5):
        cases.worked.clear()
        begun = time.perf_counter()
        found = judge_many(rules, cases)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        by_hand = _judged(written, codes, pairs)
        theirs.append(time.perf_counter() - begun)
        if not np.array_equal(found.codes, by_hand):
            sys.exit("The two answers differ.")
    told = ", ".join(f"{v} {int((by_hand == at).sum()):,}" for at, v in enumerate(VERDICTS))
    print(f"{pairs:,} pairs, {count} rules: {told}")
    print(f"the texts read       {reading:8.3f} s")
    print(f"the rule book        {min(ours):8.3f} s")
    print(f"numpy by hand        {min(theirs):8.3f} s")
    print(f"ratio                {min(ours) / min(theirs):8.2f}   (at most 5 is promised)")


def _cases(chance: random.Random, pairs: int) -> Cases:
    sides: dict[str, list[dict[str, Value]]] = {
        "donor": [
            {"donor.code": code, "donor.kind": chance.choice(_KINDS)} for code in _NATIONS[:_DONORS]
        ],
        "item": [
            {
                "item.lethality": chance.choice(_LETHALITY),
                "item.category": chance.choice(_CATEGORIES),
                "item.expires": chance.random() < 0.3,
            }
            for _ in range(_ITEMS)
        ],
        "recipient": [{"recipient.code": code} for code in _NATIONS[:_RECIPIENTS]],
        "offer": [{"offer.origin": chance.choice(_ORIGINS)} for _ in range(_OFFERS)],
        "goods": [{"goods.days_left": chance.choice([None, *range(400)])} for _ in range(2_000)],
    }
    names = {
        side: tuple(name for name, kind in FACTS.items() if kind.side == side) for side in sides
    }
    spread = np.random.default_rng(5)
    return Cases(
        pairs,
        {side: table(facts, names[side]) for side, facts in sides.items()},
        {side: spread.integers(0, len(facts), pairs) for side, facts in sides.items()},
    )


def _codes(cases: Cases) -> Codes:
    """Give each pair each fact as a whole number, as one would by hand; unknown is -1."""
    orders: dict[str, tuple[Value, ...]] = {
        "donor.code": _NATIONS,
        "donor.kind": _KINDS,
        "item.lethality": _LETHALITY,
        "item.category": _CATEGORIES,
        "item.expires": (False, True),
        "recipient.code": _NATIONS,
        "offer.origin": _NATIONS,
        "goods.days_left": tuple(range(400)),
    }
    found: Codes = {}
    for name, order in orders.items():
        side = FACTS[name].side
        column = cases.tables[side].columns[name]
        place = {value: at for at, value in enumerate(order)}
        by_value = np.array([place.get(value, -1) for value in column.values])
        found[name] = by_value[column.codes][cases.rows[side]]
    return found


def _written(chance: random.Random, number: int) -> Written:
    effect = (Effect.FORBID, Effect.REVIEW, Effect.CONSENT)[number % 3]
    text, by_hand = _SHAPES[number % len(_SHAPES)](chance)
    return text, effect, by_hand


def _read(number: int, text: str, effect: Effect) -> Rule:
    return Rule(
        key=number,
        code=f"R-{number}",
        version=1,
        condition=read(text),
        effect=effect,
        sentence="Made for the benchmark.",
    )


def _judged(written: list[Written], codes: Codes, pairs: int) -> npt.NDArray[np.int8]:
    """Do by hand what the book does: strictest wins, and what is not known is reviewed."""
    hit = {effect: np.zeros(pairs, dtype=np.bool_) for effect in Effect}
    for _, effect, by_hand in written:
        true, unknown = by_hand(codes)
        hit[effect] |= true
        if unknown is not None:
            hit[Effect.REVIEW] |= unknown
    found = np.zeros(pairs, dtype=np.int8)
    for effect, verdict in (
        (Effect.CONSENT, Verdict.CONSENT),
        (Effect.REVIEW, Verdict.REVIEW),
        (Effect.FORBID, Verdict.FORBIDDEN),
    ):
        found[hit[effect]] = VERDICTS.index(verdict)
    return found


def _mandate(chance: random.Random) -> tuple[str, ByHand]:
    kind, category = chance.randrange(len(_KINDS)), chance.randrange(len(_CATEGORIES))
    text = (
        f'donor.kind == "{_KINDS[kind]}" && item.lethality != "non_lethal" '
        f'&& item.category == "{_CATEGORIES[category]}"'
    )
    return text, lambda c: (
        (c["donor.kind"] == kind) & (c["item.lethality"] != 1) & (c["item.category"] == category),
        None,
    )


def _entry(chance: random.Random) -> tuple[str, ByHand]:
    category = chance.randrange(len(_CATEGORIES))
    some = chance.sample(range(_RECIPIENTS), 3)
    names = ", ".join(f'"{_NATIONS[each]}"' for each in some)
    text = f'item.category == "{_CATEGORIES[category]}" && recipient.code in [{names}]'
    return text, lambda c: (
        (c["item.category"] == category)
        & (
            (c["recipient.code"] == some[0])
            | (c["recipient.code"] == some[1])
            | (c["recipient.code"] == some[2])
        ),
        None,
    )


def _caveat(chance: random.Random) -> tuple[str, ByHand]:
    donor, recipient = chance.randrange(_DONORS), chance.randrange(_RECIPIENTS)
    text = f'donor.code == "{_NATIONS[donor]}" && recipient.code == "{_NATIONS[recipient]}"'
    return text, lambda c: ((c["donor.code"] == donor) & (c["recipient.code"] == recipient), None)


def _origin(chance: random.Random) -> tuple[str, ByHand]:
    origin, category = chance.randrange(60), chance.randrange(len(_CATEGORIES))
    text = (
        f'offer.origin == "{_NATIONS[origin]}" && offer.origin != donor.code '
        f'&& item.category == "{_CATEGORIES[category]}"'
    )
    return text, lambda c: (
        (c["offer.origin"] == origin)
        & (c["offer.origin"] != c["donor.code"])
        & (c["item.category"] == category),
        None,
    )


def _shelf_life(chance: random.Random) -> tuple[str, ByHand]:
    days, recipient = chance.randrange(20, 200), chance.randrange(_RECIPIENTS)
    text = (
        f"item.expires && goods.days_left != null && goods.days_left < {days} "
        f'&& recipient.code == "{_NATIONS[recipient]}"'
    )
    return text, lambda c: (
        (c["item.expires"] == 1)
        & (c["goods.days_left"] >= 0)
        & (c["goods.days_left"] < days)
        & (c["recipient.code"] == recipient),
        None,
    )


def _unknown(chance: random.Random) -> tuple[str, ByHand]:
    days, recipient = chance.randrange(20, 200), chance.randrange(_RECIPIENTS)
    category = chance.randrange(len(_CATEGORIES))
    text = (
        f'item.category == "{_CATEGORIES[category]}" && goods.days_left < {days} '
        f'&& recipient.code == "{_NATIONS[recipient]}"'
    )

    def by_hand(c: Codes) -> tuple[Flags, Flags]:
        here = (c["item.category"] == category) & (c["recipient.code"] == recipient)
        unknown = c["goods.days_left"] < 0
        return here & ~unknown & (c["goods.days_left"] < days), here & unknown

    return text, by_hand


def _own_nation(chance: random.Random) -> tuple[str, ByHand]:
    category = chance.randrange(len(_CATEGORIES))
    text = (
        f"donor.code == recipient.code || (item.category == "
        f'"{_CATEGORIES[category]}" && !item.expires && item.lethality == "lethal")'
    )
    return text, lambda c: (
        (c["donor.code"] == c["recipient.code"])
        | (
            (c["item.category"] == category) & (c["item.expires"] == 0) & (c["item.lethality"] == 2)
        ),
        None,
    )


_SHAPES = (_mandate, _entry, _caveat, _origin, _shelf_life, _unknown, _own_nation)


if __name__ == "__main__":
    main()
