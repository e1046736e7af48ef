"""Draws rules and cases: texts of the subset, and facts of every type, known and unknown."""

from datetime import date, timedelta

from hypothesis import strategies as st

from muster.core.rulebook.facts import FACTS, Case, FactKind, Type, Value

_WORDS = ("", "UKR", "NOR", "NO", "UK", "nation", "member", "lethal", "non_lethal")
_DAYS = st.integers(0, 3).map(lambda days: date(2023, 4, 19) + timedelta(days=days))
_words = st.sampled_from(_WORDS)
_texts = [kind.name for kind in FACTS.values() if kind.type is Type.TEXT]
_missing = [kind.name for kind in FACTS.values() if kind.may_be_missing]
_nulls = [name for name in _texts if name not in _missing]
_flags = [kind.name for kind in FACTS.values() if kind.type is Type.FLAG]


def _value(kind: FactKind) -> st.SearchStrategy[Value]:
    found: st.SearchStrategy[Value] = {
        Type.TEXT: _words,
        Type.FLAG: st.booleans(),
        Type.WHOLE: st.integers(-2, 2),
        Type.DAY: _DAYS,
        Type.TEXTS: st.frozensets(_words, max_size=3),
    }[kind.type]
    if kind.among:
        found = st.sampled_from(kind.among)
    return st.one_of(st.none(), found) if kind.nullable else found


cases: st.SearchStrategy[Case] = st.fixed_dictionaries(
    {name: _value(kind) for name, kind in FACTS.items()}
)


def _written(word: str) -> str:
    return f'"{word}"'


_text_operands = st.one_of(st.sampled_from(_texts), _words.map(_written))
_lists = st.lists(_words, max_size=3).map(lambda words: f"[{', '.join(map(_written, words))}]")
_wholes = st.one_of(st.just("goods.days_left"), st.integers(-2, 2).map(str))
_day_operands = st.one_of(st.just("day"), _DAYS.map(lambda d: f'timestamp("{d}T00:00:00Z")'))
_listed = st.sampled_from(["offer.only_for", "offer.not_for", "journey.territories"])
_signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_equal = st.sampled_from(["==", "!="])


def _put(*parts: st.SearchStrategy[str], form: str) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: form.format(*found))


_atoms = st.one_of(
    st.sampled_from([*_flags, "true", "false"]),
    _put(_text_operands, _signs, _text_operands, form="{} {} {}"),
    _put(_wholes, _signs, _wholes, form="{} {} {}"),
    _put(_day_operands, _signs, _day_operands, form="{} {} {}"),
    _put(st.sampled_from(_flags), _equal, st.sampled_from(_flags), form="{} {} {}"),
    _put(st.sampled_from([*_nulls, "goods.days_left", *_flags]), _equal, form="{} {} null"),
    _put(st.sampled_from(_missing), form="has({})"),
    _put(_text_operands, _lists, form="{} in {}"),
    _put(_text_operands, _listed, form="{} in {}"),
    _put(
        _text_operands,
        st.sampled_from(["startsWith", "endsWith", "contains"]),
        _text_operands,
        form="{}.{}({})",
    ),
)
expressions: st.SearchStrategy[str] = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        _put(inner, inner, form="({} && {})"),
        _put(inner, inner, inner, form="{} || ({}) || {}"),
        _put(inner, form="!({})"),
        _put(inner, inner, inner, form="(({}) ? ({}) : ({}))"),
    ),
    max_leaves=6,
)
