"""One flow of the FTS read into a draft line, each fault at its path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from muster.core.exchange import Change, DraftLine, Issue, Place, Status, Weight
from muster.formats.fts_families import Flow
from muster.formats.money import amount_of, clean, currency_of, day_of, issue
from muster.formats.strict_json import LONGEST, words_of

_STATUSES: Final = {
    "pledge": Status.PLEDGED,
    "commitment": Status.COMMITTED,
    "paid": Status.DELIVERED,
}
_CARRIED: Final = {
    "refCode": "ref_code",
    "flowType": "flow_type",
    "contributionType": "contribution_type",
    "method": "method",
    "keywords": "keywords",
    "newMoney": "new_money",
    "boundary": "boundary",
    "onBoundary": "on_boundary",
    "budgetYear": "budget_year",
    "grandBargainEarmarkingType": "earmarking",
    "exchangeRate": "exchange_rate",
    "amountUSD": "amount_usd",
    "firstReportedDate": "first_reported",
    "decisionDate": "decided",
    "createdAt": "created",
    "updatedAt": "updated",
    "versionId": "version",
    "parentFlowId": "parent_flow",
    "childFlowIds": "child_flows",
}
_READ: Final = frozenset(
    {*_CARRIED, "id", "status", "date", "description", "originalAmount", "originalCurrency"}
    | {"sourceObjects", "destinationObjects"}
)
_ORGANIZATION: Final = "Organization"
_SOURCE_KINDS: Final = (_ORGANIZATION, "Location", "Plan", "UsageYear", "Emergency")
_TARGET_KINDS: Final = (
    *_SOURCE_KINDS,
    "Cluster",
    "GlobalCluster",
    "Project",
)
_TOLERANCE: Final = Decimal("0.02")


def read_flow(each: object, number: int, path: str) -> Flow:
    """Read one flow; a value that is none becomes a line with its error."""
    if not isinstance(each, dict):
        fault = issue(
            "fts_flow_shape",
            Weight.ERROR,
            Place(path=path),
            "A flow is an object with id, amount and status.",
            expected="an object",
            found=words_of(each),
        )
        line = DraftLine(
            number=number + 1,
            place=Place(path=path),
            text=words_of(each)[:LONGEST],
            item_text="",
            issues=(fault,),
        )
        return Flow(line=line, usd=None, version=0, parent="", children=())
    return _FlowReader(each, number, path).flow()


class _FlowReader:
    """Reads the fields of one flow, and gathers what is wrong with them at their paths."""

    def __init__(self, flow: Mapping[str, object], number: int, path: str) -> None:
        self._flow = flow
        self._number = number
        self._path = path
        self._faults: list[Issue] = []

    def flow(self) -> Flow:
        reference = self._id("id")
        if not reference:
            sentence = "The flow has no id; its updates cannot be told from new money."
            self._fault("fts_id_missing", Weight.QUESTION, "id", sentence, expected="an id")
        value, currency, usd = self._money()
        version = self._flow.get("versionId")
        is_update = isinstance(version, Decimal) and version > 1
        days = self._days()
        sources = list(self._objects("sourceObjects"))
        targets = list(self._objects("destinationObjects"))
        in_kind = "kind" in self._text("contributionType").lower()
        description = self._text("description")
        line = DraftLine(
            number=self._number + 1,
            place=Place(path=self._path),
            text=description or f"Flow {reference}",
            item_text=description if in_kind else "Funds",
            party_text=self._party(sources),
            status=self._status(),
            change=Change.UPDATED if is_update else Change.NONE,
            reference=reference,
            place_text=_names(targets, "Location"),
            stated_on=days.get("date") or days.get("firstReportedDate"),
            value=value,
            currency=currency,
            extra={**self._carried(), **_extra_of(sources, targets)},
        )
        self._shared()
        return Flow(
            line=replace(line, issues=tuple(self._faults)),
            usd=usd,
            version=int(version) if isinstance(version, Decimal) else 0,
            parent=self._id("parentFlowId"),
            children=tuple(words_of(child) for child in self._list("childFlowIds")),
        )

    def _money(self) -> tuple[Decimal | None, str, Decimal | None]:
        """Read the amount as given, else as converted; check the two against each other."""
        usd = self._amount("amountUSD", "USD")
        currency = currency_of(
            self._text("originalCurrency"), self._at("originalCurrency"), self._faults
        )
        if not currency or self._flow.get("originalAmount") is None:
            if usd is None and self._flow.get("amountUSD") is None:
                sentence = "The flow states no amount."
                self._fault("money_missing", Weight.ERROR, "amountUSD", sentence)
            return usd, "USD" if usd is not None else "", usd
        given = self._amount("originalAmount", currency, quiet=usd is not None)
        rate = self._flow.get("exchangeRate")
        if given and usd and isinstance(rate, Decimal) and rate > 0:
            expected = given / rate
            if abs(expected - usd) > max(abs(usd) * _TOLERANCE, Decimal(1)):
                self._fault(
                    "fts_amounts_disagree",
                    Weight.NOTE,
                    "amountUSD",
                    f"{given:,} {currency} at {rate} per dollar are {expected:,.0f} dollars.",
                    expected=f"{expected:.0f}",
                    found=usd,
                )
        return given, currency, usd

    def _amount(self, field: str, currency: str, *, quiet: bool = False) -> Decimal | None:
        """Read an amount; `quiet` leaves unsaid what was said of the same money already."""
        written = self._flow.get(field)
        if written is None:
            return None
        if isinstance(written, bool) or not isinstance(written, Decimal | str):
            sentence = "An amount is a number."
            self._fault(
                "money_unreadable",
                Weight.ERROR,
                field,
                sentence,
                expected="a number",
                found=written,
            )
            return None
        faults: list[Issue] = []
        amount = amount_of(words_of(written), currency, self._at(field), faults)
        self._faults += [f for f in faults if not quiet or f.weight is Weight.ERROR]
        return amount

    def _status(self) -> Status:
        written = self._flow.get("status")
        status = _STATUSES.get(written.strip().lower()) if isinstance(written, str) else None
        if status is None:
            self._fault(
                "fts_status_unknown",
                Weight.QUESTION,
                "status",
                "The flow is neither a pledge, nor a commitment, nor paid.",
                expected="pledge, commitment or paid",
                found=words_of(written),
            )
        return status or Status.UNSTATED

    def _days(self) -> dict[str, date | None]:
        fields = ("date", "firstReportedDate", "decisionDate", "createdAt", "updatedAt")
        days: dict[str, date | None] = {}
        for field in fields:
            written = self._text(field)
            days[field] = day_of(written, self._at(field), self._faults) if written else None
        created, updated = days["createdAt"], days["updatedAt"]
        if created and updated and updated < created:
            self._fault(
                "fts_dates_out_of_order",
                Weight.NOTE,
                "updatedAt",
                f"The flow was updated on {updated}, before it was created on {created}.",
                expected=f"{created} or later",
                found=updated,
            )
        return days

    def _party(self, sources: Sequence[Mapping[str, object]]) -> str:
        """Name the donor: the one source organisation; a gift with several is asked about."""
        names = [
            words_of(each.get("name")) for each in sources if each.get("type") == _ORGANIZATION
        ]
        if len(names) > 1:
            self._fault(
                "fts_several_sources",
                Weight.QUESTION,
                "sourceObjects",
                f"{len(names)} organisations give this together; their shares are not said.",
                expected="one organisation",
                found="; ".join(names),
                readings=tuple(names),
            )
        elif not names:
            place = _names(sources, "Location")
            self._fault(
                "fts_source_missing",
                Weight.QUESTION,
                "sourceObjects",
                "No organisation is named as the source.",
                expected="an object of type Organization",
                found=place,
                readings=(place,) if place else (),
            )
        return "; ".join(names)

    def _shared(self) -> None:
        if self._flow.get("onBoundary") in ("shared", "overlap"):
            sentence = "The amount is shared with years, places or plans beyond what was asked for."
            self._fault("fts_shared", Weight.NOTE, "onBoundary", sentence, found="shared")
        if self._text("boundary").lower() == "outgoing":
            sentence = "This money leaves the boundary, and may have been counted when it came in."
            self._fault(
                "fts_outgoing",
                Weight.NOTE,
                "boundary",
                sentence,
                expected="incoming or internal",
                found="outgoing",
            )

    def _carried(self) -> dict[str, str]:
        """Keep what else the flow says, known fields by their names here, others by their own."""
        extra = {}
        for field, value in self._flow.items():
            if value is None or (field in _READ and field not in _CARRIED):
                continue
            written = (
                ", ".join(map(words_of, value)) if isinstance(value, list) else words_of(value)
            )
            if written:
                extra[_CARRIED.get(field, clean(field))] = written[:LONGEST]
        return extra

    def _objects(self, field: str) -> Iterator[Mapping[str, object]]:
        for number, each in enumerate(self._list(field)):
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                yield each
            else:
                self._fault(
                    "fts_object_shape",
                    Weight.NOTE,
                    f"{field}[{number}]",
                    "An object without a name is passed over.",
                    expected="an object with type and name",
                    found=words_of(each),
                )

    def _list(self, field: str) -> Sequence[object]:
        value = self._flow.get(field)
        if value is None or isinstance(value, list):
            return value or ()
        self._wrong_kind(field, "a list", value)
        return ()

    def _text(self, field: str) -> str:
        value = self._flow.get(field)
        if value is None or isinstance(value, str):
            return clean((value or "").strip())[:LONGEST]
        self._wrong_kind(field, "a text", value)
        return ""

    def _id(self, field: str) -> str:
        value = self._flow.get(field)
        if value is None or isinstance(value, str | Decimal):
            return "" if value is None else words_of(value).strip()[:LONGEST]
        self._wrong_kind(field, "a number or a text", value)
        return ""

    def _wrong_kind(self, field: str, expected: str, found: object) -> None:
        sentence = f"{field} is {expected}; what stands here is left out."
        self._fault(
            "fts_field_shape",
            Weight.QUESTION,
            field,
            sentence,
            expected=expected,
            found=words_of(found),
        )

    def _at(self, field: str) -> Place:
        return Place(path=f"{self._path}.{field}" if self._path else field)

    def _fault(
        self,
        code: str,
        weight: Weight,
        field: str,
        sentence: str,
        *,
        expected: str = "",
        found: object = "",
        readings: tuple[str, ...] = (),
    ) -> None:
        self._faults.append(
            issue(
                code,
                weight,
                self._at(field),
                sentence,
                expected=expected,
                found=found,
                readings=readings,
            )
        )


def _extra_of(
    sources: Sequence[Mapping[str, object]], targets: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """Keep who and what stands at both ends: recipients, plans, clusters, projects, years."""
    ends = [("source", sources, _SOURCE_KINDS), ("destination", targets, _TARGET_KINDS)]
    extra = {}
    for end, objects, kinds in ends:
        for kind in kinds:
            names = _names(objects, kind)
            if names:
                extra[f"{end}_{kind.lower()}"] = names[:LONGEST]
    codes = [words_of(each["code"]) for each in targets if each.get("code") is not None]
    return extra | ({"destination_project_codes": ", ".join(codes)} if codes else {})


def _names(objects: Sequence[Mapping[str, object]], kind: str) -> str:
    found = (words_of(each["name"]).strip() for each in objects if each.get("type") == kind)
    return ", ".join(dict.fromkeys(found))
