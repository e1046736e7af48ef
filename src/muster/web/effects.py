"""The page that asks what changes when a party joins or leaves a body."""

from collections.abc import Mapping
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from muster.core.effects import NeighbourEffect, Share, Way
from muster.core.moments import parse_date
from muster.core.refusals import ChoiceUnknown, Refusal
from muster.queries import parties
from muster.queries.effects import Effect, effect_of
from muster.web import charts
from muster.web.answers import STATUS, day_of, errors_of, show
from muster.web.shown import Link

# The fields of the form, by the names that refusals know them under.
_FIELDS = {"party": "of", "body": "in", "date": "on"}
_MOST_BARS = 10
_METHODS = {
    "factbook": "World Factbook",
    "natural_earth_10m": "Natural Earth 1:10m",
    "stated": "as stated",
}


@require_safe
def effect(request: HttpRequest) -> HttpResponse:
    """Compare a body with and without a party, on a day."""
    asked = request.GET
    refusal, found = None, None
    if asked.get("of"):
        try:
            found = _asked(request)
        except Refusal as refused:
            refused.at = _FIELDS.get(refused.at or "", refused.at)
            refusal = refused
    context = {
        "crumbs": (
            Link(label="Register", href=reverse("register")),
            Link(label="What if", href="", current=True),
        ),
        "values": {
            "of": asked.get("of", ""),
            "in": asked.get("in") or "NATO",
            "on": asked.get("on") or day_of(request).isoformat(),
            "way": asked.get("way", ""),
        },
        "parties": [("", "choose"), *((p.code, p.name) for p in parties.parties())],
        "bodies": [(b.code, b.name) for b in parties.bodies()],
        "ways": [("", "as it happened"), *((way.value, way.value) for way in Way)],
        "errors": errors_of(refusal) if refusal else {},
        "effect": found,
        "plain": charts.plain,
        "methods": _METHODS,
        **(_drawn(found) if found else {}),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/effect.html", context, status=status)


def _asked(request: HttpRequest) -> Effect:
    asked = request.GET
    way = asked.get("way") or None
    if way is not None and way not in {each.value for each in Way}:
        raise ChoiceUnknown(at="way", given=way, known=", ".join(Way))
    day = parse_date(asked["on"], at="on") if asked.get("on") else day_of(request)
    return effect_of(
        asked["of"], body=asked.get("in") or "NATO", day=day, way=Way(way) if way else None
    )


def _drawn(effect: Effect) -> Mapping[str, object]:
    changed = [e for e in effect.borders if any(each.difference_km for each in e.sums)]
    return {
        "changed": changed,
        "unchanged": [e for e in effect.borders if e not in changed],
        "first": changed[0] if changed else None,
        "border_chart": _border_chart(changed[0]) if changed else None,
        "share_chart": _share_chart(effect),
    }


def _border_chart(effect: NeighbourEffect) -> charts.Pairs:
    rows = [
        (_METHODS.get(each.method, each.method), each.before_km, each.after_km)
        for each in effect.sums
    ]
    return charts.pairs(rows, unit="kilometres")


def _share_chart(effect: Effect) -> charts.Pairs:
    """Draw the largest shares but the first, beside which no other is seen; and the party's own."""
    shares = effect.means.gdp_shares
    chosen = [share for share in shares[1:] if share.code != effect.party][: _MOST_BARS - 1]
    chosen += [share for share in shares if share.code == effect.party]
    return charts.pairs(
        [(effect.names[share.code], _or_zero(share, 0), _or_zero(share, 1)) for share in chosen],
        unit="percent of the members' GDP",
    )


def _or_zero(share: Share, end: int) -> Decimal:
    return (share.after if end else share.before) or Decimal(0)


urlpatterns: list[URLPattern] = [path("register/effect", effect, name="effect")]
