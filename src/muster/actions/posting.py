"""The ledger's one writer: every transfer is posted here, and nowhere else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from muster.core.accounts import AccountKind
from muster.core.actors import Act
from muster.core.refusals import Refusal
from muster.records.constraints import broken_constraint, refusal_behind
from muster.records.statements import array, rows, texts


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
    if real:
        Laid(act, real, happened_at, laid_out(act, real, happened_at)).post()


@dataclass(frozen=True, slots=True)
class Laid:
    """Postings laid out for the database, so that many can be before anything is held for them."""

    act: Act
    postings: Sequence[Posting]
    happened_at: datetime
    values: Sequence[object]

    def post(self) -> None:
        """Post them, all or none.

        Raises:
            Refusal: those of `post`.
        """
        try:
            rows(_POST, self.values)
        except IntegrityError as error:
            refusal = refusal_of(self.act, self.postings, self.happened_at, error)
            raise refusal or error from error


_POST = "SELECT post_transfers(" + ", ".join(["%s"] * 11) + ")"


def laid_out(act: Act, postings: Sequence[Posting], happened_at: datetime) -> list[object]:
    """Lay out postings as the database takes them: records/sql/posting.sql.

    Each account is said once, and a posting by the numbers of its two.
    """
    ends: dict[tuple[At, str], int] = {}
    givers = [ends.setdefault((p.before, p.item), len(ends) + 1) for p in postings]
    takers = [ends.setdefault((p.after, p.item), len(ends) + 1) for p in postings]
    amounts = [p.amount for p in postings]
    corrects = [p.corrects for p in postings]
    numbers = (givers, takers, amounts, corrects)
    return [act.id, happened_at, act.now, *_named(ends), *(array(each) for each in numbers)]


def make_accounts(accounts: Sequence[tuple[At, str]]) -> None:
    """Make the accounts of new records, each with its item, before anything is held for long."""
    rows("SELECT cardinality(hold_accounts(%s, %s, %s, %s))", _named(accounts))


def _named(accounts: Collection[tuple[At, str]]) -> list[str]:
    """Name accounts by columns: the kind, the owner, the place and the item of each."""
    return [
        array(at.kind for at, _ in accounts),
        array(at.owner for at, _ in accounts),
        texts(at.place for at, _ in accounts),
        texts(item for _, item in accounts),
    ]


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


def _wished(postings: Sequence[Posting], constraint: str) -> int:
    """Say how much was wanted of what ran short; of a need, in units of what it asks for."""
    needs = [p.amount for p in postings if p.before.kind is AccountKind.NEED_OPEN]
    of_need = constraint == "account_need_not_overdrawn" and needs
    return needs[0] if of_need else postings[0].amount
