"""Coalition verbs: found one, join, lead, leave; tie a pledge to one, and take that back."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.pledges import held_pledge
from muster.actions.register import add_party, demand_free, end_lasting, lasting_standing
from muster.actions.taking_back import take_back
from muster.core.actors import Act, Role
from muster.core.pledges import TiedAlready
from muster.core.refusals import NotFound
from muster.queries.register import find_coalition, find_party
from muster.records.models import Party, PledgeTie, Standing
from muster.records.models.parties import PartyKind


def create_coalition(*, act: Act, code: str, name: str, source: str = "") -> Party:
    """Put a capability coalition on the register.

    Raises:
        RoleMissing: the actor is not a coordinator.
        CodeNotPlain, DuplicateReference: of its code or its name.
    """
    return add_party(
        act=act, code=code, name=name.strip(), kind=PartyKind.COALITION.value, source=source
    )


@action("join a coalition")
def join_coalition(
    *,
    act: Act,
    coalition: str,
    party: str,
    since: date,
    lead: bool = False,
    source: str = "",
) -> Standing:
    """Record that a party belongs to a coalition from a day on, or leads it.

    A member that takes the lead, or a lead that is a member from now on, stops being the other on
    that day.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor acts for the party.
        PartyUnknown: the register has no such party or coalition.
        NotACoalition: that body is none.
        StandingOverlaps: it is that already, or something else later on.
    """
    act.must_act_for_or_be(Role.DONOR, party, Role.COORDINATOR)
    found, named = find_coalition(coalition), find_party(party)
    kind = Standing.Kind.LEAD if lead else Standing.Kind.MEMBER
    lasting = lasting_standing(party, found.pk)
    if lasting is not None and lasting.kind != kind and lasting.since < since:
        lasting.until = since
        lasting.save(update_fields=["until"])
    demand_free(named, found, kind.value, since, None)
    return Standing.objects.create(
        party=named, body=found, kind=kind.value, since=since, source=source
    )


@action("leave a coalition")
def leave_coalition(*, act: Act, coalition: str, party: str, until: date) -> Standing:
    """Record that a party no longer belongs to a coalition, from a day on.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor acts for the party.
        NotACoalition: that body is none.
        NotFound: the party does not belong to it.
        DatesOutOfOrder: it would leave before it joined.
    """
    act.must_act_for_or_be(Role.DONOR, party, Role.COORDINATOR)
    return end_lasting(party, find_coalition(coalition).pk, until)


@action("tie a pledge to a coalition")
def tie_pledge(*, act: Act, pledge: UUID, coalition: str) -> PledgeTie:
    """Say that a pledge belongs to what a coalition gathers; the reason may be told.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
        NotACoalition: that body is none.
        TiedAlready: it was announced under a coalition's name, or is tied to one.
    """
    found = held_pledge(act, pledge)
    body = find_coalition(coalition)
    if found.coalition_id or found.ties.filter(undone_at__isnull=True).exists():
        raise TiedAlready
    return PledgeTie.objects.create(
        id=act.part_id("tie"),
        pledge=found,
        coalition=body,
        reason=act.reason,
        recorded_at=act.now,
        act_id=act.id,
    )


@action("take back a pledge's tie to a coalition")
def untie_pledge(*, act: Act, tie: UUID) -> PledgeTie:
    """Take back that a pledge belongs to a coalition, with the reason.

    Raises:
        ReasonMissing: no reason is given.
        NotFound: there is no such tie that the actor may see.
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
        WrongStage: it was taken back before.
    """
    act.must_say_why("taking this back")
    found = PledgeTie.objects.filter(pk=tie).first()
    if found is None:
        raise NotFound(what="tie of a pledge", name=tie)
    held_pledge(act, found.pledge_id)
    take_back(act, found, what="The tie")
    return found
