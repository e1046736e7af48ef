"""Tables of web pages, merged cells of .ods and flows of the FTS as tables."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Hints, Reading, Status, Weight
from muster.formats import registry
from tests.make_files import member, ods, repacked


def read(data: bytes, name: str) -> Reading:
    return registry.read(data, Hints(name=name))


PAGE = b"""<html><head><style>td {}</style></head><body><table border="1">
<tr><td colspan="4"><b>Needs</b></td></tr>
<tr><td rowspan="2">Item</td><td colspan="2">Requested</td><td rowspan="2">Country</td></tr>
<tr><td>Qty</td><td>Unit</td></tr>
<tr><td>Tents<br>large</td><td>1,200</td><td>pcs</td><td rowspan="2">Moldova</td></tr>
<tr><td>Rice &amp; beans</td><td>15.5</td><td>t</td></tr>
</table></body></html>"""


@pytest.mark.parametrize("name", ["export.xls", "export.html", "export.csv", "export"])
def test_a_page_with_a_table_is_read_whatever_its_ending(name: str) -> None:
    reading = read(PAGE, name)
    assert reading.format == "html"
    assert [
        (x.item_text, x.quantity.low, x.quantity.unit, x.party_text) for x in reading.lines
    ] == [
        ("Tents large", 1200, "H87", "Moldova"),
        ("Rice & beans", Decimal("15.5"), "TNE", "Moldova"),
    ]
    assert reading.lines[0].place.text == "A4"


def test_cells_that_span_more_than_any_list_are_refused_quickly() -> None:
    cell = b'<td rowspan="1000" colspan="1000">1</td>'
    started = time.process_time()
    reading = read(b"<table>" + (b"<tr>" + cell * 9 + b"</tr>") * 400 + b"</table>", "x.html")
    assert [i.code for i in reading.issues] == ["sheet_too_large"]
    assert time.process_time() - started < 20


@given(st.text("<>/tabledrh &;=1\"'", max_size=80))
@settings(deadline=None, max_examples=60)
def test_no_page_raises(text: str) -> None:
    assert read(b"<html><table>" + text.encode(), "x.xls").format == "html"


def test_entities_of_a_page_fetch_nothing() -> None:
    bomb = (
        b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY x SYSTEM "file:///etc/passwd">]><html>'
        b"<table><tr><td>Item</td><td>Qty</td></tr><tr><td>&x;</td><td>1</td></tr></table>"
    )
    assert "root:" not in str(read(bomb, "x.xls"))


ROWS: list[list[Any]] = [
    ["Country", "Item", "Quantity"],
    ["France", "Pumps", 4.0],
    ["", "Boats", 3.0],
]


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    content = member(data, "content.xml")
    assert old in content
    return repacked(data, {"content.xml": content.replace(old, new, 1)})


def test_merged_cells_of_an_ods_are_known() -> None:
    data = ods("S", ROWS)
    content = member(data, "content.xml")
    at = content.index(b"France")
    cell = content.rindex(b"<table:table-cell", 0, at)
    merged = (
        content[:cell] + b'<table:table-cell table:number-rows-spanned="2"' + content[cell + 17 :]
    )
    reading = read(repacked(data, {"content.xml": merged}), "x.ods")
    assert [x.party_text for x in reading.lines] == ["France", "France"]
    assert [i.code for x in reading.lines for i in x.issues] == []


def test_an_ods_of_repeated_cells_is_too_large_at_its_last_cell() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        b' table:number-columns-repeated="16000" office:value-type="float" office:value="1">'
        b"<text:p>1</text:p></table:table-cell></table:table-row></table:table>"
    )
    reading = read(changed(ods("S", ROWS), b"</table:table>", row), "x.ods")
    assert [(i.code, i.place.text) for i in reading.issues] == [
        ("sheet_too_large", "sheet S, WQJ1048003")
    ]


def test_blank_cells_that_repeat_to_the_end_of_an_ods_are_no_cells() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        b' table:number-columns-repeated="16000"/></table:table-row></table:table>'
    )
    reading = read(changed(ods("S", ROWS), b"</table:table>", row), "x.ods")
    assert len(reading.lines) == 2


FLOWS = (
    "date,description,amountUSD,srcOrganization,srcLocations,destOrganization,destLocations,"
    "contributionType,status,originalAmount,originalCurrency,exchangeRate,id,boundary\n"
    "#date,#description,#value+usd,#org+funder,#country+funder,#org+impl,#country+impl,"
    "#financial+type,#status,#value,#value+currency,#financial+fx,#activity+id,#financial\n"
    '2025-10-21,"Crisis\n2025",1425517,"Canada, Government of",CAN,CARE,PSE,financial,paid,2000000,'
    "CAD,1.403,364910,incoming\n"
    '2025-10-20,Health,-5,"Spain, Government of",ESP,PRCS,PSE,financial,pledge,,,,364893,incoming\n'
    "2025-10-17,Relief items,344244,AFAD,TUR,ERCS,PSE,in kind,commitment,,,,364776,incoming\n"
)


def test_a_table_of_flows_is_read_as_the_flows_that_it_holds() -> None:
    reading = read(FLOWS.encode(), "fts_incoming_funding_pse.csv")
    assert reading.format == "fts"
    told: list[tuple[Any, ...]] = [
        (x.reference, x.party_text, x.status, x.value, x.currency) for x in reading.lines
    ]
    assert told[0] == ("364910", "Canada, Government of", Status.DELIVERED, 2000000, "CAD")
    assert [x.status for x in reading.lines[1:]] == [Status.PLEDGED, Status.COMMITTED]
    assert [x.item_text for x in reading.lines] == ["Funds", "Funds", "Relief items"]


def test_an_impossible_amount_of_a_flow_is_an_issue_at_its_cell() -> None:
    line = read(FLOWS.encode(), "x.csv").lines[1]
    assert "C4" in [i.place.text for i in line.issues if i.weight is not Weight.NOTE]
