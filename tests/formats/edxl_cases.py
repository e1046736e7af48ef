"""Messages and envelopes of every kind, made at random within what the standard allows."""

import os
import string
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from muster.core import envelopes as de
from muster.core import messages as rm
from muster.core.messages import MessageKind, Tree
from muster.formats.edxl.structure import elements_of, namespaces, schedules_of

# A folder with edxl-rm-1.0/*.xsd and edxl-de-1.0/*.xsd: named, or beside the checkout.
_NAMED = os.environ.get("MUSTER_TEST_STANDARDS", "")
_BESIDE = Path(__file__).parents[3].glob("*/standards")
SCHEMAS = Path(_NAMED) if _NAMED else next(_BESIDE, Path("no-standards"))
needs_schemas = pytest.mark.skipif(
    not (SCHEMAS / "edxl-rm-1.0").is_dir(),
    reason="OASIS's schemas are not distributed with Muster; set MUSTER_TEST_STANDARDS",
)

MSG, RM, DE = (namespaces()[name] for name in ("msg", "rm", "de"))
GML, XAL, XPIL = (namespaces()[name] for name in ("gml", "xal", "xpil"))
XNL = "urn:oasis:names:tc:ciq:xnl:3"

T = TypeVar("T")

_CHARACTERS = st.one_of(
    st.sampled_from("aZ 9<>&\"'\t\n\r]:{}é漢ع🚑"),
    st.characters(min_codepoint=32, max_codepoint=0xD7FF),
)
texts = st.text(_CHARACTERS, max_size=12)
words = st.text(string.ascii_letters, min_size=1, max_size=8)
uris = words.map("urn:x:{}".format)
numbers = st.one_of(
    st.integers(-(10**6), 10**9).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(["INF", "-INF", "NaN", "1e3", " 7 ", "+.5"]),
)
moments = st.builds(
    lambda moment, zone, sign: moment.replace(tzinfo=zone).isoformat() + sign,
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001
    st.sampled_from([None, UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5.5))]),
    st.just(""),
) | st.sampled_from(["2023-04-20T24:00:00Z", "2011-03-11T19:57:21.9517542Z"])


def _many(one: SearchStrategy[T], most: int = 2) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(one, max_size=most).map(tuple)


def _maybe(one: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | one


values = st.builds(rm.ValueList, uris, st.lists(texts, min_size=1, max_size=2).map(tuple))
measured = st.builds(rm.Measured, numbers, _maybe(values))
quantities = st.one_of(
    st.builds(rm.Quantity, texts=st.lists(texts, min_size=1, max_size=2).map(tuple)),
    st.builds(rm.Quantity, measured=measured),
)
positions = st.tuples(st.integers(-90, 90), st.integers(-180, 180)).map(
    lambda pair: f"{pair[0]} {pair[1]}"
)


@st.composite
def _geometries(draw: DrawFn) -> Tree:
    """One of the five geometries that a place may be."""
    pos = Tree(f"{{{GML}}}pos", draw(positions))
    listed = Tree(f"{{{GML}}}posList", " ".join(draw(st.lists(positions, min_size=2, max_size=4))))
    ring = Tree(f"{{{GML}}}exterior", children=(Tree(f"{{{GML}}}LinearRing", children=(listed,)),))
    inner = draw(
        st.sampled_from(
            [
                Tree(
                    f"{{{GML}}}Point",
                    attributes=(("srsName", "http://www.opengis.net/gml/srs/epsg.xml#4326"),),
                    children=(pos,),
                ),
                Tree(f"{{{GML}}}LineString", children=(listed,)),
                Tree(
                    f"{{{GML}}}CircleByCenterPoint",
                    attributes=(("numArc", "1"),),
                    children=(
                        pos,
                        Tree(f"{{{GML}}}radius", "2.5", attributes=(("uom", "urn:x:km"),)),
                    ),
                ),
                Tree(f"{{{GML}}}Polygon", children=(ring,)),
                Tree(
                    f"{{{GML}}}Envelope",
                    children=(
                        Tree(f"{{{GML}}}lowerCorner", pos.text),
                        Tree(f"{{{GML}}}upperCorner", draw(positions)),
                    ),
                ),
            ]
        )
    )
    return Tree(f"{{{RM}}}TargetArea", children=(inner,))


addresses = st.builds(
    lambda lines: Tree(
        f"{{{RM}}}Address",
        children=(
            Tree(
                f"{{{XAL}}}FreeTextAddress",
                children=tuple(Tree(f"{{{XAL}}}AddressLine", line) for line in lines),
            ),
        ),
    ),
    st.lists(words, min_size=1, max_size=2),
)
parties = st.builds(
    lambda name: Tree(
        f"{{{RM}}}AdditionalContactInformation",
        children=(
            Tree(
                f"{{{XPIL}}}PartyName",
                children=(
                    Tree(
                        f"{{{XNL}}}OrganisationName",
                        children=(Tree(f"{{{XNL}}}NameElement", name),),
                    ),
                ),
            ),
        ),
    ),
    words,
)
foreign = st.recursive(
    st.builds(
        Tree,
        words.map("{{urn:foreign}}{}".format),
        texts.filter(lambda text: ":" not in text),
        st.dictionaries(words, words, max_size=2).map(lambda found: tuple(found.items())),
    ),
    lambda inner: st.builds(
        lambda name, text, children, tail: Tree(
            name, text, children=(*children[:-1], _with_tail(children[-1], tail))
        ),
        words.map("{{urn:foreign}}{}".format),
        st.text(string.ascii_letters + " \n", max_size=4),
        st.lists(inner, min_size=1, max_size=2),
        st.text(string.ascii_letters + " \n", max_size=4),
    ),
    max_leaves=3,
)


def _with_tail(tree: Tree, tail: str) -> Tree:
    return Tree(tree.name, tree.text, tree.attributes, tree.children, tail)


type_details = st.builds(
    lambda children: Tree(f"{{{MSG}}}TypeInfo", children=tuple(children)),
    st.lists(foreign, min_size=1, max_size=2),
)
locations = st.builds(rm.Location, _maybe(texts), _maybe(addresses), _maybe(_geometries()))
contacts = st.builds(
    rm.Contact,
    _maybe(texts),
    st.sampled_from(rm.ContactRole),
    _many(st.builds(rm.Radio, values, texts), 1),
    _maybe(locations),
    _maybe(parties),
)
responses = st.builds(rm.Response, texts, st.sampled_from(rm.Answer), _maybe(values), _maybe(texts))
ownerships = st.builds(rm.Ownership, *[_maybe(texts)] * 4)
instructions = st.builds(rm.Instructions, *[_maybe(texts)] * 3)
incidents = st.builds(rm.Incident, _maybe(texts), _maybe(texts))
recalls = st.builds(rm.Recall, texts, st.sampled_from(rm.RecallKind))
fundings = st.builds(rm.Funding, words, _maybe(texts))


class _Chooser:
    """Draws each part as often as a kind of message allows it."""

    def __init__(self, draw: DrawFn, kind: MessageKind) -> None:
        self._draw, self._often = draw, elements_of(kind)

    def one(self, path: str, strategy: SearchStrategy[T]) -> Any:  # noqa: ANN401 - of any part
        often = self._often.get(path)
        if often is None:
            return None
        return self._draw(strategy if often == "1" else _maybe(strategy))

    def many(self, path: str, strategy: SearchStrategy[T]) -> tuple[T, ...]:
        often = self._often.get(path)
        if often is None:
            return ()
        least = 1 if often == "+" else 0
        return tuple(self._draw(st.lists(strategy, min_size=least, max_size=2)))


@st.composite
def entries(draw: DrawFn, kind: MessageKind) -> rm.ResourceEntry:
    choose = _Chooser(draw, kind)
    top = "ResourceInformation"
    return rm.ResourceEntry(
        draw(texts),
        choose.one(f"{top}/ResponseInformation", responses),
        choose.one(f"{top}/Resource", _resources(kind)),
        choose.one(f"{top}/AssignmentInformation", _assignments(kind)),
        choose.many(
            f"{top}/ScheduleInformation",
            st.builds(
                rm.Schedule,
                st.sampled_from(schedules_of(kind)).map(rm.ScheduleKind),
                _maybe(moments),
                _maybe(locations),
            ),
        ),
    )


@st.composite
def _resources(draw: DrawFn, kind: MessageKind) -> rm.Resource:
    choose = _Chooser(draw, kind)
    top = "ResourceInformation/Resource"
    return rm.Resource(
        resource_id=draw(_maybe(texts)),
        name=draw(words),
        type_structure=draw(_maybe(values)),
        type_info=draw(_maybe(type_details)),
        keywords=draw(_many(values)),
        description=draw(_maybe(texts)),
        credentials=draw(_maybe(texts)),
        certifications=draw(_maybe(texts)),
        special_requirements=draw(_maybe(texts)),
        responsible_party=choose.one(f"{top}/ResponsibleParty", contacts),
        ownership=choose.one(f"{top}/OwnershipInformation", ownerships),
        status=choose.one(f"{top}/ResourceStatus", _statuses(kind)),
    )


@st.composite
def _statuses(draw: DrawFn, kind: MessageKind) -> rm.ResourceStatus:
    choose = _Chooser(draw, kind)
    top = "ResourceInformation/Resource/ResourceStatus"
    return rm.ResourceStatus(
        choose.one(f"{top}/InventoryRefreshDateTime", moments),
        choose.one(f"{top}/DeploymentStatus", values),
        choose.one(f"{top}/Availability", texts),
    )


@st.composite
def _assignments(draw: DrawFn, kind: MessageKind) -> rm.Assignment:
    choose = _Chooser(draw, kind)
    top = "ResourceInformation/AssignmentInformation"
    return rm.Assignment(
        choose.one(f"{top}/Quantity", quantities),
        draw(_maybe(texts)),
        draw(_maybe(texts)),
        choose.one(f"{top}/PriceQuote", quantities),
        choose.one(f"{top}/OrderID", texts),
        choose.one(f"{top}/AssignmentInstructions", instructions),
    )


@st.composite
def messages(draw: DrawFn, kinds: SearchStrategy[MessageKind] | None = None) -> rm.Message:
    kind = draw(kinds if kinds is not None else st.sampled_from(MessageKind))
    choose = _Chooser(draw, kind)
    return rm.Message(
        kind=kind,
        message_id=draw(texts),
        sent=draw(moments),
        originating_id=draw(texts),
        contacts=choose.many("ContactInformation", contacts),
        description=choose.one("MessageDescription", texts),
        preceding_id=choose.one("PrecedingMessageID", texts),
        incidents=choose.many("IncidentInformation", incidents),
        recall=choose.one("MessageRecall", recalls),
        funding=choose.many("Funding", fundings),
        entries=choose.many("ResourceInformation", entries(kind)),
    )


others = st.builds(
    de.OtherContent,
    texts,
    _maybe(st.integers(0, 10**9).map(str)),
    _maybe(texts),
    _maybe(uris),
    _maybe(st.just("SGVsbG8=")),
)
parts = st.builds(de.XmlPart, st.lists(messages() | foreign, min_size=1, max_size=2).map(tuple))
_described = {
    "description": _maybe(texts),
    "keywords": _many(values),
    "incident_id": _maybe(texts),
    "incident_description": _maybe(texts),
    "originator_roles": _many(values, 1),
    "consumer_roles": _many(values, 1),
    "confidentiality": _maybe(texts),
    "extensions": _many(foreign, 1),
}
contents = st.one_of(
    st.builds(de.ContentObject, **_described, other=others),
    st.builds(
        de.ContentObject,
        **_described,
        xml=st.builds(
            de.XmlContent,
            _many(st.builds(de.XmlPart, st.tuples(foreign)), 1),
            _many(parts, 2),
        ),
    ),
)
distributions = st.builds(
    de.Distribution,
    distribution_id=texts,
    sender_id=texts,
    sent=moments,
    status=st.sampled_from(de.DistributionStatus),
    kind=st.sampled_from(de.DistributionType),
    confidentiality=texts,
    language=_maybe(texts),
    sender_roles=_many(values, 1),
    recipient_roles=_many(values, 1),
    keywords=_many(values, 1),
    references=_many(texts),
    addresses=_many(
        st.builds(de.Address, texts, st.lists(texts, min_size=1, max_size=2).map(tuple))
    ),
    areas=_many(st.builds(de.TargetArea, *[_many(texts, 1)] * 5), 1),
    contents=_many(contents, 2),
)
