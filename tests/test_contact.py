"""Contact data in texts: what is masked, and which plain numbers and words are not."""

import pytest

from matcha.text.names import masked
from matcha.text.phrases import MASK


@pytest.mark.parametrize(
    "contact",
    [
        "anna.karlsson+vard@zyntrix.example",
        "info@vård.se",
        "https://zyntrix.example/om?a=b#c",
        "http://x.y",
        "HTTPS://ZYNTRIX.EXAMPLE",
        "www.zyntrix.se/kontakt",
        "zyntrix.se",
        "shop.zyntrix.com/a/b",
        "+46 10 485 92 36",
        "+46 (0)10-485 92 36",
        "+46104859236",
        "0046 8 123 45 67",
        "+45 12 34 56 78",
        "010-485 92 36",
        "010-4859236",
        "0104859236",
        "010 485 92 36",
        "08-123 45 67",
        "08-12 34 56",
        "08 - 123 45 67",
        "08/123 45 67",
        "0510-123 45",
        "0771-567 567",
        "070-1740610",
        "495000-0010",
        "495000–0010",
        "811218-9876",
        "19811218-9876",
        "811218+9876",
    ],
)
def test_contact_data_are_masked(contact: str) -> None:
    assert masked(f"Ring eller skriv: {contact}, gärna i dag.", ()) == f"Ring eller skriv: {MASK}, gärna i dag."
    assert masked(f"({contact}) {contact}. Vi svarar", ()) == f"({MASK}) {MASK}. Vi svarar"
    assert masked(f"tel:{contact}\n{contact}", ()) == f"tel:{MASK}\n{MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "400 000-900 000 kr",
        "100 000 000 kronor",
        "+5 000 patienter, +400 000 kr",
        "2026-11-22",
        "2026-05-12 123 patienter",
        "22/11 2026, 2026/27",
        "1:400",
        "6–12 månader",
        "0,05 mg och 0.05",
        "kl 08-16, 08.00-16.30, 0800-1600, 08-12 13-17",
        "08 10 20 30",
        "ISBN 978-91-27-01234-5",
        "495000-0011",  # a wrong check digit
        "811218-9875",
        "1495000-0010",
        "495000-00101",
        "ICD-10 F84.0, SNOMED 386661006",
        "P@10 och 5 @ 3, @kontot",
        "t.ex.se bilaga, bl.a.se, osv.se",
        "Det går bra på vården.se bilagan",
        "Vi är klara.Se även",
        "Vi har Zyntrix.Se även",
        "www. är inget",
        "1.5.2, 3.se",
        "a.b@c",
        MASK,
    ],
)
def test_plain_numbers_and_words_are_not_masked(text: str) -> None:
    assert masked(text, ()) == text


def test_a_sentence_keeps_its_end_after_a_link() -> None:
    assert masked("Se www.zyntrix.se. Läs (http://x.se/a), tack!", ()) == f"Se {MASK}. Läs ({MASK}), tack!"
    assert masked("Se www.zyntrix.se[1]", ()) == f"Se {MASK}[1]"


def test_numbers_side_by_side_are_all_masked() -> None:
    assert masked("0510-123 45 08-123 45 67", ()) == f"{MASK} {MASK}"
    assert masked("0510-123 45 010-485 92 36 08-123 45 67", ()) == f"{MASK} {MASK} {MASK}"
    assert masked("+46 10 485 92 36 08-123 45 67/070-174 06 10", ()) == f"{MASK} {MASK}/{MASK}"
