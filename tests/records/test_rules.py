"""The rule book's own rules hold whoever asks: by raw SQL, as the application's role."""

import pytest
from django.db import DatabaseError, connection, transaction

from muster.records.constraints import broken_constraint
from muster.records.models import RuleVersion
from tests import make
from tests.make_rules import in_force, written

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def rule() -> RuleVersion:
    return in_force(make.world(), 'item.code == "no such"')


def broken(statement: str, *values: object) -> str:
    with (
        pytest.raises(DatabaseError) as raised,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    return broken_constraint(raised.value) or str(raised.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_version SET expression = 'false'",
        "DELETE FROM rule_version",
        "UPDATE rule_change SET day = now()",
        "DELETE FROM rule_change",
        "UPDATE offer_line SET rules = '{}'",
        "UPDATE allocation SET rule_book = 0",
    ],
)
def test_what_was_written_or_decided_is_not_changed(rule: RuleVersion, statement: str) -> None:
    make.proposed(w := make.world(), make.offered(w), make.asked(w), "1")
    assert "permission denied" in broken(statement)


_COPY = (
    "INSERT INTO rule_version (code, version, title, sentence, expression, effect, consent_of, "
    "steps, operation_id, precedence, authority, citation, source, since, until, invented, "
    "author_id, recorded_at, act_id) SELECT {code}, {version}, title, {sentence}, expression, "
    "{effect}, consent_of, {steps}, operation_id, precedence, authority, citation, source, since, "
    "{until}, invented, author_id, recorded_at, act_id FROM rule_version WHERE id = %s"
)
_AS_IT_IS = {
    "code": "code", "version": "version + 1", "sentence": "sentence", "effect": "effect",
    "steps": "steps", "until": "until",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"version": "version"}, "rule_version_once"),
        ({"version": "0"}, "rule_version_numbered_from_one"),
        ({"code": "'no arms'"}, "rule_version_code_plain"),
        ({"sentence": "''"}, "rule_version_says_what_and_whose"),
        ({"effect": "'perhaps'"}, "rule_version_effect_known"),
        ({"steps": "'{}'"}, "rule_version_asked_somewhere"),
        ({"until": "since"}, "rule_version_ends_after_it_begins"),
    ],
)
def test_a_version_that_is_not_whole_is_never_stored(
    rule: RuleVersion, changed: dict[str, str], constraint: str
) -> None:
    assert broken(_COPY.format(**{**_AS_IT_IS, **changed}), rule.pk) == constraint


_APPROVE = (
    "INSERT INTO rule_change (version_id, kind, author_id, by_id, day, reason, recorded_at, "
    "act_id) "
    "VALUES (%s, 'approve', %s, %s, now(), '', now(), gen_random_uuid())"
)


def test_nobody_approves_what_they_wrote_themselves_whatever_they_say_of_the_author() -> None:
    w = make.world()
    rule = written(w, "true")
    author, other = rule.author_id, make.person(make.Role.COORDINATOR, "EADRCC").user_id
    assert broken(_APPROVE, rule.pk, author, author) == "rule_approval_by_another"
    assert broken(_APPROVE, rule.pk, other, author) == "rule_change_names_the_author"


def test_a_version_comes_into_the_book_once(rule: RuleVersion) -> None:
    other = make.person(make.Role.COORDINATOR, "EADRCC").user_id
    assert broken(_APPROVE, rule.pk, rule.author_id, other) == "rule_change_once"


def test_a_review_has_a_reason(rule: RuleVersion) -> None:
    statement = (
        "INSERT INTO rule_review (id, code, operation_id, donor_id, item_id, recipient_id, passes, "
        "reason, reviewer_id, recorded_at, act_id) VALUES (gen_random_uuid(), 'X', %s, 'DEU', %s, "
        "'UKR', true, '', %s, now(), gen_random_uuid())"
    )
    assert rule.operation_id
    found = broken(statement, rule.operation_id, make.TENT, rule.author_id)
    assert found == "rule_review_has_a_reason"
