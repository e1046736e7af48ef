"""The anticipated "no": one class, one stable code, one sentence each.

A refusal is raised where a wish cannot be granted and the person can do something about it.  Every
door (web, API, CLI, job, import) shows the same sentence and the same code.  Whatever is not a
refusal is a bug, and is loud.

The docstring of a refusal is its sentence; the names in braces are its details.
"""

import re
from enum import StrEnum
from typing import ClassVar, Self


class Kind(StrEnum):
    """What sort of no it is; doors translate it (HTTP status, exit code)."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The request is refused."""

    code: ClassVar[str] = "refusal"
    kind: ClassVar[Kind] = Kind.INVALID
    field: ClassVar[str | None] = None

    def __init_subclass__(cls, *, kind: Kind = Kind.INVALID, field: str | None = None) -> None:
        """Derive the stable code from the class's name: NotEnoughOffered is not_enough_offered."""
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.kind = kind
        cls.field = field

    def __init__(self, *, at: str | None = None, **details: object) -> None:
        """Fill the sentence with its details.

        Args:
            at: the name of the input the refusal is about, where it is not the class's own.
            details: the values of the names in the sentence's braces.
        """
        self.details = details
        self.at = at if at is not None else self.field
        template = " ".join((self.__doc__ or "").split())
        super().__init__(template.format(**details))

    def in_line(self, position: int) -> Self:
        """Say in which line of several it is: the input "amount" is then "lines.2.amount"."""
        self.at = f"lines.{position}.{self.at or ''}".rstrip(".")
        return self

    @property
    def sentence(self) -> str:
        """The sentence a person reads."""
        return str(self)


def every_refusal() -> list[type[Refusal]]:
    """List all refusals there are, in the order of their codes."""
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        children = waiting.pop().__subclasses__()
        found += children
        waiting += children
    return sorted(found, key=lambda refusal: refusal.code)


# Who asks


class SignInNeeded(Refusal, kind=Kind.FORBIDDEN):
    """Sign in first: this is shown and done only on behalf of a known person."""


class ActsForAnother(Refusal, kind=Kind.FORBIDDEN):
    """{name} may not act as {role} for {party}."""


class RoleMissing(Refusal, kind=Kind.FORBIDDEN):
    """{name} may not do this: it takes the role of {role}."""


class NotFound(Refusal, kind=Kind.NOT_FOUND):
    """There is no {what} "{name}" among the records that you may see."""


class KeyReused(Refusal, kind=Kind.CONFLICT):
    """The key {key} was already used for another act ({verb}); a new act needs a new key."""


class OwnReport(Refusal, kind=Kind.FORBIDDEN):
    """A situation report is approved by someone other than its originator, {name}."""


class RoleHeldAlready(Refusal, kind=Kind.CONFLICT):
    """This person already has the role of {role} for {party} from {since}."""


class ChoiceUnknown(Refusal):
    """The word "{given}" is not known here; use one of: {known}."""


class CodeNotPlain(Refusal, field="code"):
    """The code "{code}" must not be empty, and takes only capital letters, digits and hyphens."""


class TextUnstorable(Refusal):
    """The text holds a character that cannot be stored; take it out and send it again."""


# Quantities and dates


class AmountUnreadable(Refusal, field="amount"):
    """The amount "{text}" cannot be read; write a whole number, such as 1200."""


class AmountAmbiguous(Refusal, field="amount"):
    """The amount "{text}" can be read as {readings}; write it without separators."""


class AmountNotPositive(Refusal, field="amount"):
    """The amount must be more than zero; {amount} was given."""


class AmountFractional(Refusal, field="amount"):
    """{amount} {unit} is not a whole number of the item's smallest unit ({smallest})."""


class AmountTooLarge(Refusal, field="amount"):
    """The amount {amount} is beyond what can be stored (at most {most})."""


class UnitUnknown(Refusal, field="unit"):
    """The unit "{unit}" is not known for {item}; use one of: {known}."""


class QuantityUnknown(Refusal, kind=Kind.CONFLICT):
    """{what} has no stated quantity yet; ask {party} for a number before anything is promised."""


class DatesOutOfOrder(Refusal, field="date"):
    """{first} ({first_date}) must not be later than {second} ({second_date})."""

    def __init__(self, *, first: str, at: str | None = None, **details: object) -> None:
        """Begin the sentence with what has to be first."""
        super().__init__(at=at, first=first[:1].upper() + first[1:], **details)


class DateUnreadable(Refusal, field="date"):
    """The date "{text}" cannot be read; write it as 2023-04-20."""


class InTheFuture(Refusal, field="happened_at"):
    """{what} cannot have happened at {moment}: that is later than now ({now})."""


class TooEarly(Refusal, kind=Kind.CONFLICT, field="happened_at"):
    """{what} cannot have been {event} at {moment}: {because} only at {since}."""


# Catalogue, parties and rules


class ItemUnknown(Refusal, kind=Kind.NOT_FOUND, field="item"):
    """The catalogue has no item "{item}"."""


class PartyUnknown(Refusal, kind=Kind.NOT_FOUND, field="party"):
    """There is no party "{party}" in the register."""


class TextMissing(Refusal):
    """Fill in {what}; it must not be empty."""


class AliasTaken(Refusal, kind=Kind.CONFLICT, field="text"):
    """The words "{text}" already mean {item} ({code}); they cannot mean two items."""


class KitInItself(Refusal, kind=Kind.CONFLICT, field="parts"):
    """A kit cannot be in itself, nor in a kit that is in it; take that part out of the list."""


class PartTwice(Refusal, field="parts"):
    """{part} is in the list of {kit} twice; give the whole amount once."""


class StandingOverlaps(Refusal, kind=Kind.CONFLICT):
    """{party} is {there} of {body}; that overlaps with {wanted}; end the earlier one first."""


class NotReviewedNonLethal(Refusal, kind=Kind.FORBIDDEN, field="item"):
    """{donor} gives only what is reviewed as non-lethal, and {item} is {verdict}."""


class NoStanding(Refusal, kind=Kind.FORBIDDEN, field="donor"):
    """{party} has no standing in {body} on {day} that lets it give in this operation."""


class NotARecipient(Refusal, kind=Kind.FORBIDDEN, field="recipient"):
    """{party} is not a recipient of the operation {operation}."""


class ItemMismatch(Refusal, field="item"):
    """{offered} cannot stand in for {asked}: it is another item and not a listed substitute."""


class NotWholeSteps(Refusal, field="amount"):
    """{amount} of {item} cannot be given as it is; give a whole multiple of {step}."""


class OperationMismatch(Refusal, kind=Kind.CONFLICT):
    """The offer and the request belong to different operations ({offer} and {request})."""


class CaveatForbids(Refusal, kind=Kind.FORBIDDEN):
    """{donor} attached a caveat to this offer that forbids it: {caveat}."""


# The ledger


class NotEnoughOffered(Refusal, kind=Kind.CONFLICT, field="amount"):
    """The offer has less left than {amount}; nothing was promised."""


class MoreThanAsked(Refusal, kind=Kind.CONFLICT, field="amount"):
    """The request has less open than {amount}; only the recipient can accept more than it asked."""


class NotEnoughThere(Refusal, kind=Kind.CONFLICT, field="amount"):
    """There is less there than {amount}; nothing was moved."""


class Irreversible(Refusal, kind=Kind.CONFLICT):
    """What is recorded is not changed or deleted; record a correction instead."""


# Stages


class WrongStage(Refusal, kind=Kind.CONFLICT):
    """{what} is {stage}; it cannot be {event} from there."""


class NotYours(Refusal, kind=Kind.FORBIDDEN):
    """{what} belongs to {party}; {name} may not change it."""


class LinesMissing(Refusal, kind=Kind.CONFLICT):
    """{what} has no lines yet; add at least one."""


class ManifestEmpty(Refusal, kind=Kind.CONFLICT):
    """The manifest of {consignment} is empty; pack something first."""


class ConsigneeMissing(Refusal, kind=Kind.CONFLICT, field="consignee"):
    """The consignment {consignment} has no consignee; name who signs for it."""


class ConsentMissing(Refusal, kind=Kind.CONFLICT):
    """{origin} has not consented to the transfer of {item}; nothing is dispatched without it."""


class SerialsMissing(Refusal, kind=Kind.CONFLICT, field="serials"):
    """{item} is tracked by serial number: {needed} are needed and {given} were given."""


class SerialTwice(Refusal, kind=Kind.CONFLICT, field="serials"):
    """The serial number {serial} is already on a manifest."""


class CountMissing(Refusal, field="good"):
    """A receipt counts every line of the manifest; {item} (line {position}) is not counted."""


class CountDoesNotAddUp(Refusal, field="good"):
    """Good, damaged, missing and rejected add up to {counted}, but {dispatched} were dispatched."""


class AlreadyReceived(Refusal, kind=Kind.CONFLICT):
    """{what} has been received and signed for already; record a correction instead."""


class NothingToCorrect(Refusal, kind=Kind.CONFLICT, field="good"):
    """The count of {item} says this already; a correction changes at least one number."""


class ReasonMissing(Refusal, field="reason"):
    """Say why: {what} needs a reason that others can read."""


class DuplicateReference(Refusal, kind=Kind.CONFLICT, field="reference"):
    """The reference "{reference}" is already in use."""


# Intake


class FileTooLarge(Refusal, field="file"):
    """The file has {size} bytes, and at most {most} are read here; send it in parts."""


class FileEmpty(Refusal, field="file"):
    """The file is empty; choose another, or paste the list as text."""


class FileUnreadable(Refusal, kind=Kind.CONFLICT, field="file"):
    """{name} cannot be read.  {why}."""


class LinesOpen(Refusal, kind=Kind.CONFLICT):
    """{count} lines of {name} have open questions or errors; settle them or say they stay out."""


class NothingToStore(Refusal, kind=Kind.CONFLICT):
    """No line of {name} can be stored as it is; settle its questions first."""


class AlreadyBuiltOn(Refusal, kind=Kind.CONFLICT):
    """The import cannot be undone, for something stands on it: {what}."""


class DecidedAlready(Refusal, kind=Kind.CONFLICT):
    """These two lines were decided already; take that decision back first."""


class KeptCountedOut(Refusal, kind=Kind.CONFLICT):
    """The line to keep is itself counted out as a duplicate; keep the line that counts for it."""


class StillPromised(Refusal, kind=Kind.CONFLICT):
    """{what} is promised in part, so it cannot be counted out as a duplicate; cancel that first."""


# Messages of the field


class MessageIdReused(Refusal, kind=Kind.CONFLICT, field="message"):
    """Another message of the id "{reference}" is here already; a new one needs an id of its own."""


class MessageUnknown(Refusal, kind=Kind.CONFLICT, field="message"):
    """{place} names the message "{name}", which is not here to be seen; send that one first."""


class EntryUnknown(Refusal, kind=Kind.CONFLICT, field="message"):
    """{place} names the entry "{entry}", which the message "{name}" does not have."""


class MessageUnclear(Refusal, kind=Kind.CONFLICT, field="message"):
    """At {place}: {why}."""


# Planning


class ProblemFaulty(Refusal):
    """The planning problem cannot be used: {faults} Nothing was planned."""


class PlanMethodUnknown(Refusal, kind=Kind.NOT_FOUND, field="method"):
    """There is no planning method "{method}"; use one of: {known}."""
