"""Which constraint of the database stands behind which refusal.

The database says never; here it is said which sentence a person reads.  A test reads the live
constraints and demands that each one of ours is listed here.
"""

import re

from django.db import Error, IntegrityError

from muster.core import refusals

# Constraints that a person's wish can run into, and the refusal each one becomes.
REFUSALS: dict[str, type[refusals.Refusal]] = {
    "account_offer_not_overdrawn": refusals.NotEnoughOffered,
    "account_need_not_overdrawn": refusals.MoreThanAsked,
    "account_not_overdrawn": refusals.NotEnoughThere,
    "organisation_gives_only_reviewed": refusals.NotReviewedNonLethal,
    "stage_event_follows_the_stage": refusals.WrongStage,
    "history_is_permanent": refusals.Irreversible,
    "standing_one_at_a_time": refusals.StandingOverlaps,
    "standing_ends_after_it_begins": refusals.DatesOutOfOrder,
    "role_grant_ends_after_it_begins": refusals.DatesOutOfOrder,
    "offer_line_dates_in_order": refusals.DatesOutOfOrder,
    "consignment_dates_in_order": refusals.DatesOutOfOrder,
    "stage_event_not_in_the_future": refusals.InTheFuture,
    "transfer_not_in_the_future": refusals.InTheFuture,
    "receipt_line_adds_up": refusals.CountDoesNotAddUp,
    "receipt_line_counts_not_negative": refusals.CountDoesNotAddUp,
    "receipt_line_counts_the_manifest": refusals.CountDoesNotAddUp,
    "receipt_consignment_id_key": refusals.AlreadyReceived,
    "serial_on_one_manifest": refusals.SerialTwice,
    "report_approval_by_another": refusals.OwnReport,
    "assistance_request_reference_once": refusals.DuplicateReference,
    "offer_reference_once": refusals.DuplicateReference,
    "consignment_reference_once": refusals.DuplicateReference,
    "unsolicited_arrival_reference_once": refusals.DuplicateReference,
    "operation_code_key": refusals.DuplicateReference,
    "party_pkey": refusals.DuplicateReference,
    "item_pkey": refusals.DuplicateReference,
    "muster_user_username_key": refusals.DuplicateReference,
    "party_name_d2bd3ae1_uniq": refusals.DuplicateReference,
    "request_line_amount_positive": refusals.AmountNotPositive,
    "offer_line_amount_positive": refusals.AmountNotPositive,
    "allocation_amount_positive": refusals.AmountNotPositive,
    "manifest_line_amount_positive": refusals.AmountNotPositive,
    "unsolicited_arrival_amount_positive": refusals.AmountNotPositive,
    "transfer_amount_positive": refusals.AmountNotPositive,
    "clarification_amount_positive": refusals.AmountNotPositive,
}

_KEY = re.compile(r"Key \((?P<columns>[^)]*)\)=\((?P<values>.*)\) ")


def broken_constraint(error: Error) -> str:
    """Name the constraint that refused, or nothing if the error is of another kind."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.constraint_name) or ""


def refusal_behind(error: IntegrityError, **details: object) -> refusals.Refusal | None:
    """Find the refusal that a broken constraint means, filled with what is known.

    Args:
        error: what the database raised.
        details: what the action knows of the wish; the sentence uses what it needs of them.
    """
    refusal = REFUSALS.get(broken_constraint(error))
    if refusal is None:
        return None
    # What nobody said of the wish is a dash in the sentence.
    unsaid: dict[str, object] = dict.fromkeys(_EVERY_DETAIL, "-")
    return refusal(at=None, **{**unsaid, **details, **_key_values(error)})


def _key_values(error: IntegrityError) -> dict[str, object]:
    """Read the value that was there already, from the database's own detail."""
    diagnosis = getattr(error.__cause__, "diag", None)
    found = _KEY.search((diagnosis and diagnosis.message_detail) or "")
    if found is None:
        return {}
    last = found["values"].rsplit(", ", 1)[-1]
    return {"reference": last, "serial": last}


_EVERY_DETAIL = {
    name
    for refusal in refusals.every_refusal()
    for name in re.findall(r"{(\w+)}", refusal.__doc__ or "")
}
