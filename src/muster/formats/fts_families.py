"""Which flows of the FTS count: a flow and what is passed on from it count once.

The service links flows that carry the same money: `parentFlowId` upstream, `childFlowIds`
downstream (https://fts.unocha.org/glossary/child-flow).  The rules here:

1. Of several versions of one flow, the one with the highest `versionId` is read.
2. A flow is a part of the nearest flow above it in the file that has an amount and is not a mere
   pledge; it is shown and not counted.  A parent of 0 has been shared out: its children count.
3. A flow inside the boundary that was asked for (`boundary` "internal") is passed on from money
   that came in already; it is a part of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from muster.core.exchange import DraftLine, Issue, Place, Status, Weight
from muster.formats.money import issue

INTERNAL: Final = "incoming flows"
"""What an internal flow is a part of, where the file names no parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow as read, with what links it to others; `usd` is None where no amount can be read."""

    line: DraftLine
    usd: Decimal | None
    version: int
    parent: str
    children: tuple[str, ...]

    @property
    def id(self) -> str:
        """The service's number, as text."""
        return self.line.reference


def settle(flows: Sequence[Flow]) -> tuple[list[DraftLine], list[Issue]]:
    """Choose versions, find families, and say in each line what it is a part of."""
    latest, noted = _latest(flows)
    by_id = {flow.id: flow for flow in latest if flow.id}
    parents = _parents(latest, by_id, noted)
    children: dict[str, list[Flow]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(by_id[child])
    known: dict[tuple[str, bool], Flow | None] = {}
    lines = []
    for flow in latest:
        above = _above(flow, by_id, parents, known)
        lines.append(_of_children(_settled(flow, by_id, above), flow, children.get(flow.id, ())))
    return lines, noted


def _latest(flows: Sequence[Flow]) -> tuple[list[Flow], list[Issue]]:
    """Keep one version of each flow, in the order of the file."""
    kept: dict[str, Flow] = {}
    noted = []
    for number, flow in enumerate(flows):
        key = flow.id or f"\x00{number}"
        earlier = kept.get(key)
        if earlier is None:
            kept[key] = flow
            continue
        older, newer = sorted((earlier, flow), key=lambda each: each.version)
        if newer.version == older.version and _said(newer) != _said(older):
            newer = _with(newer, _conflict(newer, older))
        else:
            noted.append(_superseded(newer, older))
        kept[key] = newer
    return list(kept.values()), noted


def _said(flow: Flow) -> tuple[object, ...]:
    line = flow.line
    return (line.value, line.currency, line.status, line.party_text, line.place_text, flow.parent)


def _conflict(newer: Flow, older: Flow) -> Issue:
    return issue(
        "fts_id_twice",
        Weight.ERROR,
        newer.line.place,
        f"Flow {newer.id} stands at {older.line.place.path} too, in the same version, and differs.",
        expected="one id for one flow",
        found=newer.id,
    )


def _superseded(newer: Flow, older: Flow) -> Issue:
    return issue(
        "fts_version_superseded",
        Weight.NOTE,
        older.line.place,
        f"Version {older.version} of flow {older.id} is passed over; version {newer.version} at"
        f" {newer.line.place.path} counts.",
        found=older.version,
    )


def _parents(
    flows: Sequence[Flow], by_id: Mapping[str, Flow], noted: list[Issue]
) -> dict[str, str]:
    """Link each flow to its parent in the file, by either side's word; the child's goes first."""
    parents = {
        child: flow.id
        for flow in sorted(flows, key=lambda each: each.id, reverse=True)
        for child in flow.children
        if child in by_id and flow.id
    }
    parents |= {flow.id: flow.parent for flow in flows if flow.id and flow.parent in by_id}
    for child in _closing_circles(parents):
        noted.append(_circle(by_id[child].line.place, child))
        del parents[child]
    return parents


def _closing_circles(parents: Mapping[str, str]) -> list[str]:
    """Find one flow of each circle, visiting each flow once."""
    closing = []
    walked: dict[str, str] = {}
    for start in sorted(parents):
        at = start
        while at in parents and at not in walked:
            walked[at] = start
            at = parents[at]
        if walked.get(at) == start:
            closing.append(at)
    return closing


def _circle(place: Place, flow: str) -> Issue:
    sentence = f"Flow {flow} is its own parent, by way of others; this link is passed over."
    return issue("fts_circle", Weight.QUESTION, place, sentence, found=flow)


def _settled(flow: Flow, by_id: Mapping[str, Flow], above: Flow | None) -> DraftLine:
    line = flow.line
    if above is not None:
        line = replace(line, part_of=above.id)
        sentence = f"Flow {flow.id} is passed on from flow {above.id}, which counts; it does not."
        line = _noted(line, "fts_part_of", sentence, "parentFlowId", above.id)
    elif line.extra.get("boundary") == "internal":
        line = replace(line, part_of=INTERNAL)
        sentence = "The flow stays inside the boundary; the money counted when it came in."
        line = _noted(line, "fts_internal", sentence, "boundary", "internal")
    elif flow.parent and flow.parent not in by_id:
        sentence = f"Flow {flow.parent}, from which this comes, is not in the file; this counts."
        line = _noted(line, "fts_parent_elsewhere", sentence, "parentFlowId", flow.parent)
    return line


def _above(
    flow: Flow,
    by_id: Mapping[str, Flow],
    parents: Mapping[str, str],
    known: dict[tuple[str, bool], Flow | None],
) -> Flow | None:
    """Find the nearest flow above whose amount holds this one's; `known` is kept between calls."""
    is_pledge = flow.line.status is Status.PLEDGED
    passed = []
    at = flow.id
    found = None
    while at in parents and (at, is_pledge) not in known:
        passed.append(at)
        above = by_id[parents[at]]
        if above.usd and (is_pledge or above.line.status is not Status.PLEDGED):
            found = above
            break
        at = parents[at]
    else:
        found = known.get((at, is_pledge))
    known |= dict.fromkeys(((each, is_pledge) for each in passed), found)
    return found


def _of_children(line: DraftLine, flow: Flow, children: Sequence[Flow]) -> DraftLine:
    """Say of a parent what became of its amount, and ask where the sums do not fit."""
    if not children or flow.usd is None:
        return line
    passed_on = sum((child.usd or Decimal(0) for child in children), Decimal(0))
    field = "childFlowIds"
    if flow.usd == 0:
        sentence = f"Its amount is shared out; its {len(children)} parts in the file count."
        return _noted(line, "fts_shared_out", sentence, field, len(children))
    is_parked = line.extra.get("flow_type", "").lower() == "parked"
    fits = passed_on == flow.usd or (passed_on < flow.usd and not is_parked)
    if fits or line.status is Status.PLEDGED:
        return line
    sentence = (
        f"Its {flow.usd:,} dollars and the {passed_on:,} of its parts may be the same money or not."
    )
    whole = f"{flow.usd:,}: the parts are within it"
    both = f"{flow.usd + passed_on:,}: the parent's amount is what is left beside its parts"
    return replace(
        line,
        issues=(
            *line.issues,
            issue(
                "fts_parts_unclear",
                Weight.QUESTION,
                Place(path=f"{line.place.path}.{field}"),
                sentence,
                found=f"{passed_on:f}",
                readings=(whole, both),
            ),
        ),
    )


def _noted(line: DraftLine, code: str, sentence: str, field: str, found: object) -> DraftLine:
    place = Place(path=f"{line.place.path}.{field}")
    noted = issue(code, Weight.NOTE, place, sentence, found=found)
    return replace(line, note=sentence, issues=(*line.issues, noted))


def _with(flow: Flow, fault: Issue) -> Flow:
    return replace(flow, line=replace(flow.line, issues=(*flow.line.issues, fault)))
