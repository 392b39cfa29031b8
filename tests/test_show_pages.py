"""Every page has its picture, or a reason why not; the pictures are light, and those that the table names."""

from tools.pictured import NOT_PICTURED, SHOTS
from tools.show_pages import LOOKS, MOST_BYTES, file_name, index

from matcha.web.languages import address
from tests.conftest import ROOT
from tests.pages import pages

FOLDER = ROOT / "docs" / "screenshots"


def test_every_page_is_pictured_or_it_is_told_why_not() -> None:
    assert {shot.route for shot in SHOTS} | NOT_PICTURED.keys() == {page.path for page in pages()}
    assert not {shot.route for shot in SHOTS} & NOT_PICTURED.keys()
    assert len({shot.name for shot in SHOTS}) == len(SHOTS)
    who = {page.path: page.who for page in pages()}
    assert [shot.name for shot in SHOTS if shot.role not in who[shot.route]] == []
    assert address("/", LOOKS["en"].language) == "/en"


def test_the_pictures_are_those_of_the_table_and_light() -> None:
    there = {file.name: file.stat().st_size for file in FOLDER.glob("*.png")}
    assert there.keys() == {file_name(shot, look) for shot in SHOTS for look in ("", *shot.also)}
    assert {name: size for name, size in there.items() if size > MOST_BYTES} == {}
    assert sum(there.values()) <= 8_000_000
    assert (FOLDER / "README.md").read_text("utf-8") == index()
