"""Contact data in a text: addresses, links, telephone numbers, and numbers of organisations and persons.

Plain numbers, quantities, ranges, dates and times are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from matcha.text.ordinary import is_ordinary

# A bracket beside what is sought stands for what was masked there, so that masking again changes nothing.
_END = r"(?![^\W_])"
_START = r"(?<![^\W_])"
_NUMBER_START = rf"{_START}(?<![0-9\]][-‐–.:,])"
_ADDRESS = r"(?<![\w.+%\]-])[\w.+%-]++@[\w.-]*\.[^\W\d_]{2}[\w-]*"
_LINK = rf"{_START}(?P<link>(?:https?://|www\.)[^\s<>|\[\]]+)"
_DOMAIN = (
    r"(?<![\w.@/\]-])(?P<domain>(?:[a-zåäö0-9-]+\.)+(?-i:com|org|net|eu|example|se))(?![\w\[-])(?:/[\w/#?=&%~+-]*)?"
)
_IDENTITY = rf"{_START}(?:1[689]|20)?(?P<number>[0-9]{{6}}[-‐–+][0-9]{{4}}){_END}"
_ABROAD = rf"(?:\+|{_NUMBER_START}00)(?:46 ?(?:\(0\))?(?:[ ‐–/-]?[0-9]){{7,9}}|[1-9](?:[ ‐–/-]?[0-9]){{8,12}}){_END}"
_GROUPS = r"[0-9]{3} [0-9]{2,3}(?: [0-9]{2}(?![‐–-]?[0-9]))?|[0-9]{2} [0-9]{2,3} [0-9]{2}|[0-9]{2} [0-9]{3}"
_PHONE = (
    rf"{_NUMBER_START}(?:0[1-9][0-9]{{0,2}}\)? ?[‐–/-] ?(?:[0-9]{{5,8}}|{_GROUPS})"
    rf"|(?:08\)? [0-9]{{3}}|0[1-9][0-9]{{1,2}}\)? [0-9]{{2,3}}) [0-9]{{2,3}} [0-9]{{2}}|0[1-9][0-9]{{7,8}}){_END}"
)
_CONTACT = re.compile("|".join((_ADDRESS, _LINK, _DOMAIN, _IDENTITY, _ABROAD, _PHONE)), re.IGNORECASE)


def contact_spans(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of contact data in canonical text, in order.

    Links begin with http or www. A bare domain is one under a few common endings, in small letters; vården.se lacks
    a space. Swedish organisation and personal numbers are known by their check digit (Luhn).
    """
    for found in _CONTACT.finditer(text):
        number, domain = found["number"], found["domain"]
        if (not number or luhn.is_valid(re.sub(r"\D", "", number))) and (not domain or _is_domain(domain)):
            written = found[0].rstrip(".,;:!?)'\"”’»") if found["link"] else found[0]
            yield found.start(), found.start() + len(written)


def _is_domain(written: str) -> bool:
    """Say whether a bare domain is one, and not two words without the space after a full stop (t.ex.se, vården.se)."""
    label, top = written.lower().split(".")[-2:]
    return len(label) > 2 and (top != "se" or not is_ordinary(label))
