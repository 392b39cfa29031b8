"""What may be attached to a need: analyses as documents, sheets, pictures and texts (S8)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.interchange.bounds import too_large
from matcha.interchange.confinement import told
from matcha.interchange.inert import shown
from matcha.interchange.judging import LARGEST_ATTACHMENT

LONGEST_FILE_NAME = 150  # characters

_UNSAFE = re.compile(r'[/\\:*?"<>|]|^\.|\.\s*$|^\s')


@dataclass(frozen=True)
class Attached:
    """A file that may be kept: its media type, decided by its content, and its name, which is safe to show and save."""

    media_type: str
    name: str


def checked(name: str, content: bytes) -> Attached:
    """Say what an attachment is: PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, UTF-8 text or CSV, at most 10 MB.

    It is judged in a limited process, by its content, which must be what the name's ending says. It is only to be
    stored, and served with `Content-Disposition: attachment` and `X-Content-Type-Options: nosniff`. Raises Invalid
    for what is refused, Unavailable where a limited process cannot be had.
    """
    if len(content) > LARGEST_ATTACHMENT:
        raise too_large(shown(name), len(content), LARGEST_ATTACHMENT)
    safe = unicodedata.normalize("NFC", name)
    if (
        len(safe) > LONGEST_FILE_NAME
        or shown(safe[-70:]) != safe[-70:]
        or shown(safe[:70]) != safe[:70]
        or _UNSAFE.search(safe)
    ):
        raise Invalid(
            f"{shown(name)}: filnamnet har tecken som inte går, eller är för långt. Döp om filen.",
            f"{shown(name)}: the file's name has characters that will not do, or is too long. Rename the file.",
        )
    return Attached(str(told("attachment", safe, content)), safe)
