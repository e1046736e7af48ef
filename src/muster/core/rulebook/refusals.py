"""What the rule book says no to, and what it says no with."""

from muster.core.refusals import Kind, Refusal


class RuleForbids(Refusal, kind=Kind.CONFLICT, field="item"):
    """Rule {rule} (version {version}, {authority}) forbids it ({sentence})."""


class RuleNeedsReview(Refusal, kind=Kind.CONFLICT, field="item"):
    """Rule {rule} (version {version}, {authority}) wants a person's review first ({sentence})."""


class RuleNotKnown(Refusal, kind=Kind.CONFLICT, field="item"):
    """Rule {rule} (version {version}) cannot be judged, as {facts} is not known; a person reviews it first."""  # noqa: E501 - a refusal's sentence is one line


class ConsentNotAsked(Refusal, kind=Kind.CONFLICT, field="consignment"):
    """Rule {rule} wants the consent of {origin} for {item}, in force since {since}, and nobody has asked for it; ask on the page of the allocation, or by `muster allocations ask-consents {allocation}`."""  # noqa: E501 - a refusal's sentence is one line


class NothingToAsk(Refusal, kind=Kind.CONFLICT, field="allocation"):
    """Every consent that the rules want for {item} to {recipient} is asked for already."""


RULE_STOPS = (RuleForbids, RuleNeedsReview, RuleNotKnown)
"""With these the book stands against a gift."""


class RuleBookChanged(Refusal, kind=Kind.CONFLICT, field="plan"):
    """The plan was made under version {before} of the rule book, which is now {now} ({sentence}); plan again."""  # noqa: E501 - a refusal's sentence is one line


class RuleUnreadable(Refusal, field="expression"):
    """The rule cannot be read at line {line}, column {column}: {why}."""


class RuleLoops(Refusal, field="expression"):
    """The rule could run long at line {line}, column {column}: "{word}" goes through a list, and rules do not loop; compare with "in"."""  # noqa: E501 - a refusal's sentence is one line


class RuleTooLarge(Refusal, field="expression"):
    """The rule is too large: {what} {found}, and at most {most} may be."""


class RuleOwnApproval(Refusal, kind=Kind.FORBIDDEN):
    """A rule is approved by someone other than its author, {name}."""


class RuleStands(Refusal, kind=Kind.CONFLICT, field="rule"):
    """Version {version} of rule {rule} is {stage}; it cannot be {event}."""
