"""One IATI activity read into draft lines: its pledges, commitments and disbursements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from lxml import etree

from muster.core.exchange import DraftLine, Issue, Place, Status, Weight
from muster.formats.iati_codes import code_faults, ended
from muster.formats.iati_structure import is_decimal, is_moment, local_name, structure_faults
from muster.formats.money import amount_of, clean, currency_of, day_of, issue

# Code list TransactionType: 12 is an outgoing pledge, 13 an incoming one
# (https://iatistandard.org/en/iati-standard/203/codelists/transactiontype/).
_GIFTS: Final = {
    "12": (Status.PLEDGED, True),
    "13": (Status.PLEDGED, False),
    "2": (Status.COMMITTED, True),
    "11": (Status.COMMITTED, False),
    "3": (Status.DELIVERED, True),
    "1": (Status.DELIVERED, False),
}
_NO_GIFTS: Final = frozenset({"4", "5", "6", "7", "8", "9", "10"})
"""Expenditure, interest, repayments, reimbursement, equity, guarantees: no new gift."""
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST: Final = 10_000
_FUNDER: Final = "1"
_PARENT: Final = "1"
_CHILD: Final = "2"
_PLANS: Final = ("budget", "planned-disbursement")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Gift:
    """A line with what links it to the same money told elsewhere."""

    line: DraftLine
    outgoing: bool
    from_activity: str
    to_activity: str


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as read: `parents` and `children` are identifiers of related activities."""

    identifier: str
    place: Place
    gifts: tuple[Gift, ...]
    parents: tuple[str, ...]
    children: tuple[str, ...]
    updated: str
    passed_over: int
    """Transactions that are no gifts."""
    plans: int
    """Budgets and planned disbursements."""
    issues: tuple[Issue, ...]


def read_activity(element: "etree._Element", number: int) -> Activity:
    """Read one iati-activity; `number` is its place in the file, from 1."""
    return _ActivityReader(element, number).activity()


class _ActivityReader:
    """Reads an activity's transactions together with what they take from the activity."""

    def __init__(self, element: "etree._Element", number: int) -> None:
        self._element = element
        self._path = f"iati-activity[{number}]"
        self._identifier = _text(_first(element, "iati-identifier"))
        self._currency = str(element.get("default-currency", "")).strip()
        self._reporter = _org(_first(element, "reporting-org"))
        self._title = _narrative(_first(element, "title"), _language(element))
        self._carried = dict(self._of_activity())

    def activity(self) -> Activity:
        faults = list(structure_faults(self._element, self._path))
        faults += self._rule_faults()
        faults += code_faults(self._element, self._path)
        over = ended(self._element, self._path)
        own = [fault for fault in faults if "/transaction[" not in fault.place.path]
        severe = tuple(fault for fault in own if fault.weight is Weight.ERROR)
        gifts, passed_over = [], 0
        for number, transaction in enumerate(_all(self._element, "transaction"), 1):
            at = f"{self._path}/transaction[{number}]"
            mine = [f for f in faults if f"{f.place.path}/".startswith(f"{at}/")]
            mine += [] if over is None else [over]
            gift = self._gift(transaction, at, (*severe, *mine))
            if gift is None:
                passed_over += 1
                own += [fault for fault in mine if fault is not over]
            else:
                gifts.append(gift)
        related = _all(self._element, "related-activity")
        kin = [(str(each.get("type", "")), str(each.get("ref", "")).strip()) for each in related]
        return Activity(
            identifier=self._identifier,
            place=_place(self._element, self._path),
            gifts=tuple(gifts),
            parents=tuple(ref for kind, ref in kin if kind == _PARENT and ref),
            children=tuple(ref for kind, ref in kin if kind == _CHILD and ref),
            updated=str(self._element.get("last-updated-datetime", "")),
            passed_over=passed_over,
            plans=sum(len(_all(self._element, plan)) for plan in _PLANS),
            issues=tuple(own if not gifts else (f for f in own if f.weight is not Weight.ERROR)),
        )

    def _gift(
        self, transaction: "etree._Element", path: str, known: Sequence[Issue]
    ) -> Gift | None:
        faults = list(known)
        code = _attribute(_first(transaction, "transaction-type"), "code").strip()
        if code in _NO_GIFTS:
            return None
        status, outgoing = _GIFTS.get(code, (Status.UNSTATED, True))
        if code and code not in _GIFTS:
            at = _place(transaction, f"{path}/transaction-type[1]/@code")
            sentence = "This is no transaction type of IATI."
            faults.append(
                issue(
                    "iati_type_unknown", Weight.QUESTION, at, sentence, expected="1-13", found=code
                )
            )
        value, currency = self._money(transaction, path, faults)
        provider, receiver = (_first(transaction, f"{end}-org") for end in ("provider", "receiver"))
        day = _first(transaction, "transaction-date")
        written = _attribute(day, "iso-date")
        # A date that is none was told by the structure's judge.
        quiet = any(fault.place.path.startswith(f"{path}/transaction-date") for fault in faults)
        said: list[Issue] = []
        stated_on = day_of(written, _place(transaction, f"{path}/transaction-date[1]"), said)
        faults += [] if quiet else said
        faults += self._ahead(transaction, path, stated_on)
        description = _narrative(_first(transaction, "description"), "")
        line = DraftLine(
            number=0,
            place=_place(transaction, path),
            text=": ".join(part for part in (self._title, description) if part) or self._identifier,
            item_text="Funds",
            party_text=self._donor(provider, path, faults, outgoing=outgoing),
            status=status,
            reference=str(transaction.get("ref", "")).strip() or f"{self._identifier} {path}",
            place_text=self._where(transaction),
            stated_on=stated_on,
            value=value,
            currency=currency,
            extra=self._extra(transaction, code, provider, receiver),
            issues=tuple(faults),
        )
        giver = _attribute(provider, "provider-activity-id").strip()
        taker = _attribute(receiver, "receiver-activity-id").strip()
        return Gift(line=line, outgoing=outgoing, from_activity=giver, to_activity=taker)

    def _ahead(
        self, transaction: "etree._Element", path: str, stated_on: date | None
    ) -> Iterator[Issue]:
        """Note a transaction that is later than what tells of it; a day may be the time zone's."""
        updated = str(self._element.get("last-updated-datetime", "")).strip()
        if stated_on is None or not is_moment(updated):
            return
        told = updated[:10]
        if (stated_on - timedelta(days=1)).isoformat() > told:
            sentence = f"It is dated {stated_on}, and the activity was last updated on {told}."
            at = _place(transaction, f"{path}/transaction-date[1]")
            yield issue(
                "iati_date_ahead",
                Weight.NOTE,
                at,
                sentence,
                expected=f"{told} or earlier",
                found=stated_on,
            )

    def _money(
        self, transaction: "etree._Element", path: str, faults: list[Issue]
    ) -> tuple[Decimal | None, str]:
        value = _first(transaction, "value")
        at = _place(transaction, f"{path}/value[1]")
        own = _attribute(value, "currency")
        currency = currency_of(own or self._currency, at, faults)
        if not (own or self._currency):
            sentence = "Neither the value nor the activity names a currency."
            faults.append(
                issue(
                    "iati_currency_missing",
                    Weight.QUESTION,
                    at,
                    sentence,
                    expected="currency or default-currency",
                )
            )
        written = _text(value)
        if not is_decimal(written):
            return None, currency
        return amount_of(written, currency, at, faults), currency

    def _donor(
        self,
        provider: "etree._Element | None",
        path: str,
        faults: list[Issue],
        *,
        outgoing: bool,
    ) -> str:
        """Name the giver; of an outgoing transaction it is the reporter, unless it says else."""
        named = _org(provider)
        if named or (outgoing and self._reporter):
            return named or self._reporter
        funders = [
            name
            for each in _all(self._element, "participating-org")
            if each.get("role") == _FUNDER and (name := _org(each))
        ]
        at = Place(path=f"{path}/provider-org")
        sentence = "The transaction does not say who gives."
        faults.append(
            issue(
                "iati_provider_missing",
                Weight.QUESTION,
                at,
                sentence,
                expected="a provider-org",
                readings=tuple(dict.fromkeys(funders)),
            )
        )
        return ""

    def _where(self, transaction: "etree._Element") -> str:
        own = list(_codes(transaction, "recipient-country", "recipient-region"))
        return ", ".join(own or _codes(self._element, "recipient-country", "recipient-region"))

    def _extra(
        self,
        transaction: "etree._Element",
        code: str,
        provider: "etree._Element | None",
        receiver: "etree._Element | None",
    ) -> dict[str, str]:
        humanitarian = transaction.get("humanitarian") or self._element.get("humanitarian") or ""
        sectors = list(_codes(transaction, "sector")) or list(_codes(self._element, "sector"))
        extra = {
            "activity": self._identifier,
            "transaction_type": code,
            "provider_ref": _attribute(provider, "ref"),
            "provider_activity": _attribute(provider, "provider-activity-id"),
            "receiver": _org(receiver),
            "receiver_ref": _attribute(receiver, "ref"),
            "receiver_activity": _attribute(receiver, "receiver-activity-id"),
            "value_date": _attribute(_first(transaction, "value"), "value-date"),
            "humanitarian": "true" if humanitarian in {"1", "true"} else "",
            "sectors": ", ".join(sectors),
        }
        for name in ("flow-type", "finance-type", "aid-type", "tied-status"):
            found = ", ".join(_codes(transaction, name))
            default = ", ".join(_codes(self._element, f"default-{name}"))
            extra[name.replace("-", "_")] = found or default
        kept = {key: clean(value)[:_LONGEST] for key, value in extra.items() if value}
        return self._carried | kept

    def _of_activity(self) -> Iterator[tuple[str, str]]:
        yield from (
            (key, value[:_LONGEST])
            for key, value in (
                ("reporting_org", self._reporter),
                ("reporting_org_ref", _attribute(_first(self._element, "reporting-org"), "ref")),
                ("hierarchy", str(self._element.get("hierarchy", ""))),
                ("activity_status", ", ".join(_codes(self._element, "activity-status"))),
                ("humanitarian_scope", ", ".join(_codes(self._element, "humanitarian-scope"))),
            )
            if value
        )
        title = _first(self._element, "title")
        for each in _all(title, "narrative") if title is not None else ():
            language = str(each.get(_XML_LANG, "")).strip().lower()
            if language and _text(each) != self._title:
                yield f"title_{clean(language)[:20]}", _text(each)

    def _rule_faults(self) -> Iterator[Issue]:
        """Judge what the standard's rule set says of the parts that are read; all are notes."""
        at = _place(self._element, self._path)
        reporter = _attribute(_first(self._element, "reporting-org"), "ref").strip()
        if self._identifier and reporter and not self._identifier.startswith(reporter):
            sentence = "The identifier does not begin with the reporting organisation's own."
            yield issue(
                "iati_identifier_foreign",
                Weight.NOTE,
                at,
                sentence,
                expected=f"{reporter}-...",
                found=self._identifier,
            )
        if not self._identifier:
            sentence = "The activity has no identifier; its updates cannot be told from new ones."
            yield issue("iati_identifier_empty", Weight.QUESTION, at, sentence)
        transactions = _all(self._element, "transaction")
        sectored = _all(self._element, "sector")
        if not sectored and not (transactions and all(_all(t, "sector") for t in transactions)):
            sentence = "No sector is given, neither of the activity nor of each transaction."
            yield issue("iati_sector_missing", Weight.NOTE, at, sentence)
        yield from self._date_faults()
        yield from self._share_faults(("recipient-country", "recipient-region"), "")
        vocabularies = {str(each.get("vocabulary", "1")) for each in sectored}
        for vocabulary in sorted(vocabularies):
            yield from self._share_faults(("sector",), vocabulary)

    def _date_faults(self) -> Iterator[Issue]:
        days = {
            str(each.get("type", "")): str(each.get("iso-date", ""))[:10]
            for each in _all(self._element, "activity-date")
        }
        for start, end in (("1", "3"), ("2", "4")):
            if days.get(start) and days.get(end) and days[end] < days[start]:
                yield issue(
                    "iati_dates_out_of_order",
                    Weight.NOTE,
                    _place(self._element, f"{self._path}/activity-date"),
                    f"The activity ends on {days[end]}, before it begins on {days[start]}.",
                    expected=f"{days[start]} or later",
                    found=days[end],
                )

    def _share_faults(self, names: Sequence[str], vocabulary: str) -> Iterator[Issue]:
        """Judge shares that must come to 100 where there are several."""
        shares = [
            str(each.get("percentage", ""))
            for name in names
            for each in _all(self._element, name)
            if not vocabulary or each.get("vocabulary", "1") == vocabulary
        ]
        if len(shares) < 2 or not all(is_decimal(share) for share in shares):  # noqa: PLR2004
            return
        total = sum((Decimal(share.strip()[:60]) for share in shares), Decimal(0))
        if total != _HUNDRED:
            yield issue(
                "iati_shares",
                Weight.NOTE,
                _place(self._element, f"{self._path}/{names[0]}"),
                f"The shares of {' and '.join(names)} come to {total:f} and not to 100.",
                expected="100",
                found=f"{total:f}",
            )


def _all(element: "etree._Element", name: str) -> "list[etree._Element]":
    return [child for child in element if local_name(child) == name]


def _first(element: "etree._Element", name: str) -> "etree._Element | None":
    return next((child for child in element if local_name(child) == name), None)


def _attribute(element: "etree._Element | None", name: str) -> str:
    return "" if element is None else clean(str(element.get(name, "")))


def _text(element: "etree._Element | None") -> str:
    return "" if element is None else clean((element.text or "").strip())[:_LONGEST]


def _language(element: "etree._Element") -> str:
    return str(element.get(_XML_LANG, "")).strip().lower()


def _narrative(element: "etree._Element | None", language: str) -> str:
    """Choose a text: in the activity's own language, else in English, else the first."""
    if element is None:
        return ""
    texts = [(_language(each), _text(each)) for each in _all(element, "narrative")]
    said = [(code, text) for code, text in texts if text]
    for wanted in ("", language, "en"):
        for code, text in said:
            if code == wanted:
                return text
    return said[0][1] if said else ""


def _org(element: "etree._Element | None") -> str:
    """Name an organisation by its narrative, else by its identifier."""
    return _narrative(element, "en") or _attribute(element, "ref").strip()


def _codes(element: "etree._Element", *names: str) -> Iterator[str]:
    for name in names:
        for each in _all(element, name):
            code = _attribute(each, "code").strip()
            if code:
                yield code


def _place(element: "etree._Element", path: str) -> Place:
    line: object = element.sourceline
    return Place(path=path, line=line if isinstance(line, int) else None)
