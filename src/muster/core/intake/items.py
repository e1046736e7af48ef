"""Which item of the catalogue a description means, with a stated confidence.

A description is looked up by code, then by name or alias as it is written, then by likeness.  The
likeness of two descriptions is the share of their words, weighed by how rare a word is in the
catalogue (Spärck Jones 1972, "inverse document frequency"), that both have; a misspelt or compound
word counts in part.  Measures are compared apart: a 105 mm shell is not a 155 mm shell.

Confidence is calibrated on labelled descriptions (tests/core/intake/): what is found by code or by
alias stands at 0.9 or above, likeness never reaches 0.9, so that a person confirms it.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rapidfuzz import fuzz, process

from muster.core.intake.wording import Wording, normalised, wording


class Why(StrEnum):
    """What a match rests on."""

    CODE = "code"
    ALIAS = "alias"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as the catalogue names it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that a description may mean; `matched` is the name, alias or code it was found by."""

    code: str
    confidence: float
    why: Why
    matched: str


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of one item, taken apart; `weight` is the sum of its words' weights."""

    code: str
    text: str
    wording: Wording
    weight: float


class Index:
    """The catalogue, ready to be asked; made once for many descriptions."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take every name of every item apart and note where each word occurs."""
        self._codes: dict[str, str] = {}
        self._exact: list[dict[str, dict[str, str]]] = [{}, {}, {}]
        split: list[tuple[str, str, Wording]] = []
        for entry in entries:
            self._codes[entry.code.casefold()] = entry.code
            for text in (entry.name, *entry.aliases):
                taken = wording(text)
                split.append((entry.code, text, taken))
                for keys, key in zip(self._exact, _keys(text, taken), strict=True):
                    keys.setdefault(key, {}).setdefault(entry.code, text)
        self._known = frozenset(stem for _, _, taken in split for stem in taken.stems)
        worded = [(code, text, taken, self._joined(taken)) for code, text, taken in split]
        self._rarity = _rarities((code, words) for code, _, _, words in worded)
        self._unknown = max(self._rarity.values(), default=1.0) * _UNKNOWN_WORD
        self._names: list[_Name] = []
        self._where: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for code, text, taken, words in worded:
            weights = {word: w * self._rarity[word] for word, w in words.items()}
            weights.update(dict.fromkeys(_measure_words(taken), self._unknown))
            for word, weight in weights.items():
                self._where[word].append((len(self._names), weight))
            self._names.append(_Name(code, text, taken, sum(weights.values())))
        letters: dict[str, list[str]] = defaultdict(list)
        for word in self._rarity:
            letters[word[0]].append(word)
        self._by_letter = {letter: tuple(words) for letter, words in letters.items()}
        self._alike_words: dict[str, tuple[tuple[str, float], ...]] = {}

    def match(self, texts: Sequence[str], limit: int = 5) -> list[list[Candidate]]:
        """Find for each description up to `limit` items, the likeliest first.

        An empty list says that nothing in the catalogue is like it; what is found by its code or
        by the words of one item alone has no further candidates.  Each distinct description is
        worked out once.
        """
        found: dict[str, list[Candidate]] = {}
        for text in texts:
            if text not in found:
                found[text] = self._match(text, limit)
        return [found[text] for text in texts]

    def _match(self, text: str, limit: int) -> list[Candidate]:
        code = self._codes.get(text.strip().casefold())
        if code is not None:
            return [Candidate(code=code, confidence=1.0, why=Why.CODE, matched=code)]
        taken = wording(text)
        exact: dict[str, Candidate] = {}
        for keys, key, sure in zip(self._exact, _keys(text, taken), _SURE, strict=True):
            named = keys.get(key, {}) if key else {}
            # A text that names several items is a question, however exact.
            confidence = sure if len(named) == 1 else _SEVERAL
            if named:
                exact = {
                    code: Candidate(code=code, confidence=confidence, why=Why.ALIAS, matched=name)
                    for code, name in named.items()
                }
                break
        if len(exact) == 1:
            return list(exact.values())
        alike = self._alike(taken, limit + len(exact))
        rest = [candidate for candidate in alike if candidate.code not in exact]
        return [*exact.values(), *rest][:limit]

    def _alike(self, taken: Wording, limit: int) -> list[Candidate]:
        """Weigh the names that share words with the description."""
        shared: dict[int, float] = defaultdict(float)
        total = self._unknown * len(taken.measures)
        for word in _measure_words(taken):
            for at, _ in self._where.get(word, ()):
                shared[at] += self._unknown
        for word, weight in self._joined(taken).items():
            total += weight * self._rarity.get(word, self._unknown)
            for other, likeness in self._words_like(word):
                mine = weight * self._rarity[other]
                for at, its in self._where[other]:
                    # A word that only describes counts as such, on whichever side it does.
                    shared[at] += likeness * (min(its, mine))
        best: dict[str, tuple[float, int]] = {}
        for at, common in heapq.nlargest(_WEIGHED, shared.items(), key=self._promise(total)):
            name = self._names[at]
            factor, near = _measures_agree(taken.measures, name.wording.measures)
            score = factor * _likeness(common + self._unknown * near, total, name.weight)
            if score > best.get(name.code, (0.0, 0))[0]:
                best[name.code] = (score, at)
        ranked = heapq.nlargest(limit + 1, best.items(), key=lambda pair: pair[1][0])
        return _candidates(ranked, self._names)[:limit]

    def _promise(self, total: float) -> Callable[[tuple[int, float]], float]:
        """Rank names before their measures are compared."""
        names = self._names
        return lambda pair: pair[1] / (total + names[pair[0]].weight)

    def _joined(self, taken: Wording) -> Mapping[str, float]:
        """Write two words as one where the catalogue does: "jerry can" is "jerrycan"."""
        words = taken.words
        for one, two in pairwise(taken.stems):
            both = one + two
            if both in self._known:
                words = {w: v for w, v in words.items() if w not in {one, two}}
                words[both] = max(taken.words[one], taken.words[two])
        return words

    def _words_like(self, word: str) -> tuple[tuple[str, float], ...]:
        """Find the catalogue's words that are this word, or are spelt much like it; remembered."""
        known = self._alike_words.get(word)
        if known is None:
            known = self._alike_words[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> tuple[tuple[str, float], ...]:
        if word in self._rarity:
            return ((word, 1.0),)
        name, mark, _ = word.partition("#")
        if mark:
            # "class 4" may be a detail that the catalogue does not make.
            return tuple((other, _NUMBERED * alike) for other, alike in self._words_like(name))
        if len(word) < _SPELLING or any(letter.isdigit() for letter in word):
            return ()
        # People get the first letter right.
        alphabet = self._by_letter.get(word[0], ())
        near = process.extract(
            word, alphabet, scorer=fuzz.ratio, score_cutoff=_SPELT_ALIKE, limit=3
        )
        found = {other: (score / 100) ** 2 for other, score, _ in near}
        # "Winterschlafsack" is a kind of Schlafsack: a compound's last part names the thing.
        for cut in range(_OTHER_PART, len(word) - _OTHER_PART + 1):
            first, last = word[:cut], word[cut:]
            if len(last) >= _COMPOUND_PART and last in self._rarity:
                found[last] = max(found.get(last, 0.0), _LAST_PART)
            if cut >= _COMPOUND_PART and first in self._rarity:
                found[first] = max(found.get(first, 0.0), _FIRST_PART)
        return tuple(sorted(found.items(), key=lambda pair: -pair[1])[:_READINGS])


def _keys(text: str, taken: Wording) -> tuple[str, str, str]:
    return normalised(text), taken.compact, taken.bag


# As written; but for endings and spaces; but for the order of the words.
_SURE = (0.99, 0.96, 0.92)
_SEVERAL = 0.6
_MOST_ALIKE = 0.89
_UNKNOWN_WORD = 0.6
_WEIGHED = 24
_SPELLING = 5
_SPELT_ALIKE = 82
_COMPOUND_PART = 5
_OTHER_PART = 3
_NUMBERED = 0.8
_LAST_PART = 0.7
_FIRST_PART = 0.4
_READINGS = 4
_CLOSE = 0.97
_RIVALLED = 0.75


def _rarities(all_words: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, float]:
    """Weigh each word by how rare it is: in the names of how many items it occurs."""
    where: dict[str, set[str]] = defaultdict(set)
    codes = set()
    for code, words in all_words:
        codes.add(code)
        for word in words:
            where[word].add(code)
    return {word: math.log(1 + len(codes) / len(found)) for word, found in where.items()}


def _measure_words(taken: Wording) -> list[str]:
    """Write measures as words, so that names with the very same are found by them."""
    return [f"={name}{values}" for name, values in taken.measures.items()]


def _likeness(common: float, text: float, name: float) -> float:
    """Say from 0 to 1 how alike: the weight that both have, of all the weight (Dice 1945)."""
    if common <= 0:
        return 0.0
    return min(1.0, 2 * common / (name + text))


def _measures_agree(
    text: Mapping[str, tuple[float, ...]], name: Mapping[str, tuple[float, ...]]
) -> tuple[float, int]:
    """Say what measures do to a likeness (1 leaves it), and how many agree but for rounding."""
    factor, near = 1.0, 0
    for dimension, its in name.items():
        mine = text.get(dimension, ())
        agrees = _values_agree(mine, its) if mine else _power_agrees(text, dimension, its)
        factor *= agrees
        near += agrees == 1 and mine != its
    return factor, near


_POWER = frozenset({"va", "w"})
_POWER_FACTOR = 0.8
_ROUNDED = 0.03
_NOT_IN_THE_TEXT = 0.78
_OTHER_VALUE = 0.3
_SOME_VALUES = 0.6
_NEAR_POWER = 0.85


def _values_agree(mine: tuple[float, ...], its: tuple[float, ...]) -> float:
    matched = [any(abs(a - b) <= _ROUNDED * max(a, b) for b in its) for a in mine]
    if all(matched) and len(mine) == len(its):
        return 1.0
    return _SOME_VALUES if any(matched) else _OTHER_VALUE


def _power_agrees(
    text: Mapping[str, tuple[float, ...]], dimension: str, its: tuple[float, ...]
) -> float:
    """Compare kW with kVA at the usual power factor of 0.8; near is not the same."""
    if dimension in _POWER:
        other = next(iter(_POWER - {dimension}))
        ratio = 1 / _POWER_FACTOR if dimension == "va" else _POWER_FACTOR
        converted = tuple(value * ratio for value in text.get(other, ()))
        if converted:
            agreed = any(abs(a - b) <= 0.15 * max(a, b) for a in converted for b in its)
            return _NEAR_POWER if agreed and len(converted) == 1 else _OTHER_VALUE
    return _NOT_IN_THE_TEXT


def _candidates(
    ranked: Sequence[tuple[str, tuple[float, int]]], names: Sequence[_Name]
) -> list[Candidate]:
    """State the confidence: less where another item is nearly as like."""
    found = []
    scores = [score for _, (score, _) in ranked]
    for place, (code, (score, at)) in enumerate(ranked):
        confidence = _MOST_ALIKE * score
        rivals = [*scores[:place], *scores[place + 1 : place + 2]]
        if any(rival >= _CLOSE * score for rival in rivals):
            confidence *= _RIVALLED
        if confidence >= _LEAST:
            found.append(
                Candidate(
                    code=code,
                    confidence=round(confidence, 3),
                    why=Why.SIMILAR,
                    matched=names[at].text,
                )
            )
    return found


_LEAST = 0.15
