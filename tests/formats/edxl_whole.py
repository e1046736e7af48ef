"""A message of each kind that holds everything its kind may hold, but for addresses and parties."""

from typing import TypeVar

from muster.core import messages as rm
from muster.core.messages import MessageKind, Tree
from muster.formats.edxl.structure import elements_of, namespaces, schedules_of

T = TypeVar("T")

MSG, RM, GML = (namespaces()[name] for name in ("msg", "rm", "gml"))

_LISTED = rm.ValueList("urn:x:list", ("one", "two"))
_POINT = Tree(
    f"{{{RM}}}TargetArea",
    children=(Tree(f"{{{GML}}}Point", children=(Tree(f"{{{GML}}}pos", "50 30"),)),),
)
_PLACE = rm.Location("Kyiv", None, _POINT)
_PERSON = rm.Contact("Desk", rm.ContactRole.OWNER, (rm.Radio(_LISTED, "16"),), _PLACE)
_FOREIGN = Tree(f"{{{MSG}}}TypeInfo", children=(Tree("{urn:foreign}Size", "large"),))
_WHEN = "2023-04-20T09:00:00Z"


def whole(kind: MessageKind) -> rm.Message:
    """Make a message that holds everything its kind may hold, but for addresses and parties."""
    often = elements_of(kind)
    top, inner = "ResourceInformation", "ResourceInformation/Resource"
    given = f"{inner}/ResourceStatus"
    work = f"{top}/AssignmentInformation"
    amount = rm.Quantity(measured=rm.Measured("12.5", _LISTED))

    def where(path: str, value: T) -> T | None:
        return value if path in often else None

    resource = rm.Resource(
        *("R-7", "Tent", _LISTED, _FOREIGN, (_LISTED,), "white", "none", "none", "none"),
        where(f"{inner}/ResponsibleParty", _PERSON),
        where(f"{inner}/OwnershipInformation", rm.Ownership("A", "B", "C", "D")),
        where(
            given,
            rm.ResourceStatus(
                where(f"{given}/InventoryRefreshDateTime", _WHEN),
                where(f"{given}/DeploymentStatus", _LISTED),
                where(f"{given}/Availability", "now"),
            ),
        ),
    )
    assignment = rm.Assignment(
        rm.Quantity(texts=("twelve", "or more")),
        "none",
        "shelter",
        where(f"{work}/PriceQuote", amount),
        where(f"{work}/OrderID", "O-1"),
        where(f"{work}/AssignmentInstructions", rm.Instructions("road", "north", "desk")),
    )
    entry = rm.ResourceEntry(
        "1",
        where(f"{top}/ResponseInformation", rm.Response("1", rm.Answer.ACCEPT, _LISTED, "yes")),
        resource,
        assignment,
        tuple(rm.Schedule(rm.ScheduleKind(one), _WHEN, _PLACE) for one in schedules_of(kind)[:2]),
    )
    return rm.Message(
        kind=kind,
        message_id="M-1",
        sent=_WHEN,
        originating_id="M-0",
        contacts=(_PERSON,),
        description="all of it",
        preceding_id=where("PrecedingMessageID", "M-0"),
        incidents=(rm.Incident("I-1", "flood"),),
        recall=rm.Recall("M-0", rm.RecallKind.UPDATE),
        funding=(rm.Funding("F-1", "grant"),) if "Funding" in often else (),
        entries=(entry,),
    )
