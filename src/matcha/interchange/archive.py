"""A ZIP file read with distrust: what it says of itself is compared with what comes out, and all of it is counted."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser  # see `ended`
from xml.parsers import expat

from matcha.errors import Invalid
from matcha.interchange.inert import shown

LARGEST_UNPACKED = 100_000_000  # bytes that may come out of one archive
LARGEST_RATIO = 500  # times its own size that a part over a megabyte may become; real sheets reach about 50
MOST_PARTS = 2_000
MOST_TAGS = 3_000_000  # in one XML part; 400,000 cells with texts of their own have 2.4 million
XML = (".xml", ".rels", ".vml", ".rdf")

_CHUNK = 1 << 16
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ", b"BZh", b"\xd0\xcf\x11\xe0")
_UNSAFE_NAME = re.compile(r"(^|/)\.\.(/|$)|^/|\\|^[A-Za-z]:|[\x00-\x1f\x7f]|//")
_LOCAL = struct.Struct("<4s5H3I2H")

Ended = Iterator[tuple[str, Element]]


@dataclass(frozen=True)
class Part:
    """One file in the archive: its name, and where its packed bytes lie."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


@dataclass(frozen=True)
class Archive:
    """An archive whose parts neither overlap nor lie about where they are. `file` is its name for messages."""

    file: str
    content: bytes
    parts: dict[str, Part]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a part unpacked, piece by piece. Raises Invalid if it is not there or not what the archive says."""
        part = self.parts.get(name)
        if part is None:
            raise broken(self.file, f"{shown(name)} saknas", f"{shown(name)} is missing")
        crc = size = 0
        for chunk in self._unpacked(part):
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
            if size > part.size:
                break
            yield chunk
        if (size, crc) != (part.size, part.crc):
            raise broken(
                self.file,
                f"{shown(name)} har inte den storlek eller kontrollsumma som uppges",
                f"{shown(name)} has not the size or checksum that is stated",
            )

    def read(self, name: str) -> bytes:
        """Give a part unpacked. Raises Invalid as `chunks` does."""
        return b"".join(self.chunks(name))

    def refuse_entities(self, name: str) -> None:
        """Raise Invalid for a part with a DTD (so for every entity but the five of XML itself), or of broken XML.

        Or with too many tags, which would take long to read.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        tags = 0
        try:
            for chunk in self.chunks(name):
                tags += chunk.count(b"<")
                if tags > MOST_TAGS:
                    raise broken(self.file, "den har för många celler eller delar", "it has too many cells or elements")
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as cause:  # an unknown encoding is a LookupError
            raise broken(self.file, f"{shown(name)} är trasig XML", f"{shown(name)} is broken XML") from cause

    def ended(self, name: str) -> Iterator[Element]:
        """Give the elements of an XML part as they end; whoever has read one may clear it, which saves memory.

        Raises Invalid for a part that `inspect` does not look at for entities, since nothing here refuses them.
        """
        if not name.endswith(XML):
            raise broken(self.file, f"{shown(name)} är ingen XML", f"{shown(name)} is not XML")
        parser: XMLPullParser[Element] = XMLPullParser(("end",))
        try:
            for chunk in self.chunks(name):
                parser.feed(chunk)
                for _, element in cast("Ended", parser.read_events()):
                    yield element
            parser.close()
            for _, element in cast("Ended", parser.read_events()):
                yield element
        except (ParseError, LookupError, ValueError) as cause:
            raise broken(self.file, f"{shown(name)} är trasig XML", f"{shown(name)} is broken XML") from cause

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise Invalid(
            f"{self.file} innehåller en DTD, som kan dölja entiteter. Spara filen på nytt i ett kontorsprogram.",
            f"{self.file} contains a DTD, which may hide entities. Save the file again in an office program.",
        )

    def _unpacked(self, part: Part) -> Iterator[bytes]:
        packed = memoryview(self.content)[part.start : part.start + part.packed]
        if not part.deflated:
            yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
            return
        stream = zlib.decompressobj(-15)
        try:
            for at in range(0, len(packed), _CHUNK):
                if stream.eof:
                    break
                pending: bytes | memoryview = packed[at : at + _CHUNK]
                while pending:
                    yield stream.decompress(pending, _CHUNK)
                    pending = stream.unconsumed_tail
            yield stream.flush()
        except zlib.error as cause:
            raise broken(
                self.file, f"{shown(part.name)} går inte att packa upp", f"{shown(part.name)} cannot be unpacked"
            ) from cause
        if not stream.eof or stream.unused_data or len(packed) == 0 or at + _CHUNK < len(packed):
            raise broken(self.file, f"{shown(part.name)} är avhuggen", f"{shown(part.name)} is cut short")


def opened(file: str, content: bytes) -> Archive:
    """Open a ZIP file. Nothing is unpacked yet; what its own lists say is checked.

    Raises Invalid for what is no ZIP, encrypted, too many or too large parts, a huge ratio, parts that overlap, names
    that are odd, lead out of the archive or occur twice, and headers that disagree.
    """
    if not content.startswith(b"PK\x03\x04") or content.count(b"PK\x01\x02") > MOST_PARTS:
        raise broken(file, "den är inget sådant arkiv", "it is no such archive")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as cause:
        raise broken(file, "arkivet är trasigt", "the archive is broken") from cause
    if any(member.flag_bits & 0x41 for member in members):
        raise Invalid(
            f"{file} är krypterad. Spara den utan lösenord.", f"{file} is encrypted. Save it without password."
        )
    _refuse_bombs(file, members)
    parts = [_part(file, content, member) for member in members if not member.is_dir()]
    _refuse_odd_names(file, [member.filename for member in members])
    _refuse_overlaps(file, members, parts)
    return Archive(file, content, {part.name: part for part in parts})


def inspect(archive: Archive) -> None:
    """Unpack every part once. Raises Invalid for a false header, a DTD, broken XML and another archive inside."""
    for name in archive.parts:
        first = next(archive.chunks(name), b"")
        if first.startswith(_ARCHIVES):
            raise Invalid(
                f"{archive.file} innehåller en annan fil ({shown(name)}). Ta bort det inbäddade objektet.",
                f"{archive.file} contains another file ({shown(name)}). Remove the embedded object.",
            )
        if name.endswith(XML) and archive.parts[name].size:
            archive.refuse_entities(name)
        else:
            for _ in archive.chunks(name):
                pass


def _refuse_bombs(file: str, members: list[zipfile.ZipInfo]) -> None:
    huge = [m for m in members if m.file_size > 1_000_000 and m.file_size > LARGEST_RATIO * m.compress_size]
    if huge or sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > MOST_PARTS:
        raise Invalid(
            f"{file} packas upp till för mycket. Dela upp filen.", f"{file} unpacks to too much. Divide the file."
        )


def _part(file: str, content: bytes, member: zipfile.ZipInfo) -> Part:
    """Find the packed bytes by the local header, which must say what the central one says."""
    at = member.header_offset
    if (
        at < 0
        or at + _LOCAL.size > len(content)
        or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ):
        raise broken(file, "arkivet är trasigt", "the archive is broken")
    magic, _, flags, method, *_, name, extra = _LOCAL.unpack_from(content, at)
    start = at + _LOCAL.size + name + extra
    said = content[at + _LOCAL.size : at + _LOCAL.size + name]
    same = said.decode("utf-8" if flags & 0x800 else "cp437", "replace") == member.orig_filename
    if magic != b"PK\x03\x04" or method != member.compress_type or not same or flags & 1:
        raise broken(file, "dess innehållsförteckning stämmer inte", "its table of contents is false")
    if start + member.compress_size > len(content):
        raise broken(file, "arkivet är avhugget", "the archive is cut short")
    deflated = method == zipfile.ZIP_DEFLATED
    return Part(member.filename, start, member.compress_size, member.file_size, member.CRC, deflated)


def _refuse_odd_names(file: str, names: list[str]) -> None:
    odd = next((name for name in names if _UNSAFE_NAME.search(name)), None)
    if odd is not None or len({name.casefold() for name in names}) < len(names):
        where = f": {shown(odd)}" if odd is not None else ""
        raise broken(
            file, f"namn i den leder ut ur den eller finns två gånger{where}",
            f"names in it lead out of it or occur twice{where}",
        )  # fmt: skip


def _refuse_overlaps(file: str, members: list[zipfile.ZipInfo], parts: list[Part]) -> None:
    starts = {member.filename: member.header_offset for member in members}
    spans = sorted((starts[part.name], part.start + part.packed) for part in parts)
    if any(after < end for (_, end), (after, _) in pairwise(spans)):
        raise broken(file, "dess delar överlappar varandra", "its parts overlap")


def broken(file: str, sv: str, en: str) -> Invalid:
    """Give the error of a file that is not what it must be, with the reason."""
    return Invalid(f"{file} kan inte läsas: {sv}.", f"{file} cannot be read: {en}.")
