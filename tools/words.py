"""Brings the English catalogues of the pages up to date: `python -m tools.words [AREA…]`, then write what is missing.

An area is a folder of templates and the route file of the same name; what is in no area is in `base`. New Swedish
texts are added with an empty English one, and those no longer used are taken out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parents[1] / "src" / "matcha" / "web"
_KEYWORDS = {"gettext": None, "_": None, "ngettext": (1, 2)}


def area_of(file: Path) -> str:
    """Give the area that a file's texts belong to."""
    parts = file.relative_to(WEB).parts
    if parts[0] == "templates" and len(parts) > 2 and parts[1] != "parts":
        return parts[1]
    return file.stem.partition("_")[0] if parts[0] == "routes" and _is_area(file.stem.partition("_")[0]) else "base"


def _is_area(name: str) -> bool:
    return (WEB / "templates" / name).is_dir()


def texts() -> dict[str, dict[str | tuple[str, ...], None]]:
    """Give every Swedish text of the pages, by area, each once, in order of file and line."""
    found: dict[str, dict[str | tuple[str, ...], None]] = {}
    elsewhere: set[str | tuple[str, ...]] = set()
    files = sorted([*(WEB / "templates").rglob("*.html"), *(WEB / "templates").rglob("*.j2"), *WEB.rglob("*.py")])
    for file in sorted(files, key=lambda file: (area_of(file) != "base", str(file))):
        for message in _in(file):
            if message not in elsewhere:
                found.setdefault(area_of(file), {}).setdefault(message)
            elsewhere.add(message)
    return found


def _in(file: Path) -> Iterator[str | tuple[str, ...]]:
    method = "python" if file.suffix == ".py" else "jinja2"
    options = {"newstyle_gettext": "true", "trimmed": "true"}
    for _line, message, _comments, _context in extract_from_file(method, file, keywords=_KEYWORDS, options=options):
        if message:
            yield message if isinstance(message, str) else tuple(message)
    if file.name == "menu.py":
        from matcha.web.menu import ITEMS

        yield from (name for _, name, _ in ITEMS)
    if file.name == "fields.py":
        from matcha.web.fields import FIELDS

        yield from (*FIELDS.values(), "Fältet")


def main(areas: list[str]) -> None:
    """Rewrite the catalogues of these areas, all unless named, and say what lacks English."""
    for area, wanted in texts().items():
        if areas and area not in areas:
            continue
        file = WEB / "words" / "en" / f"{area}.po"
        known = _known(file)
        catalogue = Catalog(locale="en", charset="utf-8")
        for message in wanted:
            catalogue.add(message, known.get(message) or None)
        with file.open("wb") as out:
            write_po(out, catalogue, omit_header=False, width=0, no_location=True, sort_output=False)
        _plain_header(file)
        lacking = [message for message in wanted if not known.get(message)]
        print(f"{area}: {len(wanted)} texts, {len(lacking)} without English")


def _known(file: Path) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    if not file.exists():
        return {}
    with file.open("rb") as content:
        read = read_po(content, locale="en")
    return {_key(m.id): _key(m.string) for m in read if m.id and all(_key(m.string))}


def _key(said: object) -> str | tuple[str, ...]:
    return said if isinstance(said, str) else tuple(str(one) for one in said)  # type: ignore[attr-defined]


def _plain_header(file: Path) -> None:
    """Leave only what a reader of catalogues needs in the header: a date would make it differ each time."""
    body = file.read_text("utf-8").partition("\n\n")[2]
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: en\\n"\n'
    file.write_text(header + '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n' + body, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
