"""Workbooks and text tables from bytes to lines, whole, broken and malicious."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.core.exchange import Hints, Reading
from muster.core.quantities.amounts import QuantityKind
from muster.formats import registry
from tests.make_files import member, ods, repacked, xls, xlsx

ROWS: list[list[Any]] = [["Item", "Quantity", "Unit"], ["Tents", 20, "pcs"], ["Rice", 1.5, "t"]]
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, name: str = "") -> Reading:
    return registry.read(data, Hints(name=name))


def lines(reading: Reading) -> list[tuple[Any, ...]]:
    return [(x.item_text, f"{x.quantity.low}", x.quantity.unit) for x in reading.lines]


def codes(reading: Reading) -> set[str]:
    return {i.code for i in reading.issues} | {i.code for x in reading.lines for i in x.issues}


CSV = b"Item,Quantity,Unit\nTents,20,pcs\nRice,1.5,t\n"
FILES = {
    "xlsx": xlsx(("Needs", ROWS)),
    "xls": xls("Needs", ROWS),
    "ods": ods("Needs", ROWS),
    "csv": CSV,
    "hxl": b'[["#item+name","#item+num","#item+unit"],["Tents",20,"pcs"],["Rice",1.5,"t"]]',
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_table_says_the_same_in_every_format(name: str) -> None:
    reading = read(FILES[name], "list")
    assert reading.format == name
    assert lines(reading) == [("Tents", "20", "H87"), ("Rice", "1.5", "TNE")]
    assert not codes(reading)


@pytest.mark.parametrize("name", ["xlsx", "xls", "ods"])
def test_the_place_of_a_line_names_its_sheet(name: str) -> None:
    assert read(FILES[name]).lines[1].place.text == "sheet Needs, A3"


# Workbooks


def test_a_failed_formula_is_an_issue_with_its_cell() -> None:
    bad = FILES["xlsx"]
    sheet = member(bad, SHEET).replace(
        b'<c r="B2" t="n"><v>20</v></c>', b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    reading = read(repacked(bad, {SHEET: sheet}))
    (issue,) = reading.lines[0].issues
    assert (issue.code, issue.found) == ("formula_error", "#DIV/0!")
    assert issue.place.text == "sheet Needs, B2"


def test_a_formula_that_was_never_computed_is_an_issue() -> None:
    (line,) = read(xlsx(("S", [ROWS[0], ["Tents", "=2*3", "pcs"]]))).lines
    assert [(i.code, i.found) for i in line.issues] == [("formula_without_value", "=2*3")]


def test_a_failed_formula_of_an_old_workbook_is_found_in_its_records() -> None:
    made = xls("S", [ROWS[0], ["Tents", "=1/0", "pcs"], ["Cots", 5, "pcs"]])
    # xlwt writes no result, so the record is given the one that Excel would have written.
    at = made.index(b"\x06\x00", made.index(b"Tents"))
    while made[at + 4 : at + 8] != b"\x01\x00\x01\x00":
        at = made.index(b"\x06\x00", at + 1)
    broken = made[: at + 10] + b"\x02\x00\x07\x00\x00\x00\xff\xff" + made[at + 18 :]
    reading = read(broken)
    assert [i.code for i in reading.lines[0].issues] == ["formula_error"]
    assert reading.lines[1].quantity.low == 5


def test_hidden_sheets_are_not_read_and_said() -> None:
    data = xlsx(("Needs", ROWS), ("Old", ROWS), hidden=["Old"])
    reading = read(data)
    assert len(reading.lines) == 2
    assert codes(reading) == {"sheet_hidden"}


def test_a_sheet_of_instructions_is_passed_over() -> None:
    data = xlsx(("Read me", [["How to fill this in"], ["1. Write the items"]]), ("Needs", ROWS))
    reading = read(data)
    assert len(reading.lines) == 2
    assert codes(reading) == {"sheet_passed_over"}


def test_merged_headings_and_a_merged_party_are_understood() -> None:
    rows: list[list[Any]] = [
        ["Offers", "", "", ""],
        ["Donor", "Item", "Offered", ""],
        ["", "", "Quantity", "Unit"],
        ["Germany", "Tents", 20, "pcs"],
        [None, "Cots", 30, "pcs"],
    ]
    data = xlsx(("S", rows), merges=["A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:A5"])
    reading = read(data)
    assert [(x.item_text, x.party_text) for x in reading.lines] == [
        ("Tents", "Germany"),
        ("Cots", "Germany"),
    ]
    assert lines(reading)[0] == ("Tents", "20", "H87")
    assert not codes(reading)


def test_days_of_workbooks_are_days() -> None:
    rows: list[list[Any]] = [["Item", "Quantity", "Needed by"], ["Tents", 5, date(2026, 12, 1)]]
    for data in (xlsx(("S", rows)), xls("S", rows)):
        assert read(data).lines[0].needed_by == date(2026, 12, 1)


def test_a_sheet_in_another_spelling_is_read_in_a_process_with_limits() -> None:
    sheet = member(FILES["xlsx"], SHEET).replace(b"<c r=", b"<c  r=")
    assert lines(read(repacked(FILES["xlsx"], {SHEET: sheet}))) == lines(read(FILES["xlsx"]))


# What is broken or malicious


def far_cell() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(FILES["xlsx"]))
    book.worksheets[0]["XFD1048576"] = "x"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_one_cell_in_the_last_corner_is_refused_with_its_place() -> None:
    reading = read(far_cell())
    (issue,) = reading.issues
    assert issue.code == "sheet_too_large"
    assert issue.place.text == "sheet Needs, XFD1048576"


@pytest.mark.parametrize(
    "spelling",
    [b"<c  r=", b"<c\nr=", b"<c s='1' r=", b"<x:c r="],
    ids=["blank", "line", "style", "prefix"],
)
def test_a_far_cell_in_another_spelling_asks_for_no_memory_here(spelling: bytes) -> None:
    sheet = member(far_cell(), SHEET).replace(b"<c r=", spelling)
    reading = read(repacked(far_cell(), {SHEET: sheet}))
    assert reading.fails
    assert not reading.lines


def test_an_old_workbook_with_a_far_cell_is_refused() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "Item")
    sheet.write(65535, 255, "x")
    made = io.BytesIO()
    book.save(made)
    assert "sheet_too_large" in codes(read(made.getvalue()))


def test_two_gigabytes_of_zeros_are_not_unpacked() -> None:
    made = io.BytesIO(repacked(FILES["xlsx"], {SHEET: b""}))
    bomb = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w", force_zip64=True) as sheet:
            for _ in range(2048):
                sheet.write(bytes(1024 * 1024))
    assert codes(read(bomb.getvalue())) == {"unpacks_too_large"}


def test_a_zip_that_lies_about_its_size_is_damaged() -> None:
    sheet = member(FILES["xlsx"], SHEET)
    size = len(sheet).to_bytes(4, "little")
    lying = FILES["xlsx"].replace(size, (10).to_bytes(4, "little"))
    assert lying != FILES["xlsx"]
    assert codes(read(lying)) == {"file_damaged"}


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        + member(FILES["xlsx"], SHEET).replace(b"Tents", b"&b;")
    )
    assert codes(read(repacked(FILES["xlsx"], {SHEET: bomb}))) == {"entities_refused"}
    content = b'<!DOCTYPE x [<!ENTITY a "a">]>' + member(FILES["ods"], "content.xml")
    assert codes(read(repacked(FILES["ods"], {"content.xml": content}), "x.ods")) == {
        "entities_refused"
    }


def test_a_workbook_with_a_password_is_told_from_a_damaged_one() -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    assert codes(read(locked, "needs.xlsx")) == {"file_protected"}
    assert codes(read(FILES["xlsx"][:2000], "needs.xlsx")) == {"file_damaged"}


def test_a_million_columns_are_refused_with_their_row() -> None:
    reading = read(b"a,b\n" + b"x," * 10**6, "x.csv")
    assert [(i.code, i.place.row) for i in reading.issues] == [("too_many_columns", 2)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7 x", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
    ],
)
def test_what_is_no_list_is_named(data: bytes, found: str) -> None:
    (issue,) = read(data).issues
    assert (issue.code, issue.found) == ("format_unknown", found)


MUTATED = st.sampled_from(sorted(FILES.items()))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(MUTATED, st.data())
def test_no_mutated_file_raises(file: tuple[str, bytes], data: st.DataObject) -> None:
    name, content = file
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    for mutant in (bytes(broken), bytes(broken[:cut])):
        registry.read(mutant, Hints(name=f"x.{name}"))


@settings(deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["x.csv", "x.xlsx", "x.xls", "x.ods", "x.txt", "x"])
)
def test_no_bytes_raise(data: bytes, name: str) -> None:
    registry.read(data, Hints(name=name))


# Text tables


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_separator_and_encoding_is_recognised(separator: str, encoding: str) -> None:
    text = separator.join(["Désignation", "Quantité", "Unité"]) + "\r\n"
    text += "".join(
        separator.join([f"Générateur {n}", f"{n}", "pièces"]) + "\r\n" for n in range(1, 9)
    )
    reading = read(text.encode(encoding), "besoins.csv")
    assert lines(reading)[2] == ("Générateur 3", "3", "H87")
    assert len(reading.lines) == 8


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "№;Найменування;Кількість;Од.\n1;Намети великі;20;шт.\n2;Ковдри;30;шт.\n"),
        ("cp1254", "Sıra;Malzeme adı;Miktar;Birim\n1;Çadır büyük;20;adet\n2;Kışlık eşya;30;adet\n"),
        (
            "cp1250",
            "Poř.;Název;Množství;Jednotka\n1;Stany žluté;20;kus\n2;Přikrývky čisté;30;kus\n",
        ),
    ],
)
def test_old_encodings_are_guessed_and_said(encoding: str, text: str) -> None:
    reading = read(text.encode(encoding), "x.csv")
    assert [x.item_text for x in reading.lines] == [
        row.split(";")[1] for row in text.split("\n")[1:3]
    ]
    assert codes(reading) == {"encoding_guessed"}


def test_mojibake_is_repaired_and_said() -> None:
    reading = read("Item,Quantity\nTentes renforcÃ©es,5\n".encode())
    assert reading.lines[0].item_text == "Tentes renforcées"
    assert codes(reading) == {"mojibake_repaired"}


def test_marks_of_direction_are_taken_out_and_said() -> None:
    reading = read(
        "Item,Quantity\n\u200f\u062e\u064a\u0645\u0629,\u0662\u0660\u0660\n".encode(), "x.csv"
    )
    assert reading.lines[0].item_text == "\u062e\u064a\u0645\u0629"
    assert reading.lines[0].quantity.low == 200
    assert codes(reading) == {"direction_marks_removed"}


def test_zero_bytes_are_taken_out_and_said() -> None:
    assert codes(read(b"Item,Quantity\nTe\x00nts,5\n", "x.csv")) == {"zeros_removed"}


def test_a_quotation_that_never_closes_swallows_no_rows() -> None:
    reading = read(b'Item,Quantity,Unit\n"Pump,7,pcs\nBoat,8,pcs\n', "x.csv")
    assert [x.item_text for x in reading.lines] == ["Pump", "Boat"]
    assert codes(reading) == {"quotation_unclosed"}


def test_a_comma_inside_an_unquoted_number_gives_no_exact_amount() -> None:
    reading = read(b"Item,Quantity,Unit\nBlankets,1,200,pcs\nCots,30,pcs\n", "x.csv")
    assert reading.lines[0].quantity.kind is QuantityKind.UNKNOWN
    assert "row_ragged" in codes(reading)


def test_a_dirty_export_says_every_fault_with_its_cell() -> None:
    reading = read(
        b"id,item,quantity,unit,created,delivery_date\n"
        b"1,Masks,-500,pcs,2022-05-01,2022-04-01\n"
        b"2,Gloves,2e14,pcs,2022-05-01,2022-06-01\n"
        b"3,Boots,40,pairs,2022-13-45,\n",
        "export.csv",
    )
    assert [[(i.code, i.place.text) for i in x.issues] for x in reading.lines] == [
        [("quantity_negative", "C2"), ("date_before_creation", "F2")],
        [("quantity_absurd", "C3")],
        [("date_impossible", "E4")],
    ]
    assert reading.lines[2].quantity.low == 40


# HXL


def test_tags_go_before_headings() -> None:
    reading = read(
        b"What,Who,How many,When\n#item+name,#org+provider,#item+num,#date+due\n"
        b"Blanket,IFRC,1200,2022-03-02\n",
        "x.csv",
    )
    (line,) = reading.lines
    assert (line.item_text, line.party_text, int(line.quantity.low or 0)) == (
        "Blanket",
        "IFRC",
        1200,
    )
    assert line.needed_by == date(2022, 3, 2)
    assert {c.confidence for c in reading.columns} == {1.0}


def test_rows_as_objects_named_by_tags_are_read() -> None:
    reading = read(b'[{"#item+name": "Blanket", "#item+num": 5, "#country": "Niger"}]')
    assert [(x.item_text, int(x.quantity.low or 0), x.party_text) for x in reading.lines] == [
        ("Blanket", 5, "Niger")
    ]
