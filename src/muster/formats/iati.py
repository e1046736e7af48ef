"""IATI 2.01 to 2.03 activities: transactions read as pledges, commitments and disbursements.

The file is streamed, one activity in memory at a time.  Budgets and planned disbursements are plans
and are not read as pledges.  What counts is settled over the whole file: see `_settled`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from typing import Final

from lxml import etree

from muster.core.exchange import DraftLine, Hints, Issue, Place, Reading, Status, Weight
from muster.formats.iati_activities import Activity, Gift, read_activity
from muster.formats.iati_structure import is_moment
from muster.formats.money import clean, issue

MOST_BYTES: Final = 256 * 1024 * 1024
"""The greatest file that is read; the largest of the registry have some 100 MB."""
MOST_ISSUES: Final = 5_000
"""The most issues of the file as a whole that are listed."""
VERSIONS: Final = ("2.01", "2.02", "2.03")
_ROOT: Final = "iati-activities"
_ACTIVITY: Final = "iati-activity"

_Key = tuple[str, str, Status, Decimal | None, str]


@dataclass(frozen=True, slots=True)
class IatiActivities:
    """The format "iati", a value for the registry."""

    name: str = "iati"
    title: str = "IATI activities (XML)"

    def claims(self, data: bytes, name: str) -> float:  # noqa: ARG002 - the root says enough
        """Say from 0 to 1 how surely these bytes are IATI."""
        start = data[:8_192].replace(b"\x00", b"")
        if b"<iati-activities" in start or b"<iati-activity" in start:
            return 0.98
        return 0.7 if b"<iati-organisations" in start else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:  # noqa: ARG002 - the file says it all
        """Read activities; every fault is an issue at its path, with its line."""
        if len(data) > MOST_BYTES:
            sentence = f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} are read."
            faults = [issue("xml_too_large", Weight.ERROR, Place(), sentence)]
            return Reading(format=self.name, issues=tuple(faults), title=self.title)
        activities, faults = _activities(data)
        lines = _settled(activities, faults) if not _fatal(faults) else []
        numbered = tuple(replace(line, number=n) for n, line in enumerate(lines, 1))
        told = _of_the_whole(activities, faults, has_lines=bool(numbered))
        return Reading(format=self.name, lines=numbered, issues=_capped(told), title=self.title)


IATI: Final = IatiActivities()


def _fatal(faults: Sequence[Issue]) -> bool:
    return any(fault.weight is Weight.ERROR for fault in faults)


def _activities(data: bytes) -> tuple[list[Activity], list[Issue]]:
    """Stream the file; nothing of it is fetched, expanded or kept longer than an activity."""
    activities: list[Activity] = []
    faults: list[Issue] = []
    try:
        for element in _elements(data, faults):
            activities.append(read_activity(element, len(activities) + 1))
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        said = clean((error.msg or "").partition(", line ")[0])
        column = error.offset or 0
        sentence = f"The file is not well-formed XML: {said} (line {line}, column {column})."
        faults.append(issue("xml_malformed", Weight.ERROR, Place(line=line), sentence, found=said))
    return activities, faults


def _elements(data: bytes, faults: list[Issue]) -> "Iterator[etree._Element]":
    """Give each activity of a root that is IATI's, and free it when the next is asked for.

    Raises:
        etree.XMLSyntaxError: the file is not well-formed.
    """
    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    for event, element in events:
        if event == "start":
            if depth == 0 and not _is_root(element, faults):
                return
            depth += 1
            continue
        depth -= 1
        if depth == 1:
            if element.tag == _ACTIVITY:
                yield element
            else:
                faults.append(_foreign(element))
            _free(element)


def _free(element: "etree._Element") -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _is_root(element: "etree._Element", faults: list[Issue]) -> bool:
    """Judge the root, before anything below it is looked at."""
    document_type: object = element.getroottree().docinfo.internalDTD
    # Cut by hand: lxml refuses to take apart a name such as ":iati-activities".
    namespace, _, local = str(element.tag).rpartition("}")
    at = Place(path=local, line=1)
    if document_type is not None:
        sentence = "The file declares a document type (DOCTYPE); such files are not read."
        faults.append(issue("xml_document_type", Weight.ERROR, at, sentence, found="DOCTYPE"))
    elif local == "iati-organisations":
        sentence = "This is an IATI organisation file; it holds budgets and no transactions."
        faults.append(issue("iati_organisations", Weight.ERROR, at, sentence, expected=_ROOT))
    elif namespace or local != _ROOT:
        sentence = f"The root is not {_ROOT} of no namespace."
        faults.append(
            issue("iati_root", Weight.ERROR, at, sentence, expected=_ROOT, found=element.tag)
        )
    elif (version := str(element.get("version", ""))) == "" or version.startswith("1."):
        sentence = f'IATI {", ".join(VERSIONS)} are read; the file says "{clean(version[:20])}".'
        faults.append(
            issue("iati_version", Weight.ERROR, at, sentence, expected="2.03", found=version)
        )
    else:
        faults += _root_notes(element)
        return True
    return False


def _root_notes(element: "etree._Element") -> Iterator[Issue]:
    version = str(element.get("version"))
    if version not in VERSIONS:
        sentence = f'"{clean(version[:20])}" is no version of IATI; the file is read as 2.03.'
        at = Place(path=f"{_ROOT}/@version", line=1)
        yield issue(
            "iati_version_unknown", Weight.QUESTION, at, sentence, expected="2.03", found=version
        )
    generated = str(element.get("generated-datetime", "2000-01-01T00:00:00"))
    if not is_moment(generated):
        at = Place(path=f"{_ROOT}/@generated-datetime", line=1)
        sentence = "The file does not say when it was made, though it means to."
        yield issue("iati_value", Weight.NOTE, at, sentence, expected="a moment", found=generated)
    known = {"version", "generated-datetime", "linked-data-default"}
    for name in map(str, element.keys()):
        if not name.startswith("{") and name not in known:
            at = Place(path=f"{_ROOT}/@{name}", line=1)
            sentence = f"{_ROOT} has no attribute {name} in IATI."
            yield issue("iati_attribute_unknown", Weight.NOTE, at, sentence)


def _foreign(element: "etree._Element") -> Issue:
    line: object = element.sourceline
    at = Place(path=_ROOT, line=line if isinstance(line, int) else None)
    sentence = "Beside activities, this stands in the file; it is passed over."
    weight = Weight.NOTE if str(element.tag).startswith("{") else Weight.ERROR
    return issue("iati_element_unknown", weight, at, sentence, found=element.tag)


def _of_the_whole(
    activities: Sequence[Activity], faults: Sequence[Issue], *, has_lines: bool
) -> list[Issue]:
    """Gather what belongs to no line.

    A fault of an activity without a gift keeps nothing from being read, so it is an error only
    where the file has no line at all.
    """
    told = list(faults)
    if not activities and not _fatal(faults):
        sentence = "The file holds no activity."
        told.append(issue("iati_empty", Weight.ERROR, Place(path=_ROOT), sentence))
    for activity in activities:
        for fault in activity.issues:
            lower = has_lines and fault.weight is Weight.ERROR
            told.append(replace(fault, weight=Weight.NOTE) if lower else fault)
    passed_over = sum(activity.passed_over for activity in activities)
    if passed_over:
        sentence = f"{passed_over:,} transactions are no gifts (spending, loans, equity)."
        told.append(issue("iati_no_gifts", Weight.NOTE, Place(path=_ROOT), sentence))
    plans = sum(activity.plans for activity in activities)
    if plans and not _fatal(faults):
        sentence = f"Budgets and planned disbursements ({plans:,}) are plans, and no gifts yet."
        told.append(issue("iati_plans", Weight.NOTE, Place(path=_ROOT), sentence))
    if activities and not has_lines and not _fatal(told):
        sentence = "No pledge, commitment or disbursement is in the file: nothing can be stored."
        told.append(issue("iati_gifts_none", Weight.NOTE, Place(path=_ROOT), sentence))
    return told


def _capped(told: Sequence[Issue]) -> tuple[Issue, ...]:
    if len(told) <= MOST_ISSUES:
        return tuple(told)
    ranked = sorted(told, key=lambda each: list(Weight).index(each.weight))
    sentence = f"{len(told) - MOST_ISSUES:,} further issues are not listed."
    more = issue("iati_more_issues", Weight.NOTE, Place(path=_ROOT), sentence)
    return (*ranked[:MOST_ISSUES], more)


def _settled(activities: Sequence[Activity], faults: list[Issue]) -> list[DraftLine]:
    """Count the same money once.

    1. Of two activities of one identifier, the later updated is read.
    2. Where a parent activity has lines of a status, its children's of that status are parts.
    3. An incoming transaction that names its provider's activity is a part of the outgoing one
       there, where that has the same status, amount and currency.
    4. What an activity gives on is a part of what it has received, where that is enough for it.
    """
    latest = _latest(activities, faults)
    by_id = {activity.identifier: activity for activity in latest if activity.identifier}
    parents = _parents(latest, by_id)
    mirrors = _mirrors(latest)
    lines = []
    for activity in latest:
        above = list(_above(activity.identifier, parents, by_id))
        passed_on = _passed_on(activity)
        for gift in activity.gifts:
            line = _counted(gift, activity, above, mirrors)
            whole = passed_on.get((line.status, line.currency), "") if gift.outgoing else ""
            if whole and not line.part_of:
                sentence = "The activity received this much in the same state; that counts."
                line = _as_part(line, whole, "iati_passed_on", sentence)
            lines.append(line)
    return lines


def _passed_on(activity: Activity) -> dict[tuple[Status, str], str]:
    """List states and currencies in which an activity gives no more than it received.

    What it received is a gift of others, and giving it on adds nothing; where it gives more, some
    is its own, and both are counted.  Each entry names the first line received.
    """
    received: dict[tuple[Status, str], list[DraftLine]] = {}
    given: dict[tuple[Status, str], Decimal] = {}
    for gift in activity.gifts:
        line = gift.line
        if line.value is None or line.value <= 0:
            continue
        key = (line.status, line.currency)
        if gift.outgoing:
            given[key] = given.get(key, Decimal(0)) + line.value
        else:
            received.setdefault(key, []).append(line)
    return {
        key: lines[0].reference
        for key, lines in received.items()
        if key in given and given[key] <= sum(line.value or 0 for line in lines)
    }


def _latest(activities: Sequence[Activity], faults: list[Issue]) -> list[Activity]:
    """Keep one activity of each identifier, where one of them is the later."""
    told: dict[str, list[Activity]] = {}
    for number, activity in enumerate(activities):
        told.setdefault(activity.identifier or f"\x00{number}", []).append(activity)
    return [same[0] if len(same) == 1 else _chosen(same, faults) for same in told.values()]


def _chosen(same: Sequence[Activity], faults: list[Issue]) -> Activity:
    """Choose the latest update; where there are several, each line of them is an error."""
    newest = max(activity.updated for activity in same)
    latest = [activity for activity in same if activity.updated == newest]
    for older in same:
        if older.updated != newest:
            sentence = f"{older.identifier} stands again with a later update; this is passed over."
            faults.append(issue("iati_superseded", Weight.NOTE, older.place, sentence))
    if len(latest) == 1:
        return latest[0]
    sentence = f"{latest[0].identifier} stands {len(latest)} times; none says that it is the later."
    fault = issue("iati_identifier_twice", Weight.ERROR, latest[1].place, sentence)
    gifts = (gift for activity in latest for gift in activity.gifts)
    marked = (replace(g, line=replace(g.line, issues=(*g.line.issues, fault))) for g in gifts)
    return replace(latest[0], gifts=tuple(marked))


def _parents(latest: Sequence[Activity], by_id: Mapping[str, Activity]) -> dict[str, str]:
    parents = {
        child: activity.identifier
        for activity in latest
        for child in activity.children
        if child in by_id and child != activity.identifier
    }
    for activity in latest:
        for parent in activity.parents:
            if parent in by_id and parent != activity.identifier:
                parents[activity.identifier] = parent
    return parents


def _above(
    identifier: str, parents: Mapping[str, str], by_id: Mapping[str, Activity]
) -> Iterator[Activity]:
    """Climb from parent to parent; IATI has few levels, so that more than 20 are a circle."""
    at = parents.get(identifier)
    for _ in range(20):
        if at is None or at == identifier:
            return
        yield by_id[at]
        at = parents.get(at)


def _mirrors(latest: Sequence[Activity]) -> dict[_Key, str]:
    """List outgoing gifts by activity, receiver's activity, status, amount and currency."""
    return {
        (activity.identifier, taker, gift.line.status, gift.line.value, gift.line.currency): (
            gift.line.reference
        )
        for activity in latest
        for gift in activity.gifts
        if gift.outgoing
        for taker in {gift.to_activity, ""}
        if taker or not gift.to_activity
    }


def _counted(
    gift: Gift, activity: Activity, above: Sequence[Activity], mirrors: Mapping[_Key, str]
) -> DraftLine:
    line = gift.line
    for parent in above:
        if any(each.line.status is line.status for each in parent.gifts):
            whole = parent.identifier
            sentence = f"{whole} is the parent and reports {line.status} money too; that counts."
            return _as_part(line, whole, "iati_part_of", sentence)
    if not gift.outgoing and gift.from_activity:
        for taker in (activity.identifier, ""):
            key = (gift.from_activity, taker, line.status, line.value, line.currency)
            if key in mirrors:
                whole = mirrors[key]
                sentence = f"{gift.from_activity} reports the same money as given; that counts."
                return _as_part(line, whole, "iati_told_twice", sentence)
    return line


def _as_part(line: DraftLine, whole: str, code: str, sentence: str) -> DraftLine:
    noted = issue(code, Weight.NOTE, line.place, sentence, found=whole)
    return replace(line, part_of=whole, note=sentence, issues=(*line.issues, noted))
