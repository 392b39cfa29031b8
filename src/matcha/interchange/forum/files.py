"""Every file that comes out of a forum, by its name: the same from the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from matcha.errors import Conflict
from matcha.forum.record import Forum
from matcha.interchange.forum.calendar import calendar_bytes
from matcha.interchange.forum.lists import List, csv_bytes, table, xlsx_bytes
from matcha.interchange.forum.paper import Paper, pdf
from matcha.interchange.forum.record import record_bytes
from matcha.values import Language


class ForumFile(StrEnum):
    """The files of a forum. Their names are Swedish whatever language stands in them."""

    INVITATIONS = "inbjudningar.csv"
    RESERVES = "reserver.csv"
    NOT_SELECTED = "ej-utvalda.csv"
    GROUPS = "grupper.csv"
    WORKBOOK = "inbjudningar.xlsx"
    PROGRAMME = "program.ics"
    BADGES = "namnskyltar.pdf"
    STATIONS = "stationsblad.pdf"
    SEATING = "placering.pdf"
    REPORT = "forum.pdf"
    RECORD = "forum.json"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _MEDIA_TYPES[self.value.rpartition(".")[2]]


_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
}


def file(forum: Forum, name: ForumFile, language: Language) -> bytes:
    """Give a file. Raises Conflict for one that needs a step which has not been taken yet, and says which."""
    lacking = _lacking(forum, name)
    if lacking:
        raise lacking
    return _MAKERS[name](forum, language)


def files(forum: Forum, language: Language) -> Mapping[str, bytes]:
    """Give every file that can be made so far, by its name. All are the same bytes for the same forum."""
    return {name.value: _MAKERS[name](forum, language) for name in ForumFile if not _lacking(forum, name)}


def _lacking(forum: Forum, name: ForumFile) -> Conflict | None:
    if name in _ARRANGED and not forum.groups:
        return Conflict(
            f"{name} kan inte göras än: forumet har inga grupper. Kör matcha forum arrange först.",
            f"{name} cannot be made yet: the forum has no groups. Run matcha forum arrange first.",
        )
    if name is ForumFile.PROGRAMME and not (forum.programme or forum.meetings):
        return Conflict(
            f"{name} kan inte göras än: forumet har inget program. Kör matcha forum plan först.",
            f"{name} cannot be made yet: the forum has no programme. Run matcha forum plan first.",
        )
    return None


def _listed(which: List) -> Callable[[Forum, Language], bytes]:
    return lambda forum, language: csv_bytes(table(forum, which, language))


def _set(paper: Paper) -> Callable[[Forum, Language], bytes]:
    return lambda forum, language: pdf(forum, paper, language)


def _workbook(forum: Forum, language: Language) -> bytes:
    lists = [each for each in List if each is not List.GROUPS or forum.groups]
    return xlsx_bytes(forum, [table(forum, each, language) for each in lists])


_ARRANGED = frozenset({ForumFile.GROUPS, ForumFile.BADGES, ForumFile.STATIONS, ForumFile.SEATING})
_MAKERS: dict[ForumFile, Callable[[Forum, Language], bytes]] = {
    ForumFile.INVITATIONS: _listed(List.INVITED),
    ForumFile.RESERVES: _listed(List.RESERVES),
    ForumFile.NOT_SELECTED: _listed(List.NOT_SELECTED),
    ForumFile.GROUPS: _listed(List.GROUPS),
    ForumFile.WORKBOOK: _workbook,
    ForumFile.PROGRAMME: calendar_bytes,
    ForumFile.BADGES: _set(Paper.BADGES),
    ForumFile.STATIONS: _set(Paper.STATIONS),
    ForumFile.SEATING: _set(Paper.SEATING),
    ForumFile.REPORT: _set(Paper.REPORT),
    ForumFile.RECORD: lambda forum, _: record_bytes(forum),
}
