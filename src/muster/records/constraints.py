"""Which constraint of the database stands behind which refusal.

The database says never; here it is said which sentence a person reads.  A test reads the live
constraints and demands that each one of ours is listed here.
"""

import re

from django.db import Error, IntegrityError

from muster.core import (
    accessions,
    guarantee,
    meetings,
    pledges,
    refusals,
    reserves,
    yardsticks,
)
from muster.core.planning import sharing, transport
from muster.core.rulebook.refusals import RuleOwnApproval

# Constraints that a person's wish can run into, and the refusal each one becomes.
REFUSALS: dict[str, type[refusals.Refusal]] = {
    "account_offer_not_overdrawn": refusals.NotEnoughOffered,
    "account_need_not_overdrawn": refusals.MoreThanAsked,
    "account_not_overdrawn": refusals.NotEnoughThere,
    "organisation_gives_only_reviewed": refusals.NotReviewedNonLethal,
    "stage_event_follows_the_stage": refusals.WrongStage,
    "history_is_permanent": refusals.Irreversible,
    "standing_one_at_a_time": refusals.StandingOverlaps,
    "accession_in_order": accessions.StepOutOfOrder,
    "accession_step_once": accessions.StepTaken,
    "accession_step_names_who_ratified": accessions.RatifierUnsaid,
    "accession_step_into_another": accessions.IntoItself,
    "member_after_deposit": accessions.InForceBeforeDeposit,
    "burden_table_name_key": refusals.DuplicateReference,
    "valuation_positive": refusals.AmountNotPositive,
    "exchange_rate_positive": yardsticks.RateUnclear,
    "exchange_rate_of_two_currencies": yardsticks.SameCurrency,
    "exchange_rate_period_in_order": refusals.DatesOutOfOrder,
    "burden_target_positive": yardsticks.TargetUnclear,
    "agreed_share_of_a_whole": sharing.ShareUnclear,
    "burden_target_ends_after_it_begins": refusals.DatesOutOfOrder,
    "share_table_name_key": refusals.DuplicateReference,
    "share_table_ends_after_it_begins": refusals.DatesOutOfOrder,
    "pledge_tie_of_one_coalition": pledges.TiedAlready,
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
    "item_alias_of_one": refusals.AliasTaken,
    "kit_part_without_circles": refusals.KitInItself,
    "kit_part_is_another_item": refusals.KitInItself,
    "role_grant_given_once": refusals.RoleHeldAlready,
    "muster_user_username_key": refusals.DuplicateReference,
    "party_name_key": refusals.DuplicateReference,
    "operation_recipient_named_once": refusals.DuplicateReference,
    "operation_code_plain": refusals.CodeNotPlain,
    "party_code_not_empty": refusals.CodeNotPlain,
    "item_code_not_empty": refusals.CodeNotPlain,
    "offer_line_lot_positive": refusals.AmountNotPositive,
    "manifest_line_measures_positive": refusals.AmountNotPositive,
    "request_line_amount_positive": refusals.AmountNotPositive,
    "request_line_use_known": refusals.ChoiceUnknown,
    "offer_line_amount_positive": refusals.AmountNotPositive,
    "allocation_amount_positive": refusals.AmountNotPositive,
    "manifest_line_amount_positive": refusals.AmountNotPositive,
    "unsolicited_arrival_amount_positive": refusals.AmountNotPositive,
    "transfer_amount_positive": refusals.AmountNotPositive,
    "clarification_amount_positive": refusals.AmountNotPositive,
    "rule_version_code_plain": refusals.CodeNotPlain,
    "rule_version_ends_after_it_begins": refusals.DatesOutOfOrder,
    "rule_approval_by_another": RuleOwnApproval,
    "duplicate_decided_once": refusals.DecidedAlready,
    "received_message_once": refusals.MessageIdReused,
    "guarantee_answer_superseded_once": guarantee.AnsweredMeanwhile,
    "guarantee_answer_first_once": guarantee.AnsweredMeanwhile,
    "guarantee_answer_is_asked_for": guarantee.OwesNoAnswer,
    "guarantee_answer_gives_or_not": guarantee.AnswerSaysBoth,
    "request_comes_from_the_affected": guarantee.OnlyTheAffectedAsks,
    "transfer_keeps_the_reserve": reserves.HeldBack,
    "reserve_amounts_not_negative": refusals.AmountNotPositive,
    # Meetings and pledges.
    "meeting_number_once": refusals.DuplicateReference,
    "readout_approval_by_another": meetings.OwnReadout,
    "pledge_reference_once": refusals.DuplicateReference,
    "pledge_line_amount_positive": refusals.AmountNotPositive,
    "pledge_line_of_something": pledges.PledgeOfNothing,
    "pledge_line_not_overcommitted": pledges.MoreThanPledged,
    "pledge_line_not_reduced_below_nothing": pledges.MoreThanPledged,
    "pledge_line_steps_in_order": pledges.MoreThanPledged,
    "pledge_line_years_in_order": pledges.YearsUnreadable,
    "pledge_event_not_in_the_future": refusals.InTheFuture,
    "pledge_use_of_one_pledge": pledges.PledgedTwice,
    "pledge_funding_once": pledges.FundedTwice,
    "scenario_named_once": refusals.DuplicateReference,
    "scenario_has_a_name": refusals.TextMissing,
    "leg_not_onto_itself": transport.LegOntoItself,
    "leg_room_not_negative": transport.RoomNegative,
    "leg_days_likely": transport.DaysUnlikely,
    "leg_cost_with_its_currency": transport.CostWrong,
    "leg_code_plain": refusals.CodeNotPlain,
    "leg_in_force_once": refusals.DuplicateReference,
    "leg_closure_dates_in_order": refusals.DatesOutOfOrder,
}

# Constraints that only a mistake in Muster itself can run into, and why; they stay loud.
ONLY_A_BUG: dict[str, str] = {
    "journal_link_once": "the database numbers the links of a chain itself",
    # The ledger.
    "account_has_its_owner": "posting.py points each kind of account to its own kind of owner",
    "account_totals_not_negative": "amounts are positive, so sums of them are",
    "account_one_of_a_kind": "posting.py makes an account only where there is none",
    "account_with_its_item": "the id alone is unique; this is what transfers refer to",
    "account_of_an_offer_line": "an account is made for a record and with its item",
    "account_of_a_request_line": "an account is made for a record and with its item",
    "account_of_an_allocation": "an account is made for a record and with its item",
    "account_of_a_manifest_line": "an account is made for a record and with its item",
    "account_of_an_arrival": "an account is made for a record and with its item",
    "transfer_key_once": "posting.py numbers the transfers of an act",
    "transfer_between_two_accounts": "no move leads from a kind of account to itself",
    "transfer_from_an_account_of_the_item": "both ends of a posting are of the item that moves",
    "transfer_to_an_account_of_the_item": "both ends of a posting are of the item that moves",
    "transfer_of_an_act": "the journal line is written in the same transaction",
    "transfer_numbered_from_one": "the database numbers the transfers that posting.py gives it",
    "transfer_corrects_a_transfer": "the actions read what they correct",
    "transfer_along_a_permitted_move": "the actions post the moves of core/accounts.py only",
    "transfer_within_one_chain": "postings name the accounts of one allocation and what it links",
    "ledger_move_listed_once": "written once, by a migration",
    # Lifecycles.
    "stage_event_is_permitted": "staging.py looks the event up in the same tables first",
    "lifecycle_step_leads_to_one_stage": "written once, by a migration",
    "lifecycle_step_whole": "written once, by a migration",
    # What composite foreign keys refer to, and such keys; the id alone is unique already.
    "allocation_with_its_item": "the id alone is unique",
    "manifest_line_with_its_amount": "the id alone is unique",
    "manifest_line_with_its_item": "the id alone is unique",
    "offer_line_with_its_item": "the id alone is unique",
    "request_line_with_its_item": "the id alone is unique",
    "situation_report_with_its_originator": "the id alone is unique",
    "unsolicited_arrival_with_its_item": "the id alone is unique",
    "offer_with_its_donor": "the id alone is unique",
    "offer_line_with_its_donor": "the id alone is unique",
    "offer_line_of_the_offers_donor": "a line copies the donor of its offer",
    "allocation_of_the_offers_donor": "a proposal copies the donor of its offer line",
    "allocation_of_the_offered_item": "a proposal copies the item of its offer line",
    "manifest_line_of_the_allocated_item": "packing copies the item of the allocation",
    "report_approval_names_the_originator": "an approval copies the originator of its report",
    # Numbers that an action gives out, one taker at a time.
    "manifest_line_position_once": "packers of one consignment wait for each other",
    "offer_line_position_once": "lines are numbered as they are made",
    "request_line_position_once": "lines are numbered as they are made",
    "message_number_once": "drafters wait for each other",
    "message_number_positive": "numbers begin at one",
    "situation_report_number_once": "drafters wait for each other",
    "situation_report_message_number_key": "drafters wait for each other",
    "journal_entry_number_key": "numbered by the database",
    # Once per record, under its lock or as part of making it.
    "consent_asked_once": "asked when the allocation is agreed, which happens once",
    "discrepancy_receipt_line_id_key": "opened with its receipt line",
    "receipt_line_manifest_line_id_key": "a consignment is signed for once",
    "api_token_digest_once": "256 random bits do not come up twice",
    # Read and checked before, in Python, with a sentence of its own.
    "clarification_low_not_above_high": "core's quantities have their bounds in order",
    "request_line_low_not_above_high": "core's quantities have their bounds in order",
    "serial_not_empty": "blank serial numbers are not counted as given",
    "item_review_has_a_reason": "the action demands a reason",
    "item_review_has_a_reviewer": "the action names the actor",
    "party_alliance_gives_only_reviewed": "set by the action from the kind",
    # Facts that ship with Muster; no action writes them.
    "item_mass_known_or_empty": "loaded from the reference files alone",
    "item_volume_known_or_empty": "loaded from the reference files alone",
    "item_alias_not_empty": "words without a letter or a digit are refused before",
    "item_alias_confirmed_by_someone": "the action names the actor and the moment",
    "kit_part_amount_positive": "amounts are read and checked before",
    "kit_part_listed_once": "the action looks for doubles in the list",
    "pack_holds_something": "loaded from the reference files alone",
    "pack_named_once": "loaded from the reference files alone",
    "valuation_of_one_thing": "the action values one subject",
    "valuation_says_how": "currency, method and source are read and checked before",
    "valuation_once_by_a_method": "the action supersedes the earlier one by the same method",
    "burden_table_has_a_name": "the action demands a name",
    "burden_row_line_once": "a file is read line by line, in one act",
    "burden_row_says_what": "the table is read and checked before it is stored",
    "burden_figure_once": "the action finds figures that stand twice",
    "burden_figure_says_what": "the table is read and checked before it is stored",
    "exchange_rate_says_how": "currencies, method and source are read and checked before",
    "exchange_rate_once": "the action supersedes the earlier word on the same period",
    "burden_target_says_of_what": "the action reads what the target is a number of",
    "burden_target_says_whence": "the action demands a source",
    "agreed_share_says_whence": "the action demands a source",
    "agreed_share_once": "the action supersedes the earlier word of all parties",
    "burden_target_once": "the action supersedes the earlier word on the same target",
    "share_table_says_what": "the action demands a name and a source",
    "share_row_party_once": "the action finds parties that stand twice",
    "share_row_of_a_whole": "a share is read as more than nothing and at most all",
    "meeting_correction_says_why": "the action demands a reason",
    "country_figure_once": "loaded from the reference files alone",
    "country_figure_not_negative": "loaded from the reference files alone",
    "land_border_once": "loaded from the reference files alone",
    "land_border_leads_somewhere": "loaded from the reference files alone",
    "border_statement_once": "loaded from the reference files alone",
    "border_statement_not_negative": "loaded from the reference files alone",
    "obligation_ends_after_it_begins": "loaded from the reference files alone",
    "place_latitude_in_range": "loaded from the reference files alone",
    "place_longitude_in_range": "loaded from the reference files alone",
    "substitute_is_another_item": "loaded from the reference files alone",
    "substitute_listed_once": "loaded from the reference files alone",
    "substitute_ratio_positive": "loaded from the reference files alone",
    # The rule book.
    "rule_version_once": "writers of rules wait for each other",
    "rule_version_numbered_from_one": "versions are counted from one",
    "rule_version_with_its_author": "the id alone is unique",
    "rule_version_says_what_and_whose": "the action demands sentence, condition and authority",
    "rule_version_effect_known": "the action reads the effect first",
    "rule_version_asked_somewhere": "the action demands a step",
    "rule_change_once": "changes of the book wait for each other",
    "rule_change_names_the_author": "an approval copies the author of its version",
    "rule_review_has_a_reason": "the action demands a reason",
    # Intake.
    "original_file_named_by_its_hash": "the action hashes the bytes that it keeps",
    "import_line_number_once": "a file is read into numbered lines, one reader at a time",
    "sender_mapping_once": "the action updates the word that is there",
    "duplicate_of_another_line": "the action compares two different lines",
    "plan_search_takes_time": "a search is asked for with a time that is checked before",
    "received_entry_position_once": "entries are numbered as they are written down",
    # The guarantee.
    "guarantee_case_operation_id_key": "a case is opened together with its operation",
    "guarantee_decision_case_id_key": "a case is established once, under its lock",
    "guarantee_duty_once": "a party has one standing in a body on a day",
    "guarantee_duty_with_its_kind": "the id alone is unique",
    "guarantee_answer_of_its_duty": "an answer copies the duty that it is of",
    # Meetings and pledges.
    "meeting_number_positive": "the action refuses other numbers first",
    "attendance_named_once": "the action writes a party once in each role",
    "attendance_count_in_order": "core reads a count with its ends in order",
    "meeting_readout_number_once": "drafters of one meeting wait for each other",
    "meeting_readout_with_its_originator": "the id alone is unique",
    "readout_approval_names_the_originator": "an approval copies the originator of its readout",
    "pledge_has_words": "the action demands the words used",
    "pledge_party_named_once": "core looks for doubles in the list",
    "pledge_party_share_of_a_donor": "core judges shares before",
    "pledge_line_position_once": "lines are numbered as they are made",
    "pledge_line_goods_whole": "goods are read as whole units",
    "pledge_event_amount_not_negative": "amounts are read as more than zero",
    "pledge_use_ratio_positive": "ratios of the catalogue are positive",
    "pledge_funding_of_another_line": "money and goods are two lines",
    "pledge_reminder_says_something": "the action demands a text",
    # Read and checked before, with a sentence of its own (core/enquiries.py).
    "enquiry_asks_another": "the action compares the two parties",
    "enquiry_has_words": "the action demands words",
    "enquiry_about_is_whole": "the action stores the table and the key of one record",
    "enquiry_about_something": "the action demands a record where the kind does",
    "enquiry_extension_has_a_day": "the action demands a day where the kind does",
    # Every record is given its audiences when it is made, the centre's at least.
    **{
        f"{table}_has_an_audience": "actions always name the centre, or the nation"
        for table in (
            *("operation", "assistance_request", "request_line", "offer", "offer_line"),
            *("allocation", "consent", "consignment", "manifest_line", "receipt", "discrepancy"),
            *("unsolicited_arrival", "situation_report", "saved_plan", "import_batch"),
            *("valuation", "burden_table", "exchange_rate", "burden_target", "share_table"),
            *("duplicate_decision", "received_message", "reserve", "enquiry"),
            *("transport_leg", "scenario", "agreed_share"),
            *("guarantee_case", "guarantee_decision", "guarantee_answer"),
            *("meeting", "meeting_readout", "pledge", "pledge_line", "pledge_reminder"),
        )
    },
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
    return {"reference": last, "serial": last, "code": last}


_EVERY_DETAIL = {
    name
    for refusal in refusals.every_refusal()
    for name in re.findall(r"{(\w+)}", refusal.__doc__ or "")
}
