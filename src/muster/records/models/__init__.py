"""All models, in one place, because this is where Django looks for them."""

from muster.records.models.accessions import AccessionStep, Obligation
from muster.records.models.allocations import Allocation, Consent
from muster.records.models.burden import BurdenFigure, BurdenRow, BurdenTable, Valuation
from muster.records.models.catalogue import Alias, Item, ItemReview, KitPart, Pack, Substitute
from muster.records.models.consignments import (
    Consignment,
    Discrepancy,
    ManifestLine,
    Receipt,
    ReceiptLine,
    Serial,
    UnsolicitedArrival,
)
from muster.records.models.countries import BorderStatement, Country, CountryFigure, LandBorder
from muster.records.models.enquiries import Enquiry
from muster.records.models.guarantee import (
    GuaranteeAnswer,
    GuaranteeCase,
    GuaranteeDecision,
    GuaranteeDuty,
)
from muster.records.models.intake import (
    DuplicateDecision,
    ImportBatch,
    ImportLine,
    JobProgress,
    OriginalFile,
    SenderMapping,
)
from muster.records.models.journal import (
    JournalChain,
    JournalEntry,
    JournalLink,
    JournalWaiting,
    LifecycleStep,
    StageEvent,
)
from muster.records.models.ledger import Account, LedgerKind, LedgerMove, Transfer
from muster.records.models.meetings import (
    Attendance,
    AttendanceCount,
    Meeting,
    MeetingCorrection,
    MeetingReadout,
    ReadoutApproval,
)
from muster.records.models.messages import ReceivedEntry, ReceivedMessage
from muster.records.models.offers import Offer, OfferLine
from muster.records.models.operations import Operation, OperationRecipient
from muster.records.models.parties import ApiToken, Party, Place, RoleGrant, Standing, User
from muster.records.models.pledges import (
    Pledge,
    PledgeEvent,
    PledgeFunding,
    PledgeLine,
    PledgeParty,
    PledgeReminder,
    PledgeTie,
    PledgeUse,
)
from muster.records.models.reports import MessageNumber, ReportApproval, SavedPlan, SituationReport
from muster.records.models.requests import AssistanceRequest, Clarification, RequestLine
from muster.records.models.reserves import Reserve
from muster.records.models.rules import DispatchDecision, RuleChange, RuleReview, RuleVersion
from muster.records.models.scenarios import PlanSearch, Scenario
from muster.records.models.shares import AgreedShare
from muster.records.models.transport import LegClosure, TransportLeg
from muster.records.models.yardsticks import BurdenTarget, ExchangeRate, ShareRow, ShareTable

__all__ = [
    "AccessionStep",
    "Account",
    "AgreedShare",
    "Alias",
    "Allocation",
    "ApiToken",
    "AssistanceRequest",
    "Attendance",
    "AttendanceCount",
    "BorderStatement",
    "BurdenFigure",
    "BurdenRow",
    "BurdenTable",
    "BurdenTarget",
    "Clarification",
    "Consent",
    "Consignment",
    "Country",
    "CountryFigure",
    "Discrepancy",
    "DispatchDecision",
    "DuplicateDecision",
    "Enquiry",
    "ExchangeRate",
    "GuaranteeAnswer",
    "GuaranteeCase",
    "GuaranteeDecision",
    "GuaranteeDuty",
    "ImportBatch",
    "ImportLine",
    "Item",
    "ItemReview",
    "JobProgress",
    "JournalChain",
    "JournalEntry",
    "JournalLink",
    "JournalWaiting",
    "KitPart",
    "LandBorder",
    "LedgerKind",
    "LedgerMove",
    "LegClosure",
    "LifecycleStep",
    "ManifestLine",
    "Meeting",
    "MeetingCorrection",
    "MeetingReadout",
    "MessageNumber",
    "Obligation",
    "Offer",
    "OfferLine",
    "Operation",
    "OperationRecipient",
    "OriginalFile",
    "Pack",
    "Party",
    "Place",
    "PlanSearch",
    "Pledge",
    "PledgeEvent",
    "PledgeFunding",
    "PledgeLine",
    "PledgeParty",
    "PledgeReminder",
    "PledgeTie",
    "PledgeUse",
    "ReadoutApproval",
    "Receipt",
    "ReceiptLine",
    "ReceivedEntry",
    "ReceivedMessage",
    "ReportApproval",
    "RequestLine",
    "Reserve",
    "RoleGrant",
    "RuleChange",
    "RuleReview",
    "RuleVersion",
    "SavedPlan",
    "Scenario",
    "SenderMapping",
    "Serial",
    "ShareRow",
    "ShareTable",
    "SituationReport",
    "StageEvent",
    "Standing",
    "Substitute",
    "Transfer",
    "TransportLeg",
    "UnsolicitedArrival",
    "User",
    "Valuation",
]
