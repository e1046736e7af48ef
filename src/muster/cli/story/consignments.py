"""The consignments of the story: packed, dispatched, followed, handed over, counted."""

from datetime import datetime
from functools import partial

from muster.actions import arrivals, consignments, journeys, receipts
from muster.actions.receipts import Count
from muster.cli.story.people import MOVER, Person
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.core.stages import shown
from muster.queries.amounts import Typed


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """List what happens to the consignments and the unsolicited arrivals of a scenario."""
    listed: list[Step] = []
    items = _items(scenario)
    for table in scenario.all("consignments"):
        for event in table["events"]:
            do = partial(_event, story, scenario, table, event, items)
            listed.append(Step(event["at"], do))
        listed += [
            _unpackable(story, table, line, items)
            for line in table["lines"]
            if "expect_refusal" in line
        ]
        if "receipt" in table:
            listed.append(_counted(story, table, items))
    return listed + [_arrived(story, scenario, table) for table in scenario.all("arrivals")]


def _items(scenario: Scenario) -> dict[str, str]:
    """Say which item each allocation is of."""
    of_line = {line["key"]: line["item"] for o in scenario.all("offers") for line in o["lines"]}
    return {table["key"]: of_line[table["offer_line"]] for table in scenario.all("allocations")}


def _event(
    story: Story, scenario: Scenario, table: Table, event: Table, items: dict[str, str]
) -> None:
    name, at, key = event["event"], event["at"], table["key"]
    sender = story.donor(table["donor"])
    if name == "plan":
        _plan(story, scenario, table, sender, at)
        return
    box = story.ids[key]
    if name == "lock":
        for line in table["lines"]:
            _pack(story, table, line, sender, at)
        act = story.act(sender, f"lock {key}", at)
        consignments.lock_manifest(act=act, consignment=box)
        goods = "; ".join(
            f"{story.goods(li['amount'], items[li['allocation']])}" for li in table["lines"]
        )
        story.teller.step(at, "pack", f"{table['reference']}: {goods}; manifest locked")
        return
    # Where the route is withheld, the last known place is the one the goods were bound for.
    place = event.get("place") or table["to_place"]
    person = sender if name in {"clear", "dispatch"} else MOVER
    act = story.act(person, f"{name} {key} {at.isoformat()}", at)
    match name:
        case "clear":
            consignments.clear_consignment(act=act, consignment=box)
        case "dispatch":
            consignments.dispatch(act=act, consignment=box, place=event.get("place"))
        case "hand_over":
            journeys.hand_over(act=act, consignment=box, place=place)
        case _:
            journeys.report_on_the_way(act=act, consignment=box, event=name, place=place)
    where = event.get("place", "route withheld")
    story.teller.step(at, _VERBS.get(name, "move"), f"{table['reference']}: {shown(name)}, {where}")


_VERBS = {"dispatch": "dispatch", "hand_over": "hand over", "clear": "clear"}


def _plan(story: Story, scenario: Scenario, table: Table, sender: Person, at: datetime) -> None:
    planned = consignments.plan_consignment(
        act=story.act(sender, f"plan {table['key']}", at),
        operation=story.ids[scenario.code],
        donor=table["donor"],
        reference=table["reference"],
        consignee=table["consignee"],
        carrier=table["carrier"],
        mode=table["mode"],
        from_place=table["from_place"],
        to_place=table["to_place"],
        leaves_on=table["leaves_on"],
        due_on=table["due_on"],
        invented=table.get("invented", False),
    )
    story.ids[table["key"]] = planned.pk
    way = f"from {table['from_place']} to {table['to_place']} by {table['mode']}"
    story.teller.step(at, "plan", f"{table['reference']}: {story.party(table['donor'])} {way}")


def _pack(story: Story, table: Table, line: Table, sender: Person, at: datetime) -> None:
    packed = consignments.pack(
        act=story.act(sender, f"pack {line['key']}", at),
        consignment=story.ids[table["key"]],
        allocation=story.ids[line["allocation"]],
        amount=Typed(str(line["amount"]), line["unit"]),
        serials=line.get("serials", ()),
        pieces=line.get("pieces"),
        lot=line.get("lot", ""),
        expires_on=line.get("expires_on"),
    )
    story.ids[line["key"]] = packed.pk


def _unpackable(story: Story, table: Table, line: Table, items: dict[str, str]) -> Step:
    at = line["tried_at"]

    def try_it() -> None:
        goods = story.goods(line["amount"], items[line["allocation"]])
        wish = f"{table['reference']}: pack {goods}"
        sender = story.donor(table["donor"])
        attempt = partial(_pack, story, table, line, sender, at)
        story.refuse(line["expect_refusal"], at, wish, attempt)

    return Step(at, try_it)


def _counted(story: Story, table: Table, items: dict[str, str]) -> Step:
    receipt = table["receipt"]
    at, reference = receipt["signed_at"], table["reference"]

    def sign() -> None:
        person = story.recipient(table["consignee"])
        receipts.sign_receipt(
            act=story.act(person, f"receive {table['key']}", at),
            consignment=story.ids[table["key"]],
            counts=[_count(story, line) for line in receipt["lines"]],
            place=receipt["place"],
            remarks=receipt.get("remarks", ""),
        )
        lines = len(receipt["lines"])
        story.teller.step(
            at, "receive", f"{reference}: {lines} lines counted and signed by {person.name}"
        )
        for line in receipt["lines"]:
            if line["good"] != _packed(table, line["line"])["amount"] or line["extra"]:
                _tell_discrepancy(story, table, line, items, at)

    return Step(at, sign)


def _tell_discrepancy(
    story: Story, table: Table, line: Table, items: dict[str, str], at: datetime
) -> None:
    packed = _packed(table, line["line"])
    item = items[packed["allocation"]]
    off = [
        f"{line[word]:,} {word}"
        for word in ("damaged", "missing", "rejected", "extra")
        if line[word]
    ]
    packed_goods = story.goods(packed["amount"], item)
    text = f"{table['reference']}: of {packed_goods} {', '.join(off)}; a case is open"
    story.teller.step(at, "differs", text)


def _packed(table: Table, key: str) -> Table:
    found: Table = next(line for line in table["lines"] if line["key"] == key)
    return found


def _count(story: Story, line: Table) -> Count:
    return Count(
        manifest_line=story.ids[line["line"]],
        good=line["good"],
        damaged=line["damaged"],
        missing=line["missing"],
        rejected=line["rejected"],
        extra=line["extra"],
        remarks=line.get("remarks", ""),
    )


def _arrived(story: Story, scenario: Scenario, table: Table) -> Step:
    at = table["events"][0]["at"]

    def report() -> None:
        arrivals.report_arrival(
            act=story.act(MOVER, f"arrival {table['key']}", at),
            operation=story.ids[scenario.code],
            reference=table["reference"],
            item=table["item"],
            amount=Typed(str(table["amount"]), table["unit"]),
            sender=table["sender"],
            place=table["place"],
            arrived_on=table["arrived_on"],
            description=table["description"],
            invented=table.get("invented", False),
        )
        what = f"{table['amount']:,} {table['unit']} of {story.item(table['item'])}"
        text = f"{table['reference']}: {what}, {table['place']}: kept in quarantine"
        story.teller.step(at, "unasked", text)

    return Step(at, report)
