"""From the fields of a form to what an operation takes: numbers as people write them, lists, boxes; nothing is lost."""

from __future__ import annotations

import io
from enum import StrEnum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, StrictFloat, StrictInt
from starlette.datastructures import FormData, UploadFile

from matcha.errors import Conflict
from matcha.records import NeedForm
from matcha.values import Language
from matcha.web import filling
from matcha.web.filling import Given, Unfilled, fill


class Colour(StrEnum):
    RED, BLUE = "red", "blue"


class Form(BaseModel):
    """Something of every kind that a form can hold."""

    model_config = {"extra": "forbid"}
    name: str = "nobody"
    count: Annotated[StrictInt | None, Field(ge=0, le=10**16)] = None
    size: StrictFloat | None = None
    sure: bool = False
    colours: tuple[Colour, ...] = ()
    lines: Annotated[list[str], Field(max_length=3)] = Field(default_factory=list)
    codes: Annotated[tuple[Annotated[str, Field(max_length=3)], ...], Field(max_length=2)] | None = None


def form(*fields: tuple[str, str]) -> FormData:
    return FormData(list(fields))


def test_the_fields_of_every_kind_become_what_they_say() -> None:
    sent = form(
        ("csrf", "x"),
        ("once", "y"),
        ("name", "  Siv "),
        ("count", "12"),
        ("size", "9,6"),
        ("sure", "on"),
        ("colours", "red"),
        ("colours", "blue"),
        ("lines", " en\r\n\n två \n"),
        ("other", "unknown"),
    )
    assert fill(Form, sent) == Form(
        name="Siv", count=12, size=9.6, sure=True, colours=(Colour.RED, Colour.BLUE), lines=["en", "två"]
    )


def test_empty_fields_are_left_out_and_what_is_told_beside_the_form_goes_first() -> None:
    sent = form(("name", "  "), ("count", ""), ("size", ""), ("lines", "\n"), ("colours", ""))
    assert fill(Form, sent) == Form()
    assert fill(Form, form(("name", "Siv")), name="Eva", count=3) == Form(name="Eva", count=3)


@given(st.integers(0, 10**15 - 1))
def test_every_whole_number_that_fits_is_read(number: int) -> None:
    assert fill(Form, form(("count", f" {number} "))).count == number


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(".,"))
def test_every_number_is_read_with_point_and_with_comma(number: object, mark: str) -> None:
    assert fill(Form, form(("size", str(number).replace(".", mark)))).size == float(str(number))


@pytest.mark.parametrize(
    "said", ["1e3", "nan", "inf", "0x10", "1 00", "10 00", "1.000,5", "½", "--1", "1,2,3", "9" * 16, "1_0"]
)
def test_what_is_no_number_is_refused_by_its_field(said: str) -> None:
    for name in ("count", "size"):
        with pytest.raises(Unfilled) as refused:
            fill(Form, form((name, said)))
        assert [fault.name for fault in refused.value.fields] == [name]


def test_a_box_is_ticked_or_not() -> None:
    assert [fill(Form, form(("sure", said))).sure for said in ("true", "on", "1", "false", "no")] == [True] * 3 + [
        False
    ] * 2
    assert not fill(Form, form()).sure


def test_faults_are_told_by_field_in_both_languages_and_a_field_in_a_list_by_its_list() -> None:
    sent = form(("colours", "red"), ("colours", "pink"), ("codes", "abcd\nab"), ("lines", "a\nb\nc\nd"))
    with pytest.raises(Unfilled) as refused:
        fill(Form, sent)
    fault = filling.fault_of(refused.value, 422)
    assert {one.name for one in fault.fields} == {"colours", "codes", "lines"}
    for one in fault.fields:
        assert one.sv
        assert one.en
        assert one.sv != one.en
        assert fault.of(one.name, Language.SV) == one.sv
        assert fault.of(one.name, Language.EN) == one.en
    assert fault.of("name", Language.SV) == ""
    assert fault.told(Language.SV) != fault.told(Language.EN)
    assert fault.impossible is None


def test_another_error_is_told_as_it_is() -> None:
    error = Conflict("Redan gjort.", "Already done.")
    fault = filling.fault_of(error, 409)
    assert (fault.status, fault.fields, fault.error) == (409, (), error)
    assert (fault.told(Language.SV), fault.told(Language.EN)) == ("Redan gjort.", "Already done.")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_was_written_is_shown_again_to_the_letter(said: str) -> None:
    assert Given(form(("text", said))).get("text") == said
    assert Given(form(("text", said))).lines("text") == said


def test_a_form_shows_what_it_starts_with_until_something_was_sent() -> None:
    start = {"name": "Siv", "count": 3, "colours": (Colour.RED,), "nothing": None}
    fresh = Given(start=start)
    assert [fresh.get(name) for name in ("name", "count", "nothing", "unknown")] == ["Siv", "3", "", ""]
    assert (fresh.all("colours"), fresh.lines("colours"), fresh.all("name")) == (["red"], "red", [])
    sent = Given(form(("name", "Eva"), ("colours", "blue"), ("colours", "red")), start)
    assert [sent.get(name) for name in ("name", "count")] == ["Eva", ""]
    assert sent.all("colours") == ["blue", "red"]
    assert Given(form(("name", "Eva")), start).all("colours") == []  # no box is ticked any more


def test_a_file_is_a_file_and_no_text() -> None:
    file = UploadFile(io.BytesIO(b"x"), filename="a.txt")
    sent = FormData([("file", file), ("empty", UploadFile(io.BytesIO(), filename="")), ("text", "a.txt")])
    assert filling.file_in(sent, "file") is file
    assert [filling.file_in(sent, name) for name in ("empty", "text", "none")] == [None] * 3
    assert (Given(sent).get("file"), Given(sent).all("file")) == ("", [])


def test_a_need_as_it_is_written_on_the_page() -> None:
    sent = form(
        ("id", "n-1"),
        ("title", "Bättre handhygien"),
        ("text", "Händerna spritas\r\nför sällan."),
        ("quantity_number", "1234,5"),
        ("aspects", "mätning; och mer\npåminnelse"),
        ("goal", ""),
    )
    need = fill(NeedForm, sent)
    assert (need.quantity_number, need.aspects, need.goal) == (1234.5, ("mätning; och mer", "påminnelse"), None)
    with pytest.raises(Unfilled) as refused:
        fill(NeedForm, form(("id", "n-1"), ("aspects", "en\nEN")))
    assert {one.name for one in refused.value.fields} == {"title", "text", "aspects"}
