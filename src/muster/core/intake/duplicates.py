"""The same need or gift told more than once: found among many claims without comparing them all.

Claims are put into blocks that anything comparable shares, and each block is walked in order of
amount and of date with a window, so that time grows nearly linearly with the number of claims.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from typing import Final

from muster.core.intake.claims import (
    LEAST_TEXT,
    Claim,
    Duplicate,
    Reason,
    compare,
    score_of,
    words_of,
)

LEAST_SCORE: Final = 0.5
"""Below this, a pair is not shown."""
SURE_SCORE: Final = 0.7
"""From here on, a pair is evidence for other pairs of the same two documents."""
WINDOW: Final = 24
"""How many neighbours of a block a claim is compared with.  Only in blocks of more claims than
this (one party, one item) can a pair be left out; its claims still hang together in a group."""
_NARROW: Final = 4
_BLOCK_WORK: Final = 1_000 * WINDOW
"""From blocks of 1,000 claims on the window narrows, so that no block takes for ever."""
_NARROWEST: Final = 2
_WHOLE_WORK: Final = 10_000 * WINDOW
"""From 10,000 claims on that share blocks it narrows for all of them."""
_SUPPORT: Final = 0.05
_MOST_SUPPORT: Final = 0.15


def find_duplicates(
    claims: Sequence[Claim], *, least: float = LEAST_SCORE
) -> tuple[Duplicate, ...]:
    """Find the pairs of claims that may be one, the surest first.

    The answer does not depend on the order of the claims.

    Raises:
        ValueError: two claims have one id; that is a bug of the caller.
    """
    by_id = {claim.id: claim for claim in claims}
    if len(by_id) != len(claims):
        message = "two claims have one id"
        raise ValueError(message)
    floor = max(0.0, least - _MOST_SUPPORT)
    weighed = (compare(by_id[one], by_id[other]) for one, other in _candidates(claims))
    likely = [pair for pair in weighed if pair is not None and pair.score >= floor]
    supported = (pair for pair in _supported(likely, by_id) if pair.score >= least)
    return tuple(sorted(supported, key=lambda pair: (-pair.score, pair.first, pair.second)))


def groups_of(pairs: Iterable[Duplicate]) -> tuple[tuple[str, ...], ...]:
    """Put together the claims that hang together by pairs: three channels, one gift."""
    leader: dict[str, str] = {}

    def lead(claim: str) -> str:
        while leader.setdefault(claim, claim) != claim:
            leader[claim] = leader[leader[claim]]
            claim = leader[claim]
        return claim

    for pair in pairs:
        one, other = sorted((lead(pair.first), lead(pair.second)))
        leader[other] = one
    members: dict[str, list[str]] = defaultdict(list)
    for claim in sorted(leader):
        members[lead(claim)].append(claim)
    return tuple(tuple(group) for _, group in sorted(members.items()))


def _candidates(claims: Sequence[Claim]) -> set[tuple[str, str]]:
    """List the pairs worth weighing, as ids in order."""
    pairs: set[tuple[str, str]] = set()
    blocks = list(_blocks(claims))
    window = max(_NARROWEST, min(WINDOW, _WHOLE_WORK // max(1, sum(map(len, blocks)))))
    for block in blocks:
        for order in (_by_amount, _by_date):
            pairs.update(_neighbours(block, order, window))
    return pairs


def _blocks(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Share claims out so that any two that may be compared meet in a block.

    Claims with codes meet under an item's code; where one has no code, they meet under a word of
    the description.  A claim without a party meets the others of its item or word and amount.
    """
    blocks: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    telling = _telling_words(claims) if any(not claim.item for claim in claims) else {}
    partyless = any(not claim.party for claim in claims)
    for claim in claims:
        heads = [("party", claim.party)] if claim.party else []
        if partyless:
            heads.append(("amount", f"{claim.low}-{claim.high}"))
        names = [("item", code) for code in {claim.item, *claim.kin} - {""}]
        names += [("word", word) for word in telling.get(claim.item_text, ())]
        for head in heads:
            for name in names:
                blocks[claim.direction, *head, *name].append(claim)
    for (*_, sort, _name), block in blocks.items():
        if len(block) > 1 and not (sort == "word" and all(claim.item for claim in block)):
            yield block


def _telling_words(claims: Sequence[Claim]) -> dict[str, list[str]]:
    """Choose the rarest words of each description, enough that like descriptions share one.

    Prefix filtering (Chaudhuri, Ganti and Kaushik, ICDE 2006): where two sets of words have the
    share t in common, their n - ceil(t * n) + 1 rarest words have one in common.
    """
    sets = {text: words_of(text) for text in {claim.item_text for claim in claims}}
    seen = Counter(word for claim in claims for word in sets[claim.item_text])
    return {
        text: sorted(words, key=lambda word: (seen[word], word))[
            : len(words) - ceil(LEAST_TEXT * len(words)) + 1
        ]
        for text, words in sets.items()
    }


def _neighbours(
    block: list[Claim], order: Callable[[Claim], tuple[int, str]], widest: int
) -> Iterator[tuple[str, str]]:
    ranked = sorted(block, key=order)
    window = min(widest, max(_NARROW, _BLOCK_WORK // len(block)))
    for place, claim in enumerate(ranked):
        for other in ranked[place + 1 : place + 1 + window]:
            if claim.id != other.id:
                yield (min(claim.id, other.id), max(claim.id, other.id))


def _by_amount(claim: Claim) -> tuple[int, str]:
    amount = claim.low if claim.low is not None else claim.high
    return (-1 if amount is None else amount, _date_and_id(claim))


def _by_date(claim: Claim) -> tuple[int, str]:
    return ((claim.stated_on or date.min).toordinal(), claim.id)


def _date_and_id(claim: Claim) -> str:
    return f"{claim.stated_on or date.min}{claim.id}"


def _supported(pairs: Sequence[Duplicate], by_id: Mapping[str, Claim]) -> Iterator[Duplicate]:
    """Raise a pair whose two documents agree in other lines too: one list, sent twice."""
    agreeing: dict[tuple[str, str], int] = defaultdict(int)
    for pair in pairs:
        if pair.score >= SURE_SCORE:
            agreeing[_documents(pair, by_id)] += 1
    for pair in pairs:
        documents = _documents(pair, by_id)
        others = agreeing.get(documents, 0) - (pair.score >= SURE_SCORE)
        if others < 1 or "" in documents or documents[0] == documents[1]:
            yield pair
            continue
        lines = "other line" if others == 1 else f"{others} other lines"
        sentence = f"The two documents agree in {lines}."
        weight = min(_MOST_SUPPORT, _SUPPORT * others)
        reasons = (*pair.reasons, Reason("documents_agree", sentence, weight))
        yield replace(pair, reasons=reasons, score=score_of(reasons))


def _documents(pair: Duplicate, by_id: Mapping[str, Claim]) -> tuple[str, str]:
    one, other = sorted((by_id[pair.first].document, by_id[pair.second].document))
    return one, other
