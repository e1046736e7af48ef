"""Is it a message as the standard wants it: judged by schema, and said as issues with their place.

The schema is made from the facts in this folder (structure.py).  Whoever has OASIS's own schemas
in a folder can judge by those: `Judge.of_folder`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from lxml import etree

from muster.core.exchange import Issue, Place, Weight
from muster.core.messages import MessageKind
from muster.formats.edxl.explaining import explain, loose_documents
from muster.formats.edxl.places import local_of
from muster.formats.edxl.sentences import MOST_ISSUES, issues_of
from muster.formats.edxl.structure import namespaces, schema_documents

_XLINK: Final = "http://www.w3.org/1999/xlink"
_DE_FILE: Final = "EDXL-DE_Schema_v1.0.xsd"
_STRUCTURAL: Final = frozenset({"edxl_element_missing", "edxl_element_unexpected"})


class Judge:
    """A compiled schema; safe to use from several threads."""

    def __init__(self, schema: "etree.XMLSchema") -> None:
        self.schema = schema
        # The schema keeps the log of its last judgement, so judging and reading the log are one.
        self._lock = Lock()

    @staticmethod
    @cache
    def own() -> "Judge":
        """Judge by the facts that come with the program."""
        return Judge(_compiled(_imports(dict(namespaces())), dict(schema_documents())))

    @staticmethod
    @cache
    def of_folder(folder: Path) -> "Judge":
        """Judge by OASIS's schemas in a folder: edxl-rm-1.0/*.xsd and edxl-de-1.0/*.xsd below it.

        Raises:
            FileNotFoundError: a schema is not there.
            lxml.etree.XMLSchemaParseError: they are not what they should be.
        """
        folder = folder.resolve()
        messages, envelope = folder / "edxl-rm-1.0", folder / "edxl-de-1.0" / _DE_FILE
        kinds = [messages / f"EDXL-RM{kind}.xsd" for kind in MessageKind]
        for path in (*kinds, envelope):
            if not path.is_file():
                raise FileNotFoundError(path)
        included = "".join(f'<xs:include schemaLocation="{path.as_uri()}"/>' for path in kinds)
        documents = {
            "msg": _schema(included, f' targetNamespace="{namespaces()["msg"]}"'),
            # gml-oasis.xsd wants a file that OASIS did not publish with it; no message needs it.
            "xlinks.xsd": _schema(
                '<xs:attributeGroup name="simpleLink">'
                '<xs:anyAttribute namespace="##any" processContents="lax"/></xs:attributeGroup>',
                f' targetNamespace="{_XLINK}"',
            ),
        }
        top = _imports({"msg": namespaces()["msg"], envelope.as_uri(): namespaces()["de"]})
        return Judge(_compiled(top, documents))

    def faults(self, root: "etree._Element") -> tuple[Issue, ...]:
        """List whatever keeps a document from being valid; empty where it is.

        At most MOST_ISSUES are listed, in the order of the document, and then how many there are.
        """
        entries = self._entries(root)
        if not entries:
            return ()
        structural, copy = explain(root, MOST_ISSUES)
        values = issues_of(_loose()._entries(copy), copy)
        said = issues_of(entries, root)
        found = [*structural, *(issue for issue in values if issue.code not in _STRUCTURAL)]
        # What the explanation does not reach (attributes, addresses) the schema's log says alone.
        places = {issue.place.path for issue in found}
        found += [
            issue
            for issue in said
            if issue.place.path not in places and issue.code not in _STRUCTURAL
        ]
        return _listed(found or said, root)

    def _entries(self, root: "etree._Element") -> "list[etree._LogEntry]":
        with self._lock:
            if self.schema(root):
                return []
            return list(self.schema.error_log)  # type: ignore[call-overload,no-any-return]


@cache
def _loose() -> Judge:
    """Judge values alone, wherever they stand."""
    return Judge(_compiled(_imports(dict(namespaces())), dict(loose_documents())))


def _listed(issues: list[Issue], root: "etree._Element") -> tuple[Issue, ...]:
    """Put issues into the order of the document, each once, and cut the list off."""
    once = {(issue.code, issue.place.path, issue.sentence): issue for issue in issues}
    ordered = sorted(once.values(), key=lambda issue: issue.place.line or 0)
    if len(ordered) <= MOST_ISSUES:
        return tuple(ordered)
    sentence = f"Only the first {MOST_ISSUES} faults are listed; mend these and send it again."
    more = Issue(
        code="edxl_more_faults",
        weight=Weight.ERROR,
        place=Place(path=local_of(root)),
        sentence=sentence,
    )
    return (*ordered[:MOST_ISSUES], more)


class _Documents(etree.Resolver):
    """Gives schema documents by name, from memory; files of the folder are read as they are."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._documents = documents

    def resolve(  # type: ignore[override]
        self, system_url: str, _public_id: str, context: object
    ) -> object:
        """Answer the parser that asks for a document; None leaves it to find the file itself."""
        text = self._documents.get(system_url.rpartition("/")[2])
        return None if text is None else self.resolve_string(text, context)  # type: ignore[call-arg]


def _compiled(top: str, documents: Mapping[str, str]) -> "etree.XMLSchema":
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Documents(documents))
    return etree.XMLSchema(etree.fromstring(top, parser))


def _schema(inside: str, attributes: str = "") -> str:
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{attributes}>{inside}</xs:schema>'
    )


def _imports(places: Mapping[str, str]) -> str:
    return _schema(
        "".join(
            f'<xs:import namespace="{namespace}" schemaLocation="{place}"/>'
            for place, namespace in places.items()
        )
    )
