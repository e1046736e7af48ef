"""Imports become records as one: all their ready lines or none; and are taken back as one."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.actions.catalogue import add_alias
from muster.actions.import_lines import copy_records
from muster.actions.import_pledges import take_pledges_back, write_pledges
from muster.actions.intake import demand_may_import
from muster.actions.journal import action
from muster.actions.offers import audiences_of_offer
from muster.actions.operations import demand_running
from muster.actions.posting import At, Posting, post
from muster.actions.progress import parts, tell
from muster.actions.ready_lines import Ready
from muster.actions.staging import held, move, move_all
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.intake.settled import Facts, Purpose, Verdict
from muster.core.quantities.rates import in_all
from muster.core.refusals import (
    AliasTaken,
    AlreadyBuiltOn,
    FileUnreadable,
    InTheFuture,
    LinesOpen,
    NothingToStore,
    TextMissing,
    WrongStage,
)
from muster.core.stages import shown
from muster.core.uses import find_use
from muster.queries.imports import stands_on
from muster.queries.intake import facts_of, line_key, ready_lines, tally_of
from muster.queries.register import giver_on, standing_on
from muster.records.models import (
    AssistanceRequest,
    ImportBatch,
    Offer,
    OfferLine,
    Party,
    RequestLine,
)


@action("commit an import")
def commit_import(*, act: Act, batch: UUID, leave_out: bool = False) -> ImportBatch:
    """Store every ready line of a list as one: requests handed in, offers made, pledges told.

    What is refused for one line at the hand-made request or offer is refused here, and then nothing
    is stored.  A request still has to be validated by its recipient before it counts; an offer that
    a coordinator passes on is sourced to the list, and promised by nobody but its donor.

    Args:
        act: the deed.
        batch: which list.
        leave_out: lines with open questions or errors stay out; else they keep it all from storing.

    Raises:
        NotFound: there is no such list.
        WrongStage: it is not read, or committed already; or the operation is closed.
        FileUnreadable: the file as a whole could not be read.
        LinesOpen: lines have questions or errors, and nobody said that they stay out.
        NothingToStore: no line is ready.
        ActsForAnother: a line is of another nation than the actor's own.
        NotARecipient, NoStanding, NotReviewedNonLethal ...: what was possible is so no longer.
        InTheFuture: the list is said to be of a later day than today.
    """
    found = held(ImportBatch, batch, act)
    purpose = Purpose(found.purpose)
    demand_may_import(act, purpose, found.party)
    if found.stage != "read":
        raise WrongStage(what=str(found), stage=shown(found.stage), event="committed")
    demand_running(found.operation, "given a list")
    _demand_settled(found, leave_out=leave_out)
    groups = _groups(found)
    facts = facts_of(found)
    _demand_allowed(act, found, facts, groups)
    _WRITERS[purpose](act, found, facts, groups)
    _keep_words(act, found)
    move(act, found, "commit", note=act.reason)
    return found


@action("undo an import")
def undo_import(*, act: Act, batch: UUID) -> ImportBatch:
    """Take back everything that an import stored, as long as nothing was built on it.

    The records stay, withdrawn with the reason; nothing of them counts any more.

    Raises:
        NotFound: there is no such list.
        WrongStage: it is not committed.
        ReasonMissing: no reason is given.
        AlreadyBuiltOn: something stands on one of its records.
    """
    found = held(ImportBatch, batch, act)
    why = act.must_say_why("undoing an import")
    demand_may_import(act, Purpose(found.purpose), found.party)
    if found.stage != "committed":
        raise WrongStage(what=str(found), stage=shown(found.stage), event="undone")
    made = _Made.of(found)
    for party in made.parties:
        act.must_act_for_or_be(_role(found), party, Role.COORDINATOR)
    built = stands_on(made.requests, made.offer_lines)
    if built:
        raise AlreadyBuiltOn(what=built)
    for request in made.requests:
        move(act, request, "withdraw", note=why)
    if made.offer_lines:
        move_all(act, made.offer_lines, "withdraw", note=why)
        post(act, [_taken_back(line) for line in made.offer_lines], happened_at=act.now)
    take_pledges_back(act, found, why)
    move(act, found, "undo", note=why)
    return found


# So many lines are written at a time, and then it is told how many they are so far.
_AT_ONCE = 5_000

# The lines of one party and day: they become one request, or one offer.
_Groups = Mapping[tuple[str, date], Sequence["Ready"]]
_Writer = Callable[[Act, ImportBatch, Facts, _Groups], None]


def _role(batch: ImportBatch) -> Role:
    return Role.RECIPIENT if batch.purpose == Purpose.REQUESTS else Role.DONOR


def _demand_settled(batch: ImportBatch, *, leave_out: bool) -> None:
    """Demand that a list could be read, and that somebody has answered for each of its lines."""
    failed = next((issue for issue in batch.issues if issue["weight"] == "error"), None)
    if failed is not None:
        raise FileUnreadable(name=batch.file_name, why=failed["sentence"].rstrip("."))
    tally = tally_of(batch)
    if tally.open and not leave_out:
        raise LinesOpen(count=tally.open, name=batch.file_name)
    if not tally.ready:
        raise NothingToStore(name=batch.file_name)


def _groups(batch: ImportBatch) -> _Groups:
    day = batch.stated_on or batch.recorded_at.date()
    groups: dict[tuple[str, date], list[Ready]] = defaultdict(list)
    for row in ready_lines(batch).values_list(*Ready._fields):
        line = Ready(*row)
        groups[line.party, line.day("stated_on") or day].append(line)
    return groups


def _demand_allowed(act: Act, batch: ImportBatch, facts: Facts, groups: _Groups) -> None:
    """Ask the rules of the single verbs again, once for each party, item and day."""
    today = act.now.date()
    for (party, day), lines in groups.items():
        if party:
            act.must_act_for_or_be(_role(batch), party, Role.COORDINATOR)
        if day > today:
            raise InTheFuture(what=str(batch), moment=day, now=today)
        judged: set[str] = set()
        for line in lines:
            if not line.item or line.item in judged:
                continue
            judged.add(line.item)
            refusal = facts.forbids(party, line.item, day)
            if refusal is not None:
                raise refusal.in_line(line.number)


def _keep_words(act: Act, batch: ImportBatch) -> None:
    """Remember which item people said that words mean, where the actor may say so for all."""
    if not any(act.actor.has(role, act.now.date()) for role in (Role.COORDINATOR, Role.LOGISTICS)):
        return
    chosen = ready_lines(batch).filter(decision__item__isnull=False).exclude(item_text="")
    for text, item in chosen.order_by().values_list("item_text", "item").distinct():
        try:
            add_alias(act=act.part(f"words {text}"), item=item, text=text)
        except (AliasTaken, TextMissing):
            # The words mean another item to everybody else; here they were one line's own.
            continue


def _write_requests(act: Act, batch: ImportBatch, facts: Facts, groups: _Groups) -> None:
    """Make one request for each recipient and day, handed in to the centre."""
    del facts
    written, count = 0, sum(map(len, groups.values()))
    for (party, day), lines in groups.items():
        request = AssistanceRequest.objects.create(
            **_whole(act, batch, groups, party, day),
            audiences=[CENTRE, party_audience(party)],
            recipient_id=party,
            channel=batch.sender,
            asked_on=day,
        )
        for some in parts([*enumerate(lines, start=1)], _AT_ONCE):
            copy_records(
                RequestLine,
                (
                    RequestLine(
                        **_part(act, batch, request, position, line),
                        request_id=request.pk,
                        low=line.low,
                        high=line.high,
                        needed_by=line.day("needed_by"),
                        use=find_use(line.draft.get("use_text", "")) or "",
                    )
                    for position, line in some
                ),
            )
            written += len(some)
            tell(written, count)
        move(act, request, "draft")
        move(act, request, "submit")


def _write_offers(act: Act, batch: ImportBatch, facts: Facts, groups: _Groups) -> None:
    """Make one offer for each donor and day, with everything that it puts into the ledger."""
    operation = batch.operation
    made: list[OfferLine] = []
    count = sum(map(len, groups.values()))
    for (party, day), lines in groups.items():
        donor = Party.objects.get(pk=party)
        giver = giver_on(donor, body=operation.body_id, day=day)
        offer = Offer.objects.create(
            **_whole(act, batch, groups, party, day),
            audiences=audiences_of_offer(operation, donor),
            donor=donor,
            offered_on=day,
            donor_standing=standing_on(donor.code, body=operation.body_id, day=day)
            or ("organisation" if giver.part_of_body else "none"),
        )
        for some in parts([*enumerate(lines, start=1)], _AT_ONCE):
            written = [
                _offer_line(act, batch, facts, offer, position=position, line=line)
                for position, line in some
            ]
            copy_records(OfferLine, written)
            made += written
            tell(len(made) // 2, count)
    counted = 0
    for several in parts(made, _AT_ONCE):
        move_all(act, several, "offer")
        post(act, [_opening(line) for line in several], happened_at=act.now)
        counted += len(several)
        tell((len(made) + counted) // 2, count)


def _offer_line(
    act: Act, batch: ImportBatch, facts: Facts, offer: Offer, *, position: int, line: Ready
) -> OfferLine:
    quantity = line.quantity
    begins, until = line.day("needed_from") or offer.offered_on, line.day("needed_by")
    amount = in_all(
        quantity,
        begins=begins,
        until=until,
        item=facts.items[line.item].name,
        said=line.typed_amount,
    )
    return OfferLine(
        **_part(act, batch, offer, position, line),
        offer_id=offer.pk,
        donor_id=offer.donor_id,
        amount=amount,
        rate=None if quantity.per is None else quantity.high or quantity.low,
        available_from=begins,
        available_until=until,
    )


_WRITERS: dict[Purpose, _Writer] = {
    Purpose.REQUESTS: _write_requests,
    Purpose.OFFERS: _write_offers,
    Purpose.PLEDGES: write_pledges,
    Purpose.COMMITMENTS: write_pledges,
}


def _whole(
    act: Act, batch: ImportBatch, groups: _Groups, party: str, day: date
) -> dict[str, object]:
    """Give what a request and an offer have in common."""
    reference = f"IMP-{batch.pk.hex[:8].upper()}-{party}"
    if sum(code == party for code, _ in groups) > 1:
        reference = f"{reference}-{day:%Y%m%d}"
    return {
        "id": act.part_id(f"{party} {day}"),
        "act_id": act.id,
        "recorded_at": act.now,
        "operation_id": batch.operation_id,
        "reference": reference,
        "title": batch.title or batch.file_name,
        "source": batch.file_name,
    }


def _part(
    act: Act,
    batch: ImportBatch,
    whole: AssistanceRequest | Offer,
    position: int,
    line: Ready,
) -> dict[str, object]:
    """Give what a line of a request and one of an offer have in common."""
    use = line.draft.get("use_text", "")
    notes = (line.draft.get("note", ""), "" if find_use(use) else use)
    note = "; ".join(text for text in notes if text)
    return {
        "id": line_key(batch.pk, line.number),
        "act_id": act.id,
        "recorded_at": act.now,
        "audiences": whole.audiences,
        "operation_id": batch.operation_id,
        "position": position,
        "item_id": line.item,
        "description": f"{line.item_text} ({note})" if note else line.item_text,
        "quantity_kind": line.quantity_kind,
        "per": line.per,
        "typed_amount": line.typed_amount,
        "typed_unit": line.typed_unit,
        "place": line.draft.get("place_text", ""),
        "source": f"{batch.file_name}, {line.place}",
    }


def _opening(line: OfferLine) -> Posting:
    at = At(K.SUPPLY_SOURCE, line.pk), At(K.AVAILABLE, line.pk)
    return Posting(line.item_id, line.amount, *at)


def _taken_back(line: OfferLine) -> Posting:
    at = At(K.AVAILABLE, line.pk), At(K.WITHDRAWN, line.pk)
    return Posting(line.item_id, line.amount, *at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What an import has stored."""

    requests: list[AssistanceRequest]
    offer_lines: list[OfferLine]

    @classmethod
    def of(cls, batch: ImportBatch) -> "_Made":
        """Find and hold them, in the order of their ids."""
        lines = batch.lines.filter(verdict=Verdict.READY.value)
        ids = [line_key(batch.pk, number) for number in lines.values_list("number", flat=True)]
        held_lines = OfferLine.objects.filter(pk__in=ids).order_by("pk").select_for_update()
        wholes = AssistanceRequest.objects.filter(
            pk__in=RequestLine.objects.filter(pk__in=ids).values("request_id")
        )
        return cls(
            requests=list(wholes.order_by("pk").select_for_update()),
            offer_lines=list(held_lines),
        )

    @property
    def parties(self) -> list[str]:
        """Whose they are."""
        return sorted(
            {request.recipient_id for request in self.requests}
            | {line.donor_id for line in self.offer_lines}
        )
