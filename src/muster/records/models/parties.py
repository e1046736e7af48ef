"""Parties and their dated standings, places, people and the roles they hold."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from muster.core.actors import Role


class PartyKind(models.TextChoices):
    """What a party is."""

    ALLIANCE = "alliance"
    CENTRE = "centre"
    UNION = "union"
    NATION = "nation"
    AGENCY = "agency"
    GROUP = "group"
    COALITION = "coalition"
    FUND = "fund"


class Party(models.Model):
    """A nation, an alliance, a union, an agency: whoever can ask, give, carry or sign."""

    code = models.TextField(primary_key=True)
    name = models.TextField(unique=True)
    kind = models.TextField(choices=PartyKind)
    iso3 = models.TextField(blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    # The organisation's own policy: it is donor only of items reviewed as non-lethal.
    gives_only_reviewed = models.BooleanField(default=False)
    source = models.TextField(blank=True, default="")

    class Meta:
        db_table = "party"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="party_code_not_empty"),
            models.CheckConstraint(
                condition=~Q(kind__in=["alliance", "centre"]) | Q(gives_only_reviewed=True),
                name="party_alliance_gives_only_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def span_of_days() -> Func:
    """Write the days of a row with `since` and `until` as a range, as its index has them."""
    return Func(F("since"), F("until"), function="daterange", output_field=DateRangeField())


class Standing(models.Model):
    """What a party is to a body from a day until (not including) another day."""

    class Kind(models.TextChoices):
        ASPIRANT = "aspirant"
        INVITEE = "invitee"
        MEMBER = "member"
        LEAD = "lead"
        PARTNER = "partner"
        OBSERVER = "observer"
        SUSPENDED = "suspended"
        WITHDRAWN = "withdrawn"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="standings")
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="standings_in_it")
    kind = models.TextField(choices=Kind)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True, default="")
    checked = models.TextField(blank=True, default="")

    class Meta:
        db_table = "standing"
        # Who was what to a body on a day; one party's standing on a day is the constraint's index.
        indexes = [GistIndex(F("body"), span_of_days(), name="standing_of_a_body_on_a_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="standing_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="standing_one_at_a_time",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    (span_of_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.kind} of {self.body_id} since {self.since}"


class Place(models.Model):
    """A hub, a crossing, an airfield, a port, a depot: where goods can be."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    country = models.TextField(blank=True, default="")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    source = models.TextField(blank=True, default="")

    class Meta:
        db_table = "place"
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90),
                name="place_latitude_in_range",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
                name="place_longitude_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """A named person who can sign in."""

    id = models.UUIDField(primary_key=True)
    username = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "muster_user"

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A role that a person holds for a party, from a day until (not including) another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "role_grant"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="role_grant_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "party", "since"], name="role_grant_given_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} for {self.party_id}"


class ApiToken(models.Model):
    """A secret that lets a program act as a person.  Only its digest is stored."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.TextField()
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_token"
        constraints = [models.UniqueConstraint(fields=["digest"], name="api_token_digest_once")]

    def __str__(self) -> str:
        return self.name
