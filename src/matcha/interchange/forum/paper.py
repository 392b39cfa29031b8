"""A forum's papers: PDF that is accessible (PDF/UA-1) and PNG, set by typst from templates beside this module.

What is said is passed as JSON and read as data, so that no name is ever markup. The fonts are the typesetter's own and
nothing is fetched, so that the same forum gives the same bytes on every machine.
"""

from __future__ import annotations

import json
from enum import StrEnum
from importlib.resources import files
from typing import Any

from matcha.forum.record import Forum
from matcha.interchange.forum.naming import last_step
from matcha.interchange.forum.paper_words import WORDS
from matcha.interchange.forum.places import badges, common, seating, station_sheets
from matcha.interchange.forum.printing import FONTS, plainest, printable
from matcha.values import Language


class Paper(StrEnum):
    """The papers of a forum; each is a template and a word."""

    BADGES = "badges"
    STATIONS = "stations"
    SEATING = "seating"
    REPORT = "report"


_TEMPLATES = {
    Paper.BADGES: "badges",
    Paper.STATIONS: "station_sheets",
    Paper.SEATING: "seating",
    Paper.REPORT: "report",
}


def pdf(forum: Forum, paper: Paper, language: Language) -> bytes:
    """Give a paper as PDF/UA-1 (ISO 14289-1): tagged, with title and language, dated with the forum's last step."""
    (made,) = _set(forum, paper, language, format="pdf", pdf_standards=["ua-1"])
    return made


def pages(forum: Forum, paper: Paper, language: Language, ppi: float = 144) -> tuple[bytes, ...]:
    """Give a paper's pages as PNG, with so many points an inch."""
    return _set(forum, paper, language, format="png", ppi=ppi)


def contents(forum: Forum, paper: Paper, language: Language) -> dict[str, Any]:
    """Give what a paper says, as its template takes it."""
    from matcha.interchange.forum.report import report

    told = {Paper.BADGES: badges, Paper.STATIONS: station_sheets, Paper.SEATING: seating, Paper.REPORT: report}
    title = f"{WORDS[language][paper.value]}: {forum.title}"
    return {"title": title, "fonts": list(FONTS), **common(forum, language), **told[paper](forum, language)}


def _set(forum: Forum, paper: Paper, language: Language, **how: Any) -> tuple[bytes, ...]:
    import typst

    data = contents(forum, paper, language)
    try:
        made = _compiled(paper, printable(data), int(last_step(forum).timestamp()), how)
    except typst.TypstError:  # letters that print alone but not together: a mark of one script on another's letter
        made = _compiled(paper, plainest(data), int(last_step(forum).timestamp()), how)
    return tuple(made) if isinstance(made, list) else (made,)


def _compiled(paper: Paper, data: dict[str, Any], moment: int, how: dict[str, Any]) -> Any:
    import typst

    source = "\n".join(_template(name) for name in ("common", _TEMPLATES[paper])).encode()
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(source, sys_inputs=inputs, ignore_system_fonts=True, timestamp=moment, **how)


def _template(name: str) -> str:
    return (files("matcha.interchange.forum") / "templates" / f"{name}.typ").read_text(encoding="utf-8")
