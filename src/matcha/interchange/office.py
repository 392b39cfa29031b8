"""Office Open XML packages: what kind they are, which part leads to which, and nothing active in them (ECMA-376-2)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matcha.errors import Invalid
from matcha.interchange.archive import Archive, broken, inspect, opened
from matcha.interchange.inert import shown


class Kind(StrEnum):
    """The packages that are taken in."""

    XLSX = "xlsx"
    DOCX = "docx"


_PREFIX = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    Kind.XLSX: _PREFIX + "spreadsheetml.sheet.main+xml",
    Kind.DOCX: _PREFIX + "wordprocessingml.document.main+xml",
}
_TYPES = "[Content_Types].xml"
_ACTIVE = re.compile(
    r"macro|vba|activex|oleobject|externallink|/embeddings/|/customui|/connections\.|dde", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


@dataclass(frozen=True)
class Relation:
    """One part leads to another. `kind` is the last word of the relation's type; `target` is a part's name."""

    id: str
    kind: str
    target: str


@lru_cache(1_000)
def local(name: str) -> str:
    """Give an XML name without its namespace."""
    return name[name.rfind("}") + 1 :]


def elements(archive: Archive, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the elements of a part as they end: (local name, attributes without namespaces)."""
    for element in archive.ended(part):
        yield local(element.tag), {local(key): value for key, value in element.items()}


def opened_office(file: str, content: bytes, kind: Kind) -> tuple[Archive, str]:
    """Open a package and give it with the name of its main part.

    Raises Invalid for what is no such package, and for macros, embedded objects, links to other files (a hyperlink on
    the web or to an address may stay), archives within it, DTDs and false headers.
    """
    archive = opened(file, content)
    _refuse_other_kinds(archive, kind)
    for part in archive.parts:
        if _ACTIVE.search(f"/{part}"):
            raise _active(archive, part)
    inspect(archive)
    for part in archive.parts:
        if part.endswith(".rels"):
            _refuse_outside(archive, part)
    main = [found.target for found in relations(archive, "") if found.kind == "officeDocument"]
    if len(main) != 1:
        raise broken(file, "huvuddelen saknas", "its main part is missing")
    return archive, main[0]


def relations(archive: Archive, part: str) -> list[Relation]:
    """Give where a part leads ("" is the package itself), external links left out."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if where not in archive.parts:
        return []
    inner = [a for tag, a in elements(archive, where) if tag == "Relationship" and a.get("TargetMode") != "External"]
    return [
        Relation(
            a.get("Id", ""),
            a.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, a.get("Target", ""))).lstrip("/"),
        )
        for a in inner
    ]


def _refuse_other_kinds(archive: Archive, kind: Kind) -> None:
    if _TYPES not in archive.parts:
        raise _other(archive.file, kind)
    types = [a.get("ContentType", "") for _, a in elements(archive, _TYPES)]
    active = next((found for found in types if _ACTIVE.search(found)), None)
    if active is not None:
        raise _active(archive, active)
    if _MAIN[kind] not in types:
        raise _other(archive.file, kind)


def _refuse_outside(archive: Archive, part: str) -> None:
    for _, found in elements(archive, part):
        link = found.get("Type", "").endswith("/hyperlink") and _LINK.match(found.get("Target", ""))
        if _ACTIVE.search(found.get("Type", "")) or (found.get("TargetMode") == "External" and not link):
            raise Invalid(
                f"{archive.file} länkar till en annan fil ({shown(found.get('Target', ''))}). Bryt länken och spara.",
                f"{archive.file} links to another file ({shown(found.get('Target', ''))}). Break the link and save.",
            )


def _active(archive: Archive, what: str) -> Invalid:
    return Invalid(
        f"{archive.file} innehåller makron, inbäddade objekt eller länkar ({shown(what)}). Spara utan dem.",
        f"{archive.file} contains macros, embedded objects or links ({shown(what)}). Save it without them.",
    )


def _other(file: str, kind: Kind) -> Invalid:
    return broken(file, f"innehållet är ingen {kind.upper()}-fil", f"what it holds is not an {kind.upper()} file")
