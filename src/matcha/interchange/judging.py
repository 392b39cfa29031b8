"""What an attachment is, by its content, and whether there is anything active in it that we know how to find."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath

from matcha.errors import Invalid
from matcha.interchange.archive import Archive, broken, inspect, opened
from matcha.interchange.inert import shown
from matcha.interchange.office import Kind, elements, opened_office
from matcha.interchange.tables import csv_lines, text_of

LARGEST_ATTACHMENT = 10_000_000  # bytes
MOST_PIXELS = 100_000_000
LARGEST_INFLATED = 50_000_000  # bytes that may come out of a PDF's streams

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ODF = "application/vnd.oasis.opendocument."
_ODF_ACTIVE = re.compile(r"(?:^|/)(?:Basic|Scripts|Dialogs|Configurations2/accelerator.*macro)/", re.IGNORECASE)
_ODF_ELEMENTS = frozenset({"script", "event-listener", "dde-source", "dde-link", "applet", "plugin", "object-ole"})
_PDF_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Encrypt|XFA|ImportData|SubmitForm)(?![A-Za-z0-9])"
)
_PDF_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PDF_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[A-Za-z0-9]+)")


def judge(name: str, content: bytes) -> str:
    """Give the media type of an attachment. Raises Invalid for what may not be attached.

    That is: content that is not what the name's ending says; archives that lie, overlap or unpack to too much; DTDs,
    macros, embedded files, links to other files; formulas in CSV; pictures of more than 100 million pixels; and PDFs
    as `_pdf` says.
    """
    file, ending = shown(name), PurePosixPath(name).suffix.lower()
    kinds: dict[str, Callable[[str, bytes], str]] = {
        ".pdf": _pdf,
        ".docx": _docx,
        ".xlsx": _xlsx,
        ".odt": partial(_open_document, _ODF + "text"),
        ".ods": partial(_open_document, _ODF + "spreadsheet"),
        ".png": _png,
        ".jpg": _jpeg,
        ".jpeg": _jpeg,
        ".txt": _text,
        ".csv": _csv,
    }
    if ending not in kinds:
        known = ", ".join(kinds)
        raise Invalid(f"{file}: bifoga {known}.", f"{file}: attach {known}.")
    return kinds[ending](file, content)


def _docx(file: str, content: bytes) -> str:
    opened_office(file, content, Kind.DOCX)
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _xlsx(file: str, content: bytes) -> str:
    opened_office(file, content, Kind.XLSX)
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _open_document(media_type: str, file: str, content: bytes) -> str:
    archive = opened(file, content)
    if "mimetype" not in archive.parts or archive.read("mimetype") != media_type.encode():
        raise broken(file, "innehållet är inte vad ändelsen säger", "what it holds is not what its ending says")
    inspect(archive)
    active = next((part for part in archive.parts if _ODF_ACTIVE.search(part)), None) or _active_element(archive)
    if active is not None:
        raise _refused(file, active)
    return media_type


def _active_element(archive: Archive) -> str | None:
    """Give the name of an element that runs, embeds or encrypts, if there is one."""
    for part in archive.parts:
        if part.endswith(".xml"):
            for tag, _ in elements(archive, part) if archive.parts[part].size else ():
                if tag in _ODF_ELEMENTS or tag == "encryption-data":
                    return tag
    return None


def _pdf(file: str, content: bytes) -> str:
    """Refuse a PDF with scripts, launched programs, embedded files, forms that send, or encryption.

    This is a coarse check: names are looked for in the bytes, with their escapes read, and in object streams that are
    plain or deflated (those packed otherwise are refused). Whoever hides well gets by; so it is only ever a download.
    """
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2_048:]:
        raise broken(file, "innehållet är ingen PDF", "what it holds is not a PDF")
    for piece in (content, *_objects(file, content)):
        found = _PDF_ACTIVE.search(_unescaped(piece))
        if found is not None:
            raise _refused(file, found[0].decode())
    return "application/pdf"


def _objects(file: str, content: bytes) -> Iterator[bytes]:
    """Give the object streams of a PDF inflated (ISO 32000-2, 7.5.7)."""
    left = LARGEST_INFLATED
    for found in _PDF_STREAM.finditer(content):
        far = max(0, found.start() - 5_000)
        head = _unescaped(content[max(far, content.rfind(b"obj", far, found.start())) : found.start()])
        if b"/ObjStm" not in head:
            continue
        filters = [name for listed in _PDF_FILTER.findall(head) for name in re.findall(rb"/\w+", listed)]
        if filters not in ([], [b"/FlateDecode"], [b"/Fl"]):
            raise _refused(file, "ObjStm")
        plain = content[found.end() : content.find(b"endstream", found.end())]
        if filters:
            stream = zlib.decompressobj()
            try:
                plain = stream.decompress(plain, left)
            except zlib.error as cause:
                raise broken(file, "en ström är trasig", "a stream is broken") from cause
            left -= len(plain)
            if left <= 0 or stream.unconsumed_tail:
                raise Invalid(f"{file} packas upp till för mycket.", f"{file} unpacks to too much.")
        yield plain


def _unescaped(piece: bytes) -> bytes:
    return _PDF_NAME.sub(lambda found: bytes([int(found[1], 16)]), piece)


def _png(file: str, content: bytes) -> str:
    whole = content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and content.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack_from(">2I", content, 16) if whole else (0, 0)
    if not 0 < width * height <= MOST_PIXELS:
        raise broken(file, "innehållet är ingen hel PNG", "what it holds is not a whole PNG")
    return "image/png"


def _jpeg(file: str, content: bytes) -> str:
    if not content.startswith(b"\xff\xd8\xff") or not content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        raise broken(file, "innehållet är ingen hel JPEG", "what it holds is not a whole JPEG")
    return "image/jpeg"


def _text(file: str, content: bytes) -> str:
    if _CONTROLS.search(text_of(file, content)):
        raise Invalid(f"{file} är ingen textfil.", f"{file} is not a text file.")
    return "text/plain; charset=utf-8"


def _csv(file: str, content: bytes) -> str:
    _text(file, content)
    for _ in csv_lines(file, content):
        pass
    return "text/csv; charset=utf-8"


def _refused(file: str, what: str) -> Invalid:
    return Invalid(
        f"{file} innehåller något som kan köras, är inbäddat eller krypterat ({shown(what)}). Spara utan det.",
        f"{file} contains something that runs, is embedded or is encrypted ({shown(what)}). Save it without.",
    )
