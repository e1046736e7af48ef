"""From the text of a rule to its tree, or to a refusal with the place and a sentence.

The text is parsed as CEL by cel-python, then held to the subset that is documented: comparisons of
facts with constants, of facts with facts, lists, and their combinations.  What goes through a list
(the macros of CEL) is refused, and so is what is too long or too deep, before it is parsed.
"""

import functools
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NoReturn

from muster.core.moments import parse_date
from muster.core.refusals import DateUnreadable
from muster.core.rulebook.facts import FACTS, SIDES, Type
from muster.core.rulebook.language import (
    Both,
    Choice,
    Compared,
    Condition,
    Constant,
    Expression,
    Fact,
    Flagged,
    Known,
    Listed,
    Not,
    Operand,
    Texted,
    Within,
    atoms,
)
from muster.core.rulebook.refusals import RuleLoops, RuleTooLarge, RuleUnreadable

if TYPE_CHECKING:
    from celpy.celparser import CELParser
    from lark import Tree
    from lark.lexer import Token

    _Node = Tree[Token]

MOST_CHARACTERS: Final = 4_000
MOST_DEPTH: Final = 24
MOST_ATOMS: Final = 100
MOST_LISTED: Final = 500
_LOOPS: Final = frozenset({"all", "exists", "exists_one", "map", "filter"})
_TESTS: Final = frozenset({"startsWith", "endsWith", "contains"})
_SIGNS: Final = {
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
}
_TURNED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@functools.lru_cache(maxsize=4_096)
def read(text: str) -> Condition:
    """Read the condition of a rule.

    Raises:
        RuleUnreadable: it does not parse, or is not of the subset: the place, and why.
        RuleLoops: it goes through a list.
        RuleTooLarge: it is too long, too deep, or compares too much.
    """
    _demand_small(text)
    tree = _Reader().truth(_parse(text), 0)
    count = sum(1 for _ in atoms(tree))
    if count > MOST_ATOMS:
        raise RuleTooLarge(what="its comparisons are", found=count, most=MOST_ATOMS)
    return Condition(text, tree)


def _demand_small(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise RuleTooLarge(what="its characters are", found=len(text), most=MOST_CHARACTERS)
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    if deepest > MOST_DEPTH:
        raise RuleTooLarge(what="its brackets stand in each other", found=deepest, most=MOST_DEPTH)


@functools.lru_cache(maxsize=1)
def _parser() -> "CELParser":
    from celpy.celparser import CELParser  # noqa: PLC0415 - slow to load, and seldom needed

    return CELParser()


def _parse(text: str) -> "_Node":
    from celpy.celparser import CELParseError  # noqa: PLC0415 - as above
    from lark.exceptions import LarkError  # noqa: PLC0415 - as above

    try:
        return _parser().parse(text)
    except CELParseError as error:
        line, column = error.line or 1, error.column or len(text) + 1
        raise RuleUnreadable(
            line=line, column=column, why="this is not an expression of CEL"
        ) from error
    except LarkError as error:
        why = "this is not an expression of CEL"
        raise RuleUnreadable(line=1, column=1, why=why) from error


class _Reader:
    """Goes through the parser's tree; each rule of CEL's grammar has its own name."""

    def truth(self, node: "_Node", depth: int) -> Expression:  # noqa: PLR0911 - one for each kind
        """Read what is true or false."""
        node = _core(node)
        if depth > MOST_DEPTH:
            raise RuleTooLarge(what="its parts stand in each other", found=depth, most=MOST_DEPTH)
        match node.data:
            case "conditionalor" | "conditionaland":
                every = node.data == "conditionaland"
                parts = [self.truth(part, depth + 1) for part in _chain(node)]
                return Both(every, tuple(parts))
            case "expr":
                condition, then, otherwise = (
                    self.truth(_tree(c), depth + 1) for c in node.children
                )
                return Choice(condition, then, otherwise)
            case "unary" if _tree(node.children[0]).data == "unary_not":
                return Not(self.truth(_tree(node.children[1]), depth + 1))
            case "relation":
                return self._relation(node)
            case "member_dot_arg":
                return self._test(node)
            case "ident_arg" if str(node.children[0]) == "has":
                return _known(node)
        operand = self._operand(node)
        if operand.type is not Type.FLAG:
            _refuse(node, f"a {operand.type} is neither true nor false by itself; compare it")
        return Flagged(operand)

    def _relation(self, node: "_Node") -> Expression:
        sign_node, right_node = _tree(node.children[0]), _core(_tree(node.children[1]))
        left_node = _core(_tree(sign_node.children[0]))
        left = self._operand(left_node)
        if sign_node.data == "relation_in":
            return self._within(left, left_node, right_node)
        sign, right = _SIGNS[sign_node.data], self._operand(right_node)
        _demand_comparable(sign, left, right, right_node)
        return Compared(sign, left, right)

    def _within(self, left: Operand, left_node: "_Node", right_node: "_Node") -> Within:
        right: Listed | Fact
        if right_node.data == "list_lit":
            right = self._list(right_node)
            wanted = right.type
        else:
            found = self._operand(right_node)
            if not isinstance(found, Fact) or found.type is not Type.TEXTS:
                _refuse(right_node, 'after "in" stands a list')
            right, wanted = found, Type.TEXT
        if left.type is not wanted:
            _refuse(left_node, f"a {left.type} is never in a list of {wanted}s")
        return Within(left, right)

    def _list(self, node: "_Node") -> Listed:
        listed = _arguments(node.children)
        if len(listed) > MOST_LISTED:
            raise RuleTooLarge(what="the values of a list are", found=len(listed), most=MOST_LISTED)
        found = [self._operand(_core(_tree(each))) for each in listed]
        kinds = {each.type for each in found}
        if len(kinds) > 1 or not kinds <= {Type.TEXT, Type.WHOLE} or _any_fact(found):
            _refuse(node, "a list is of texts, or of whole numbers, as they are written")
        values = tuple(each.value for each in found if isinstance(each, Constant))
        # Only texts and numbers are left, by the check above.
        return Listed(
            tuple(v for v in values if isinstance(v, str | int)),
            kinds.pop() if kinds else Type.TEXT,
        )

    def _test(self, node: "_Node") -> Texted:
        name = str(node.children[1])
        if name in _LOOPS:
            line, column = _place(node.children[1])
            raise RuleLoops(line=line, column=column, word=name)
        arguments = _arguments(node.children[2:])
        if name not in _TESTS or len(arguments) != 1:
            _refuse(node, f'"{name}" is not one of {", ".join(sorted(_TESTS))} with one text')
        left_node, right_node = _core(_tree(node.children[0])), _core(_tree(arguments[0]))
        left, right = self._operand(left_node), self._operand(right_node)
        for each, place in ((left, left_node), (right, right_node)):
            if each.type is not Type.TEXT:
                _refuse(place, f'"{name}" is asked of texts, and this is a {each.type}')
        return Texted(name, left, right)

    def _operand(self, node: "_Node") -> Operand:
        match node.data:
            case "literal":
                return _constant(node)
            case "ident" | "member_dot":
                return _fact(node)
            case "ident_arg":
                return _call(node)
            case "member_dot_arg" if str(node.children[1]) in _LOOPS:
                self._test(node)
        return _refuse(node, "here stands a fact, a text, a number, a day, true, false or null")


def _core(node: "_Node") -> "_Node":
    """Go down to the part that says something: most of the grammar's levels hold one child."""
    while len(node.children) == 1 and node.data not in _LEAVES:
        child = node.children[0]
        if isinstance(child, str):
            return node
        node = _tree(child)
    return node


_LEAVES = frozenset({"literal", "ident", "list_lit", "ident_arg", "map_lit", "dot_ident"})


def _chain(node: "_Node") -> "list[_Node]":
    """Flatten a && b && c, which the grammar nests to the left, however long it is."""
    kind, parts = node.data, []
    while node.data == kind and len(node.children) == _LEFT_AND_RIGHT:
        parts.append(_tree(node.children[1]))
        node = _tree(node.children[0])
    return [node, *reversed(parts)]


_LEFT_AND_RIGHT = 2


def _arguments(holding: "Sequence[object]") -> "list[_Node | Token]":
    """List what stands between the brackets; the grammar leaves an empty place for nothing."""
    listed = next((each for each in holding if each is not None), None)
    return [] if listed is None else _tree(listed).children


def _tree(node: object) -> "_Node":
    from lark import Tree  # noqa: PLC0415 - loaded with the parser

    if not isinstance(node, Tree):
        raise RuleUnreadable(line=1, column=1, why="this is not an expression of CEL")
    return node


def _place(node: object) -> tuple[int, int]:
    """Find the first word of a part of the text."""
    while not isinstance(node, str):
        node = next(filter(None, _tree(node).children), None)
        if node is None:
            return 1, 1
    return getattr(node, "line", 1) or 1, getattr(node, "column", 1) or 1


def _refuse(node: object, why: str) -> NoReturn:
    line, column = _place(node)
    raise RuleUnreadable(line=line, column=column, why=why)


def _fact(node: "_Node") -> Fact:
    words: list[str] = []
    inner = node
    while inner.data == "member_dot":
        words.append(str(inner.children[1]))
        inner = _core(_tree(inner.children[0]))
    if inner.data != "ident":
        _refuse(node, "a fact is written as donor.kind is")
    name = ".".join([str(inner.children[0]), *reversed(words)])
    if name not in FACTS:
        side = name.partition(".")[0]
        known = [fact for fact in FACTS if fact.partition(".")[0] == side] or SIDES
        _refuse(node, f'there is no fact "{name}"; there are {", ".join(known)}')
    return Fact(name)


def _known(node: "_Node") -> Known:
    """Read has(request.use): whether a fact that may be missing is there."""
    arguments = _arguments(node.children[1:])
    inner = _core(_tree(arguments[0])) if len(arguments) == 1 else node
    if inner.data != "member_dot":
        _refuse(node, "has() is asked of one fact, such as has(request.use)")
    found = _fact(inner)
    if not FACTS[found.name].may_be_missing:
        missing = ", ".join(name for name, kind in FACTS.items() if kind.may_be_missing)
        _refuse(inner, f"{found.name} is never missing; has() is asked of {missing}")
    return Known(found)


def _call(node: "_Node") -> Constant:
    """Read timestamp("2023-04-20T00:00:00Z"), the one function there is."""
    name = str(node.children[0])
    arguments = _arguments(node.children[1:])
    if name != "timestamp" or len(arguments) != 1:
        _refuse(node, f'there is no function "{name}"; there is timestamp("2023-04-20T00:00:00Z")')
    inner = _core(_tree(arguments[0]))
    text = _constant(inner).value if inner.data == "literal" else None
    return Constant(_midnight(text, node), Type.DAY)


def _midnight(text: object, node: "_Node") -> date:
    day, middle, rest = str(text).partition("T00:00:00Z")
    if isinstance(text, str) and middle and not rest:
        try:
            return parse_date(day)
        except DateUnreadable:
            pass
    return _refuse(node, 'a day is written as its midnight, timestamp("2023-04-20T00:00:00Z")')


def _constant(node: "_Node") -> Constant:
    token = node.children[0]
    kind, text = getattr(token, "type", ""), str(token)
    match kind:
        case "BOOL_LIT":
            return Constant(text == "true", Type.FLAG)
        case "NULL_LIT":
            return Constant(None, Type.NULL)
        case "INT_LIT" if text.lstrip("-").isdigit() and abs(int(text)) < 2**53:
            return Constant(int(text), Type.WHOLE)
        case "STRING_LIT":
            return Constant(_unquoted(text, node), Type.TEXT)
    return _refuse(node, f"{text} is neither a text, a whole number, true, false nor null")


def _unquoted(text: str, node: "_Node") -> str:
    if text[0] in "rR":
        return text[2:-1]
    inner, made, at = text[1:-1], "", 0
    while at < len(inner):
        if inner[at] != "\\":
            made, at = made + inner[at], at + 1
            continue
        turned = inner[at + 1]
        if turned not in _TURNED and turned not in "\\\"'`?":
            _refuse(node, f'"\\{turned}" is not read in a text; write the letter itself')
        made, at = made + _TURNED.get(turned, turned), at + 2
    return made


def _any_fact(found: list[Operand]) -> bool:
    return any(isinstance(each, Fact) for each in found)


def _demand_comparable(sign: str, left: Operand, right: Operand, place: "_Node") -> None:
    kinds = {left.type, right.type} - {Type.NULL}
    if Type.NULL in {left.type, right.type}:
        for each in (left, right):
            if isinstance(each, Fact) and FACTS[each.name].may_be_missing:
                _refuse(place, f"{each.name} is missing, never null; write has({each.name})")
    if len(kinds) > 1:
        _refuse(place, f"a {left.type} is compared with a {right.type}, and they are never alike")
    if Type.TEXTS in kinds:
        _refuse(place, 'a list of texts is asked with "in", not compared')
    ordered = sign not in {"==", "!="}
    if ordered and (Type.NULL in {left.type, right.type} or Type.FLAG in kinds):
        _refuse(place, f'"{sign}" puts texts, numbers or days in order, and nothing else')
