"""What may not go: consents that are missing, rules, caveats; and whether that is the whole of it.

Whoever sees to a consent, or has a caveat lifted, must know if anything would come of it.  So each
offer is looked at as if it were allowed, and what else would be in the way is said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from muster.core.planning.causes import Reason, ReasonCode
from muster.core.planning.facts import Facts, named, unique
from muster.core.planning.obstacles import in_words, obstacles
from muster.core.planning.problem import Forbidden, Need, Pair


def no_consent(
    facts: Facts, need: Need, pairs: Sequence[Pair], waiting: Sequence[Pair]
) -> Iterator[Reason]:
    """Name the consents that are missing, whose they are, and the offers that wait for them.

    Args:
        facts: what the problem and the plan say.
        need: the need that is not met in full.
        pairs: those of the need that may be planned.
        waiting: those that lack a consent.
    """
    others = {pair.offer for pair in pairs}
    ways: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in waiting:
        ways[pair.consent].append(pair)
    for consent_id, mine in ways.items():
        consent = facts.problem.consent_of[consent_id]
        offers = unique(pair.offer for pair in mine)
        names = named(facts.offers[offer].name for offer in offers)
        only = "by more ways " if others.issuperset(offers) else ""
        asks = f" Rule {consent.rule} asks for it." if consent.rule else ""
        still = _still(facts, need, mine)
        yield Reason(
            code=ReasonCode.NO_CONSENT,
            sentence=(
                f"{names} may serve {only or 'only '}with {consent.name}, and that is "
                f"{consent.state}.{asks}{still and f' With it nothing would come yet{still}'}"
            ),
            offers=offers,
            by=consent.by,
            consent=consent_id,
        )


def not_allowed(facts: Facts, need: Need, rows: Sequence[Forbidden]) -> Iterator[Reason]:
    """Name the offers that a rule, a caveat or a date forbids."""
    for row in rows:
        still = _still(facts, need, [row.pair]) if row.pair is not None else ""
        yield Reason(
            code=ReasonCode.FORBIDDEN,
            sentence=(
                f"{facts.offers[row.offer].name} may not serve: {row.sentence}"
                f"{still and f' Without that nothing would come yet{still}'}"
            ),
            offers=(row.offer,),
            by=row.by,
            version=row.version,
        )


def _still(facts: Facts, need: Need, ways: Sequence[Pair]) -> str:
    """Say what would be in the way still if these ways were allowed; nothing if one would serve."""
    first = ""
    for pair in ways:
        offer = facts.offers[pair.offer]
        every = obstacles(facts, need, pair, supposed=True)
        found = [in_words(facts, each).sentence for each in every]
        if not offer.amount:
            found.insert(0, f"Nothing is left of {offer.name}.")
        elif facts.left[offer.id] < min(facts.step(pair).offered, offer.amount):
            found.insert(0, f"What is planned for others uses {offer.name} up.")
        if not found:
            return ""
        first = first or found[0]
    # What is of use may come by several ways together, which is not looked at here.
    several = need.least > 1 and not facts.brought[need.id] and len(ways) > 1
    return f"{' by one way alone' if several else ''}: {first}"
