"""What pages say, and what they are made of: both languages complete, numbers and days as each writes them, assets."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from tools.words import WEB, texts

from matcha import callers, process, values
from matcha.records import need, request
from matcha.service.labels import label
from matcha.values import Language
from matcha.web.assets import FOLDER, asset, served, version
from matcha.web.languages import Languages, address
from matcha.web.saying import Words, english

Said = str | tuple[str, ...]
_PLACES = re.compile(r"%\((\w+)\)([sd])|{(\w*)}")
SWEDISH, ENGLISH = Words(Language.SV), Words(Language.EN)


@pytest.fixture(scope="module")
def wanted() -> Mapping[str, Mapping[Said, None]]:
    return texts()


def test_every_text_has_english_and_no_english_is_left_over(wanted: Mapping[str, Mapping[Said, None]]) -> None:
    said = {message for area in wanted.values() for message in area}
    have = {message: done for _, message, done in _catalogues()}
    assert said - have.keys() == set(), "run: python -m tools.words, and write the English"
    assert have.keys() - said == set(), "run: python -m tools.words, which takes out what is no longer said"
    assert not [message for message, done in have.items() if not all(done if isinstance(done, tuple) else [done])]
    assert english()


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    for area, sv, en in _catalogues():
        for swedish, done in zip(_each(sv), _each(en), strict=True):
            assert _filled(swedish) == _filled(done), f"{area}: {swedish!r} – {done!r}"
            assert (swedish[:1].isspace(), swedish[-1:].isspace()) == (done[:1].isspace(), done[-1:].isspace()), swedish


def test_english_texts_are_english() -> None:
    left = [(area, one) for area, _, en in _catalogues() for one in _each(en) if re.search(r"[åäöÅÄÖ]", _plain(one))]
    assert not left


def _catalogues() -> Iterator[tuple[str, Said, Said]]:
    for file in sorted((WEB / "words" / "en").glob("*.po")):
        with file.open("rb") as content:
            for message in read_po(content, locale="en"):
                if message.id:
                    yield file.stem, _said(message.id), _said(message.string)


def _said(found: object) -> Said:
    return found if isinstance(found, str) else tuple(map(str, found))  # type: ignore[call-overload]


def _each(said: Said) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def _filled(said: str) -> set[tuple[str, ...]]:
    return set(_PLACES.findall(said))


def _plain(said: str) -> str:
    """Leave out what is quoted from Swedish, such as names of authorities and of buttons."""
    return re.sub(r"“[^”]*”|‘[^’]*’|«[^»]*»|\([^)]*\)", "", said)


def _choices() -> Iterator[StrEnum]:
    modules = (process, values, callers, need, request)
    kinds = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    for kind in dict.fromkeys(one for one in kinds if issubclass(one, StrEnum)):
        yield from kind


INSIDE = {values.Role, values.Grain}  # how texts are read: never shown


def test_every_closed_choice_that_is_shown_is_called_something_in_both_languages() -> None:
    for choice in _choices():
        if type(choice) not in INSIDE:
            for language in Language:
                assert label(choice, language).strip(), choice
                assert Words(language).label(choice) == label(choice, language)


def test_choices_of_one_kind_have_names_of_their_own() -> None:
    by: dict[tuple[type[StrEnum], Language], list[str]] = {}
    for choice in {one for one in _choices() if type(one) not in INSIDE}:
        for language in Language:
            by.setdefault((type(choice), language), []).append(label(choice, language))
    assert not [kind for kind, names in by.items() if len(set(names)) < len(names)]


def test_plurals_days_moments_and_numbers_are_as_each_language_writes_them() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # the day after in Sweden
    for words, day, moment, number in (
        (SWEDISH, "2 juli 2026", "2 juli 2026 00:30", "1\N{NO-BREAK SPACE}234,5"),
        (ENGLISH, "2 July 2026", "2 Jul 2026 00:30", "1,234.5"),
    ):
        assert (words.day(at), words.day(date(2026, 7, 2)), words.day(None)) == (day, day, "")
        moments = [words.moment(one) for one in (at, int(at.timestamp() * 1000), None)]
        assert [re.sub(r"[.,]", "", one) for one in moments] == [moment, moment, ""]
        assert (words.number(1234.5), words.number(0), words.number(None)) == (number, "0", "")


def test_a_text_without_english_is_an_error_and_never_swedish() -> None:
    assert SWEDISH.gettext("Finns inte i någon katalog") == "Finns inte i någon katalog"
    with pytest.raises(KeyError):
        ENGLISH.gettext("Finns inte i någon katalog")
    with pytest.raises(KeyError):
        ENGLISH.ngettext("ett finns inte", "flera finns inte", 2)


async def _tell(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
    told = f"{scope['path']} {scope['raw_path'].decode()} {scope['state']['language']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": told})  # type: ignore[operator]


@pytest.mark.parametrize(
    ("asked", "path", "language"),
    [
        ("/", "/", "sv"),
        ("/en", "/", "en"),
        ("/en/", "/", "en"),
        ("/en/behov/x", "/behov/x", "en"),
        ("/enhet", "/enhet", "sv"),
        ("/behov/en", "/behov/en", "sv"),
        ("/en/en", "/en", "en"),
        ("/en/behov/a%2Fb", "/behov/a/b", "en"),
    ],
)
def test_the_language_stands_in_the_address_alone(asked: str, path: str, language: str) -> None:
    client = TestClient(Languages(_tell))  # type: ignore[arg-type]
    told = client.get(asked, headers={"Accept-Language": "de"}).text.split(" ")
    assert (told[0], told[2]) == (path, language)
    assert told[1] == (asked.removeprefix("/en") or "/" if language == "en" else asked)


@given(st.lists(st.sampled_from(["behov", "en", "forum", "x"]), max_size=4))
def test_an_address_in_a_language_leads_back_to_its_path(steps: list[str]) -> None:
    path = "/" + "/".join(steps)
    assert address(path, Language.SV) == path
    assert (address(path, Language.EN).removeprefix("/en") or "/") == path


@pytest.fixture(scope="module")
def assets() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", served())]))


def test_an_asset_is_kept_for_a_year_under_an_address_that_changes_with_it(assets: TestClient) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", version())
    for name in sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*") if file.is_file()):
        answer = assets.get(asset(name))
        assert (answer.status_code, answer.content) == (200, (FOLDER / name).read_bytes()), name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "set-cookie" not in answer.headers
    assert assets.get("/static/another/site.css").content == (FOLDER / "site.css").read_bytes()  # an old page's address


def test_assets_are_compressed_for_those_who_can_read_it_and_are_the_same(assets: TestClient) -> None:
    for name in ("site.css", "site.js", "vendor/htmx-2.0.11.min.js"):
        plain = assets.get(asset(name), headers={"Accept-Encoding": "identity"})
        with assets.stream("GET", asset(name), headers={"Accept-Encoding": "gzip"}) as packed:
            raw = b"".join(packed.iter_raw())
        assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
        assert gzip.decompress(raw) == plain.content
        assert len(raw) < 0.6 * len(plain.content)
        assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize("path", ["/x/../../pyproject.toml", "/x/%2e%2e/%2e%2e/site.py", "/x/none.css", "/x", "/x/"])
def test_nothing_but_assets_is_given(assets: TestClient, path: str) -> None:
    assert assets.get(f"/static{path}").status_code in (404, 405)


def test_what_the_styles_and_scripts_name_is_there() -> None:
    named = re.compile(r"""(?:url\(|from |import )["']?(?:\./)?([\w./-]+\.\w+)""")
    for file in FOLDER.rglob("*"):
        if file.suffix in (".css", ".js") and file.parent.name != "vendor":
            for inside in named.findall(file.read_text("utf-8")):
                assert (file.parent / inside).is_file(), (file.name, inside)
