"""The ledger's one writer: every transfer is posted here, and nowhere else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from muster.core.accounts import OWNERS, AccountKind
from muster.core.actors import Act
from muster.core.refusals import Refusal
from muster.records.constraints import broken_constraint, refusal_behind
from muster.records.statements import rows


@dataclass(frozen=True, slots=True)
class At:
    """An account, named by its kind and its owner's id; a hub's account also by its place."""

    kind: AccountKind
    owner: UUID
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` smallest units of the item, from one account to another."""

    item: str
    amount: int
    before: At
    after: At
    corrects: int | None = None


def post(act: Act, postings: Sequence[Posting], *, happened_at: datetime) -> None:
    """Post transfers, all or none; the database adds the totals and keeps the caps.

    Postings of nothing are left out, so that callers need not ask.

    Raises:
        NotEnoughOffered: an offer would be overdrawn.
        MoreThanAsked: a need would be overdrawn.
        NotEnoughThere: any other account would be overdrawn.
        InTheFuture: it is said to have happened later than now.
    """
    real = [posting for posting in postings if posting.amount != 0]
    if not real:
        return
    try:
        [[written]] = rows(
            "SELECT post_transfers(%s, %s, %s, %s)", [act.id, happened_at, act.now, as_json(real)]
        )
    except IntegrityError as error:
        raise refusal_of(act, real, happened_at, error) or error from error
    demand_all(written, real)


def as_json(postings: Sequence[Posting]) -> str:
    """Lay out postings as the database takes them: records/sql/transfers.sql."""
    return json.dumps(
        [
            {
                "item": p.item,
                "amount": p.amount,
                "from_kind": p.before.kind,
                "from_owner": str(p.before.owner),
                "from_of": OWNERS[p.before.kind],
                "from_place": p.before.place,
                "to_kind": p.after.kind,
                "to_owner": str(p.after.owner),
                "to_of": OWNERS[p.after.kind],
                "to_place": p.after.place,
                "corrects": p.corrects,
            }
            for p in postings
        ]
    )


def refusal_of(
    act: Act, postings: Sequence[Posting], happened_at: datetime, error: IntegrityError
) -> Refusal | None:
    """Say in a sentence why the database did not take the postings, if that is a refusal."""
    return refusal_behind(
        error,
        amount=_wished(postings, broken_constraint(error)),
        what="The move",
        moment=happened_at.isoformat(),
        now=act.now.isoformat(),
    )


def demand_all(written: int, postings: Sequence[Posting]) -> None:
    """Be loud if a posting found no account; that is a bug, never a refusal.

    Raises:
        RuntimeError: fewer transfers were written than were posted.
    """
    if written != len(postings):
        message = f"{len(postings)} postings, but {written} transfers were written"
        raise RuntimeError(message)


def _wished(postings: Sequence[Posting], constraint: str) -> int:
    """Say how much was wanted of what ran short; of a need, in units of what it asks for."""
    needs = [p.amount for p in postings if p.before.kind is AccountKind.NEED_OPEN]
    of_need = constraint == "account_need_not_overdrawn" and needs
    return needs[0] if of_need else postings[0].amount
