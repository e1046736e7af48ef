"""`muster allocations`: what of an offer goes to which need, and the consents it takes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import click

from muster.actions import allocations as acting
from muster.actions import consents, proposals
from muster.actions.clock import now
from muster.cli.acting import (
    DAY,
    MOMENT,
    Row,
    acts,
    happened_option,
    happenings,
    lists,
    say_list,
    say_record,
    with_amount,
)
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.queries.amounts import Typed
from muster.queries.naming import offer_line_named, request_line_named
from muster.queries.visibility import find, visible
from muster.records.models import Allocation, Consent


@click.group()
def allocations() -> None:
    """List, propose and answer allocations.  ALLOCATION and CONSENT are ids."""


@allocations.command("list")
@lists
def list_allocations(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the allocations of an OPERATION."""
    say_list(Allocation, _row, related=("item", "request_line__request", "offer_line"), **given)


@allocations.command()
@click.argument("allocation")
@format_option
@user_option
def show(allocation: str, form: str, user: str | None) -> None:
    """Show an ALLOCATION with its consents and what happened to it."""
    actor, day = reader(user), now().date()
    found = find(Allocation, allocation, actor, day)
    asked = visible(Consent, actor, day).filter(allocation=found).order_by("recorded_at")
    parts = {"consents": [_consent_row(row) for row in asked], "history": happenings(found.pk)}
    say_record({**_row(found), "expires_at": found.expires_at}, parts, form)


@allocations.command()
@click.argument("offer_line")
@click.argument("request_line")
@with_amount
@click.option("--expires-at", type=MOMENT, help="Until when it stands unanswered.")
@acts
def propose(
    *,
    act: Act,
    offer_line: str,
    request_line: str,
    amount: str,
    unit: str,
    expires_at: datetime | None,
) -> Allocation:
    """Reserve a part of an OFFER_LINE for a REQUEST_LINE (REFERENCE/position each)."""
    day = act.now.date()
    return proposals.propose_allocation(
        act=act,
        offer_line=offer_line_named(offer_line, act.actor, day).pk,
        request_line=request_line_named(request_line, act.actor, day).pk,
        amount=Typed(amount, unit),
        expires_at=expires_at,
    )


@allocations.command()
@click.argument("allocation")
@happened_option
@acts
def confirm(*, act: Act, allocation: str, happened_at: datetime | None) -> Allocation:
    """Say yes for the donor."""
    found = _found(act, allocation)
    return acting.confirm_allocation(act=act, allocation=found, happened_at=happened_at)


@allocations.command()
@click.argument("allocation")
@happened_option
@acts
def accept(*, act: Act, allocation: str, happened_at: datetime | None) -> Allocation:
    """Say yes for the recipient."""
    found = _found(act, allocation)
    return acting.accept_allocation(act=act, allocation=found, happened_at=happened_at)


@allocations.command()
@click.argument("allocation")
@acts
def decline(*, act: Act, allocation: str) -> Allocation:
    """Say no, for the donor or for the recipient, with --reason."""
    return acting.decline_allocation(act=act, allocation=_found(act, allocation))


@allocations.command()
@click.argument("allocation")
@acts
def cancel(*, act: Act, allocation: str) -> Allocation:
    """Take an allocation back, with --reason; what is not packed returns to the offer."""
    return acting.cancel_allocation(act=act, allocation=_found(act, allocation))


@allocations.command("ask-consents")
@click.argument("allocation")
@acts
def ask_consents(*, act: Act, allocation: str) -> Allocation:
    """Ask for the consents that the rules want by now, and that nobody was asked for."""
    return consents.ask_for_unasked(act=act, allocation=_found(act, allocation))


@allocations.command("ask-consent-again")
@click.argument("consent")
@acts
def ask_consent_again(*, act: Act, consent: str) -> Consent:
    """Ask the nation of origin once more, for the donor or as a coordinator."""
    return consents.ask_consent_again(act=act, consent=_consent(act, consent))


@allocations.command("grant-consent")
@click.argument("consent")
@click.option("--conditions", default="")
@click.option("--valid-until", type=DAY)
@acts
def grant_consent(*, act: Act, consent: str, conditions: str, valid_until: date | None) -> Consent:
    """Let the goods pass, as the nation of origin."""
    return consents.grant_consent(
        act=act,
        consent=_consent(act, consent),
        conditions=conditions,
        valid_until=valid_until,
    )


@allocations.command("refuse-consent")
@click.argument("consent")
@acts
def refuse_consent(*, act: Act, consent: str) -> Consent:
    """Refuse the transfer as the nation of origin, with --reason."""
    return consents.refuse_consent(act=act, consent=_consent(act, consent))


@allocations.command("revoke-consent")
@click.argument("consent")
@acts
def revoke_consent(*, act: Act, consent: str) -> Consent:
    """Take a granted consent back, with --reason."""
    return consents.revoke_consent(act=act, consent=_consent(act, consent))


def _found(act: Act, name: str) -> UUID:
    return find(Allocation, name, act.actor, act.now.date()).pk


def _consent(act: Act, name: str) -> UUID:
    return find(Consent, name, act.actor, act.now.date()).pk


def _row(allocation: Allocation) -> Row:
    need = allocation.request_line
    return {
        "donor": allocation.donor_id,
        "recipient": allocation.recipient_id,
        "item": allocation.item.name,
        "typed": f"{allocation.typed_amount} {allocation.typed_unit}",
        "amount": allocation.amount,
        "covers": allocation.covers,
        "line": f"{need.request.reference}/{need.position}",
        "stage": allocation.stage,
        "invented": allocation.invented,
        "id": allocation.pk,
    }


def _consent_row(consent: Consent) -> Row:
    return {
        "origin": consent.origin_id,
        "stage": consent.stage,
        "valid_until": consent.valid_until,
        "conditions": consent.conditions,
        "id": consent.pk,
    }
