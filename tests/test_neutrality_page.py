"""The neutrality report as a page: one file, accessible, escaped, the same bytes for the same report."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from matcha.neutrality import plots, telling
from matcha.neutrality.page import page
from matcha.neutrality.words import WORDS
from matcha.values import Language
from tests.conftest import ROOT
from tests.test_neutrality_report import HOSTILE, LONG, RIGHT_TO_LEFT, empty, exposure, report

SV, EN = Language.SV, Language.EN


@dataclass
class Element:
    """An element as the parser met it, with what its text says (not that of its elements)."""

    tag: str
    attributes: dict[str, str | None]
    within: tuple[str, ...]
    text: str = ""


class Elements(HTMLParser):
    """All elements of a page, in order."""

    VOID = ("meta", "link", "br", "img", "hr", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(one.tag for one in self.open))
        self.found.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag, dict(attrs), tuple(one.tag for one in self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data

    def named(self, *tags: str) -> list[Element]:
        return [one for one in self.found if one.tag in tags]


@cache
def full() -> str:
    return page(report())


@pytest.fixture(scope="module", params=[full, lambda: page(empty())], ids=["full", "empty"])
def elements(request: pytest.FixtureRequest) -> Elements:
    return Elements(request.param())


def test_the_page_is_one_file_that_asks_for_nothing(elements: Elements) -> None:
    assert not elements.named("script", "link", "img", "iframe", "object", "embed", "form", "base", "image")
    policy = [one.attributes["content"] for one in elements.named("meta") if "http-equiv" in one.attributes]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    for one in elements.found:
        for name, value in one.attributes.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "action", "poster", "data")
            assert "://" not in (value or "")
            assert name not in ("href", "xlink:href") or (value or "").startswith("#")
    styles = " ".join(one.text for one in elements.named("style"))
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_page_has_landmarks_headings_and_languages(elements: Elements) -> None:
    assert [one.attributes for one in elements.named("html")] == [{"lang": "sv"}]
    assert [one.tag for one in elements.named("header", "main", "footer", "h1")] == ["header", "h1", "main", "footer"]
    levels = [int(one.tag[1]) for one in elements.named("h1", "h2", "h3", "h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {one.attributes.get("lang") for one in elements.found if one.attributes.get("class") == "en"} == {"en"}
    for section in elements.named("section"):
        assert section.attributes["aria-labelledby"] in {one.attributes.get("id") for one in elements.found}


def test_ids_are_unique_and_all_that_is_pointed_at_is_there(elements: Elements) -> None:
    ids = Counter(one.attributes["id"] for one in elements.found if "id" in one.attributes)
    assert set(ids.values()) == {1}
    values = [(name, value or "") for one in elements.found for name, value in one.attributes.items()]
    pointed = {value[1:] for name, value in values if name == "href"}
    pointed |= {value[5:-1] for _, value in values if value.startswith("url(#")}
    assert pointed <= set(ids)


def test_every_table_has_a_caption_scopes_and_a_region_to_scroll_in(elements: Elements) -> None:
    tables = elements.named("table")
    assert len(tables) == len(elements.named("caption")) == len(elements.named("thead"))
    assert {one.attributes.get("scope") for one in elements.named("th")} <= {"col", "row"}
    regions = [one.attributes for one in elements.found if one.attributes.get("class") == "scroll"]
    assert len(regions) == len(tables)
    assert all(one["tabindex"] == "0" and one["role"] == "region" and one["aria-label"] for one in regions)


def test_every_plot_says_its_message_in_words() -> None:
    whole = report()
    elements = Elements(full())
    drawn = [one.attributes for one in elements.named("svg")]
    tried = sum(bool(finding.tried) for finding in whole.findings)
    assert len(drawn) == tried + 2 + 4 == len(elements.named("figcaption"))
    assert {one["role"] for one in drawn} == {"img"}
    labels = [one["aria-label"] for one in drawn]
    assert labels[0] == "Samma plats i alla 1\N{NO-BREAK SPACE}600 jämförelser."
    assert telling.lorenz_message(whole.exposure, SV) in labels
    companies = whole.exposure.kinds[0]
    mean = telling.decimal(companies.shown / companies.actors, SV, 1)
    assert any(str(label).startswith(f"Visningar per aktör, i genomsnitt: Företag {mean};") for label in labels)
    assert f">{mean}<" in full()


def test_verdicts_are_words_and_signs_and_failures_are_named_first() -> None:
    html = full()
    assert html.index("1 av 10 prövade relationer håller inte") < html.index('href="#relation-keywords"')
    assert "uppmätt 14 platser, tillåtet högst 5 platser" in html
    elements = Elements(html)
    marks = Counter(one.text.strip() for one in elements.named("span") if "mark" in (one.attributes.get("class") or ""))
    assert marks == {"håller": 9, "håller inte": 1, "inte prövat": 1, "bara uppmätt": 1}
    signs = Counter(one.text for one in elements.named("span") if "aria-hidden" in one.attributes)
    assert signs == {"✓": 9, "✗": 2, "–": 1, "·": 1}
    held = page(report(findings=report().findings[:3]))
    assert "Alla 3 prövade relationer håller" in held
    assert 'class="verdict holds"' in held
    assert 'class="verdict holds"' not in html + page(empty())


def test_names_are_text_and_nothing_else() -> None:
    html = full()
    assert "<script" not in html
    assert "<b>sekretessen" not in html
    elements = Elements(html)
    isolated = [one.text for one in elements.named("bdi")]
    assert {HOSTILE, RIGHT_TO_LEFT, LONG, "Klarar <b>sekretessen</b>.", "Ulla Ek", "p-2"} <= set(isolated)
    for shown in ('a-"onload=', "<img src=x>"):
        nasty = replace(report().overrides[0], need_id=shown, user=shown, reason=shown, actor_id=shown)
        found = Elements(page(report(overrides=(nasty,), alike=((shown, shown),), pipeline=shown, snapshot=shown)))
        assert not found.named("img")
        assert [one.text for one in found.named("bdi")].count(shown) == 6


def test_the_page_without_people_or_doubles_says_so_in_a_sentence() -> None:
    html = page(empty())
    for word in ("overrides_none", "alike_none", "exposure_none"):
        assert WORDS[SV][word] in html
        assert WORDS[EN][word] in html
    assert "overrides_note" not in html


def test_no_more_than_ten_actors_are_listed() -> None:
    shown = [one.name for one in exposure().actors]
    listed = [one.text for one in Elements(page(report(overrides=(), alike=()))).named("bdi")]
    assert listed == shown[:10]


def test_the_same_report_gives_the_same_bytes() -> None:
    once = full()
    assert page(report()) == once
    program = (
        "from hashlib import sha256\n"
        "from tests.test_neutrality_page import page, report\n"
        "print(sha256(page(report()).encode()).hexdigest())"
    )
    for seed in ("1", "2"):
        told = _python(program, PYTHONHASHSEED=seed, SOURCE_DATE_EPOCH=seed)
        assert told == sha256(once.encode()).hexdigest()


def test_matplotlib_is_read_only_when_something_is_drawn() -> None:
    assert _python("import sys, matcha.neutrality.page; print('matplotlib' in sys.modules)") == "False"


def _python(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | environment, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def test_text_and_plots_stand_out_from_what_is_behind_them() -> None:
    """WCAG 2.1, 1.4.3: a contrast of at least 4.5 for every pair of colours that meet."""

    def light(colour: str) -> float:
        parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    html = full()
    ink, calm, faint, accent = (
        re.findall(rf"--{name}: (#\w{{6}})", html)[0] for name in ("ink", "calm", "faint", "accent")
    )
    assert (ink, calm, accent) == (plots.INK, plots.CALM, plots.ACCENT)
    pairs = [(ink, "#ffffff"), (calm, "#ffffff"), (accent, "#ffffff"), (calm, faint), (accent, plots.PALE)]
    pairs += [("#e6eef0", ink), ("#e6eef0", accent)]
    for one, other in pairs:
        darker, lighter = sorted((light(one), light(other)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (one, other)
    used = set(re.findall(r"(?:fill|stroke): (#\w{6})", html))
    assert used <= {plots.INK, plots.CALM, plots.ACCENT, plots.PALE, plots.LINE}
