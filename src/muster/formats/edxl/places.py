"""Where an element stands in a document, as a person would look for it."""

from lxml import etree

from muster.core.exchange import Place
from muster.formats.xml import line_of


def place_at(element: "etree._Element") -> Place:
    """Say where an element stands: its path and its line."""
    return Place(line=line_of(element), path=path_of(element))


def path_of(element: "etree._Element") -> str:
    """Name an element by those it stands in: RequestResource/ResourceInformation[2]/Resource.

    Elements are counted from 1 where there are several of a name.
    """
    names = []
    at: etree._Element | None = element
    while at is not None:
        tag = str(at.tag)
        before = sum(1 for _ in at.itersiblings(tag, preceding=True))
        is_one = before == 0 and next(at.itersiblings(tag), None) is None
        names.append(local_of(at) if is_one else f"{local_of(at)}[{before + 1}]")
        at = at.getparent()
    return "/".join(reversed(names))


def local_of(element: "etree._Element") -> str:
    """Give an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
