"""The register and the catalogue: who may write them, and what they never hold."""

from datetime import date
from uuid import uuid4

import pytest

from muster.actions import catalogue, operations, register
from muster.actions.operations import Helped
from muster.core.actors import ANYONE, Actor, Role
from muster.core.refusals import (
    ChoiceUnknown,
    CodeNotPlain,
    DatesOutOfOrder,
    DuplicateReference,
    ItemUnknown,
    NotFound,
    PartyUnknown,
    ReasonMissing,
    Refusal,
    RoleHeldAlready,
    RoleMissing,
    SignInNeeded,
    StandingOverlaps,
    UnitUnknown,
    WrongStage,
)
from muster.queries.tokens import actor_with_token
from muster.records.models import ApiToken
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = date(2030, 1, 1)

VERBS: dict[str, tuple[object, dict[str, object]]] = {
    "party": (register.add_party, {"code": "NEW", "name": "New", "kind": "nation"}),
    "standing": (
        register.record_standing,
        {"party": "BRA", "body": "NATO", "kind": "partner", "since": DAY},
    ),
    "user": (register.add_user, {"username": "new", "name": "New"}),
    "item": (
        catalogue.add_item,
        {"code": "NEW-1", "name": "New", "category": "x", "unit": "H87"},
    ),
    "review": (catalogue.review_item, {"item": make.TENT, "verdict": "lethal"}),
    "operation": (
        operations.open_operation,
        {
            "code": "NEW-OP",
            "name": "New",
            "kind": "disaster",
            "body": "NATO",
            "recipients": [Helped("TUR")],
            "began_on": date(2023, 2, 6),
        },
    ),
}


def do(verb: str, actor: Actor | None = None, reason: str = "why", **changes: object) -> object:
    function, inputs = VERBS[verb]
    act = make.act(actor or make.coordinator(), reason=reason)
    return function(act=act, **inputs | changes)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("verb", "changes", "refusal"),
    [
        ("party", {"code": ""}, CodeNotPlain),
        ("party", {"code": "a b"}, CodeNotPlain),
        ("party", {"kind": "planet"}, ChoiceUnknown),
        ("party", {"code": "DEU"}, DuplicateReference),
        ("party", {"name": "Germany"}, DuplicateReference),
        ("standing", {"party": "NOBODY"}, PartyUnknown),
        ("standing", {"body": "NOBODY"}, PartyUnknown),
        ("standing", {"party": "FRA", "kind": "friend"}, ChoiceUnknown),
        ("standing", {"party": "FRA", "until": DAY}, DatesOutOfOrder),
        ("standing", {"party": "DEU"}, StandingOverlaps),
        ("user", {"username": "anna"}, DuplicateReference),
        ("item", {"code": ""}, CodeNotPlain),
        ("item", {"code": make.TENT}, DuplicateReference),
        ("item", {"unit": "furlong"}, UnitUnknown),
        ("review", {"item": "NO-SUCH"}, ItemUnknown),
        ("review", {"verdict": "harmless"}, ChoiceUnknown),
        ("review", {"reason": " "}, ReasonMissing),
        ("operation", {"code": "new op"}, CodeNotPlain),
        ("operation", {"code": ""}, CodeNotPlain),
        ("operation", {"kind": "party"}, ChoiceUnknown),
        ("operation", {"body": "NOBODY"}, PartyUnknown),
        ("operation", {"recipients": [Helped("NOBODY")]}, PartyUnknown),
        ("operation", {"recipients": [Helped("TUR", "NOWHERE")]}, NotFound),
        ("operation", {"recipients": [Helped("TUR"), Helped("TUR")]}, DuplicateReference),
    ],
)
def test_what_the_register_cannot_hold_is_refused(
    verb: str, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        do(verb, **changes)  # type: ignore[arg-type]
    make.settled()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.DONOR, Role.RECIPIENT, Role.LOGISTICS, Role.ANALYST])
def test_only_the_centre_writes_the_register(verb: str, role: Role) -> None:
    with pytest.raises(RoleMissing):
        do(verb, make.person(role, "DEU"))


def test_a_role_is_given_to_a_known_person_for_a_known_party_and_once() -> None:
    person = make.person(Role.DONOR, "FRA").user_id

    def grant(**changes: object) -> None:
        inputs = {"user": person, "role": Role.DONOR, "party": "DEU", "since": DAY} | changes
        register.grant_role(act=make.act(make.coordinator()), **inputs)  # type: ignore[arg-type]

    grant()
    for changes, refusal in (
        ({}, RoleHeldAlready),
        ({"user": uuid4()}, NotFound),
        ({"party": "NOBODY"}, PartyUnknown),
        ({"party": "POL", "until": DAY}, DatesOutOfOrder),
    ):
        with pytest.raises(refusal):
            grant(**changes)
    make.settled()


def test_a_new_item_is_unreviewed_and_the_new_alliance_gives_only_what_is_reviewed() -> None:
    assert do("item").lethality == "unreviewed"  # type: ignore[attr-defined]
    alliance = do("party", kind="alliance")
    assert alliance.gives_only_reviewed  # type: ignore[attr-defined]


def test_a_revoked_token_is_a_strangers_and_only_its_owner_revokes_it() -> None:
    owner, other = make.person(Role.DONOR, "DEU"), make.person(Role.COORDINATOR, "EADRCC")
    secret = register.issue_token(act=make.act(owner), name="laptop")
    token = ApiToken.objects.get(user_id=str(owner.user_id))
    with pytest.raises(NotFound):
        register.revoke_token(act=make.act(other), token=token.pk)
    assert actor_with_token(register.token_digest(secret)) is not None
    register.revoke_token(act=make.act(owner), token=token.pk)
    assert actor_with_token(register.token_digest(secret)) is None
    with pytest.raises(WrongStage):
        register.revoke_token(act=make.act(owner), token=token.pk)
    with pytest.raises(SignInNeeded):
        register.revoke_token(act=make.act(ANYONE), token=token.pk)
