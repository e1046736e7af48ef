"""The ledger's one writer: every transfer is posted here, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection

from muster.core.accounts import OWNERS, AccountKind, Owner
from muster.core.actors import Act
from muster.records.constraints import broken_constraint, refusal_behind


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


# Accounts are made when first used.  Sorted, so that two makers of the same accounts wait in turn.
_MAKE_ACCOUNTS = """
INSERT INTO account (kind, owner_id, place_id, item_id, {columns}, amount_in, amount_out)
SELECT kind, owner_id, place_id, item_id, {values}, 0, 0
FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[])
    AS made (kind, owner_id, place_id, item_id, owner)
ORDER BY owner_id, kind, place_id
ON CONFLICT DO NOTHING
""".format(
    columns=", ".join(f"{owner}_id" for owner in Owner),
    values=", ".join(f"CASE owner WHEN '{owner}' THEN owner_id END" for owner in Owner),
)

_POST = """
INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                      happened_at, recorded_at, corrects_id)
SELECT %s, moved.position + (SELECT coalesce(max(position), 0) FROM transfer WHERE act_id = %s),
       moved.item_id, giver.id, taker.id, moved.amount, %s, %s, moved.corrects
FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::uuid[], %s::text[],
            %s::text[], %s::uuid[], %s::text[], %s::bigint[])
    WITH ORDINALITY AS moved (item_id, amount, from_kind, from_owner, from_place,
                              to_kind, to_owner, to_place, corrects, position)
JOIN account AS giver ON giver.owner_id = moved.from_owner AND giver.kind = moved.from_kind
    AND giver.place_id IS NOT DISTINCT FROM moved.from_place
JOIN account AS taker ON taker.owner_id = moved.to_owner AND taker.kind = moved.to_kind
    AND taker.place_id IS NOT DISTINCT FROM moved.to_place
"""


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
        with connection.cursor() as cursor:
            cursor.execute(_MAKE_ACCOUNTS, _account_columns(real))
            cursor.execute(_POST, [act.id, act.id, happened_at, act.now, *_columns(real)])
            _demand_all(cursor.rowcount, len(real))
    except IntegrityError as error:
        refusal = refusal_behind(
            error,
            amount=_wished(real, broken_constraint(error)),
            what="The move",
            moment=happened_at.isoformat(),
            now=act.now.isoformat(),
        )
        if refusal is None:
            raise
        raise refusal from error


def _account_columns(postings: Sequence[Posting]) -> list[list[str | UUID | None]]:
    """Lay out the accounts that the postings name, column by column."""
    wanted = {
        (at.kind, at.owner, at.place, posting.item): OWNERS[at.kind]
        for posting in postings
        for at in (posting.before, posting.after)
    }
    rows = [
        (kind.value, owner, place, item, column.value)
        for (kind, owner, place, item), column in wanted.items()
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _columns(postings: Sequence[Posting]) -> list[list[object]]:
    """Lay out the postings, column by column."""
    rows = [
        (
            *(p.item, p.amount, p.before.kind.value, p.before.owner, p.before.place),
            *(p.after.kind.value, p.after.owner, p.after.place, p.corrects),
        )
        for p in postings
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _wished(postings: Sequence[Posting], constraint: str) -> int:
    """Say how much was wanted of what ran short; of a need, in units of what it asks for."""
    needs = [p.amount for p in postings if p.before.kind is AccountKind.NEED_OPEN]
    of_need = constraint == "account_need_not_overdrawn" and needs
    return needs[0] if of_need else postings[0].amount


def _demand_all(written: int, wanted: int) -> None:
    """Be loud if a posting found no account; that is a bug, never a refusal."""
    if written != wanted:
        message = f"{wanted} postings, but {written} transfers were written"
        raise RuntimeError(message)
