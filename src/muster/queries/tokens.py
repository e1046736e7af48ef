"""Whose access token it is."""

from muster.core.actors import Actor
from muster.queries.register import actor_of
from muster.records.models import ApiToken


def actor_with_token(digest: bytes) -> Actor | None:
    """Make the actor whose token has this digest, unless it is revoked or its person has left."""
    found = ApiToken.objects.filter(
        digest=digest, revoked_at__isnull=True, user__is_active=True
    ).first()
    return actor_of(found.user_id) if found else None
