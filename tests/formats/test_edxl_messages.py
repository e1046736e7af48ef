"""Messages of all 16 kinds, and envelopes, are read and written without loss."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from muster.core.envelopes import Distribution
from muster.core.messages import Message, MessageKind, Tree
from muster.core.refusals import TextUnstorable
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.places import path_of
from muster.formats.edxl.reading import receive
from muster.formats.edxl.trees import add_tree, tree_of, walk_below
from muster.formats.edxl.writing import write
from tests.formats.edxl_cases import SCHEMAS, distributions, messages, needs_schemas
from tests.formats.edxl_examples import in_envelope
from tests.formats.edxl_plain import plainly_read
from tests.formats.edxl_whole import whole

calm = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("kind", MessageKind)
def test_what_is_written_is_read_back_value_for_value(kind: MessageKind) -> None:
    @calm
    @given(messages(st.just(kind)))
    def check(message: Message) -> None:
        received = receive(write(message))
        assert not received.fails, received.issues
        assert received.content == message

    check()


@calm
@given(distributions)
def test_an_envelope_is_read_back_with_all_that_is_in_it(distribution: Distribution) -> None:
    received = receive(write(distribution))
    assert received.content == distribution
    assert not received.fails, received.issues
    assert len(received.messages) == len(received.elements)


@needs_schemas
@calm
@given(messages() | distributions)
def test_what_is_written_is_valid_by_the_schemas_of_oasis(content: Message | Distribution) -> None:
    assert Judge.of_folder(SCHEMAS).faults(etree.fromstring(write(content))) == ()


def _mutate(root: "etree._Element", chance: random.Random) -> str:
    """Do one thing to a document that a careless sender might do."""
    elements = [element for element in root.iter() if element is not root]
    element = chance.choice(elements)
    parent = element.getparent()
    assert parent is not None
    deed = chance.choice(["drop", "twice", "move", "word", "rename", "space", "foreign", "text"])
    if deed == "drop":
        parent.remove(element)
    elif deed == "twice":
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
    elif deed == "move":
        parent.insert(chance.randrange(len(parent)), element)
    elif deed == "word":
        element.text = "Whatever"
    elif deed == "rename":
        element.tag = element.tag + "s"
    elif deed == "space":
        element.tag = "{urn:other}" + etree.QName(element).localname
    elif deed == "foreign":
        etree.SubElement(element, "{urn:other}Added")
    else:
        element.tail = "loose"
    return deed


_BEYOND = ("urn:oasis:names:tc:ciq",)


def _is_beyond(root: "etree._Element") -> bool:
    """Say whether a document holds what the program's own facts do not reach into."""
    return any(
        etree.QName(element).namespace.startswith(_BEYOND)
        or "AdditionalContactInformation" in element.tag
        or element.tag.endswith("}Address")
        for element in root.iter()
        if etree.QName(element).namespace
    )


@needs_schemas
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages() | distributions, st.integers(0, 10**6))
def test_the_facts_and_the_schemas_of_oasis_judge_alike(
    content: Message | Distribution, seed: int
) -> None:
    root = etree.fromstring(write(content))
    assume(not _is_beyond(root))
    deed = _mutate(root, random.Random(seed))  # noqa: S311 - chance that a seed repeats
    theirs = Judge.of_folder(SCHEMAS).faults(root)
    ours = Judge.own().faults(root)
    assert bool(theirs) == bool(ours), (deed, theirs, ours, etree.tostring(root))


@given(st.sampled_from("\x00\x01\x0b\ufffe"), messages())
@calm
def test_a_character_that_xml_cannot_hold_is_refused(character: str, message: Message) -> None:
    with pytest.raises(TextUnstorable):
        write(replace(message, message_id=f"a{character}"))


def test_prefixes_that_a_value_speaks_of_keep_their_namespace() -> None:
    tree = Tree(
        "{urn:foreign}Kind",
        text="x:Tent",
        attributes=(("{http://www.w3.org/2001/XMLSchema-instance}type", "x:Shelter"),),
        prefixes=(("x", "urn:kinds"),),
    )
    parent = etree.Element("parent")
    add_tree(parent, tree)
    back = etree.fromstring(etree.tostring(parent))
    assert tree_of(back[0], walk_below(back[0])) == tree
    assert back[0].nsmap["x"] == "urn:kinds"


def _repeat(element: "etree._Element") -> None:
    element.addnext(deepcopy(element))


def _rename(element: "etree._Element", namespace: str, ending: str) -> None:
    element.tag = f"{{{namespace}}}{etree.QName(element).localname}{ending}"


_DEEDS: "dict[str, Callable[[etree._Element], object]]" = {
    "dropped": lambda one: _above(one).remove(one),
    "twice": _repeat,
    "last": lambda one: _above(one).append(one),
    "first": lambda one: _above(one).insert(0, one),
    "another word": lambda one: setattr(one, "text", "Whatever"),
    "empty": lambda one: setattr(one, "text", None),
    "renamed": lambda one: _rename(one, etree.QName(one).namespace or "", "s"),
    "in another namespace": lambda one: _rename(one, "urn:o", ""),
    "with an attribute": lambda one: one.set("note", "1"),
    "with a stranger in it": lambda one: etree.SubElement(one, "{urn:o}Stranger"),
    "followed by text": lambda one: setattr(one, "tail", "loose"),
}


def _above(element: "etree._Element") -> "etree._Element":
    above = element.getparent()
    assert above is not None
    return above


@needs_schemas
@pytest.mark.parametrize("kind", MessageKind)
def test_each_mutation_of_each_element_is_judged_as_by_the_schemas_of_oasis(
    kind: MessageKind,
) -> None:
    ours, theirs = Judge.own().schema, Judge.of_folder(SCHEMAS).schema
    document = write(whole(kind))
    assert ours.validate(etree.fromstring(document))
    count = sum(1 for _ in etree.fromstring(document).iter()) - 1
    refused = 0
    for number in range(1, count + 1):
        for deed, mutate in _DEEDS.items():
            root = etree.fromstring(document)
            element = next(islice(root.iter(), number, None))
            where = path_of(element)
            mutate(element)
            verdict = theirs.validate(root)
            assert ours.validate(root) == verdict, (where, deed, theirs.error_log)
            refused += not verdict
            if not verdict and number % 7 == 0:
                assert Judge.own().faults(root), (where, deed)
    assert refused > count * 5


@pytest.mark.parametrize("kind", MessageKind)
def test_each_mutation_of_each_element_is_read_as_plain_code_reads_it(kind: MessageKind) -> None:
    document = write(whole(kind))
    count = sum(1 for _ in etree.fromstring(document).iter()) - 1
    valid = 0
    for number in range(1, count + 1):
        for deed, mutate in _DEEDS.items():
            root = etree.fromstring(document)
            mutate(next(islice(root.iter(), number, None)))
            if deed == "dropped" and number % 3 == 0:
                root = etree.fromstring(in_envelope(etree.tostring(root), document))
            received = receive(etree.tostring(root))
            assert received.content == plainly_read(root), (number, deed)
            valid += not received.fails
    assert valid > count * 2


@calm
@given(messages() | distributions)
def test_messages_made_at_random_are_read_as_plain_code_reads_them(
    content: Message | Distribution,
) -> None:
    document = write(content)
    assert receive(document).content == plainly_read(etree.fromstring(document))
