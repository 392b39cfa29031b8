"""The page that verifies a receipt in the browser, off line: what it says, in both languages, of what it is given."""

import json
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from matcha.interchange import answer_json
from matcha.matchlog.roll import Roll
from tests.offline import KEY, browser, context, opened, site, swedish
from tests.paper_log import ANSWERS, CONSIDERED, LOG, line, ranked
from tests.test_receipt import QUESTION, system

__all__ = ["browser", "context", "site", "swedish"]


def verdict(page: Page, **given: Any) -> str:
    """Fill in the form, press the button, and give what is said in the end."""
    for name, value in given.items():
        field = page.locator(f"[name={name.replace('_', '-')}]")
        field.set_input_files(value) if "file" in name else field.fill(value)
    assert page.locator("#verdict").inner_text() == ""
    page.click("button")
    return page.locator("#verdict[data-verdict]").inner_text()


def file_of(content: bytes) -> Any:
    return {"name": "kvitto.txt", "mimeType": "text/plain", "buffer": content}


def test_the_page_says_what_is_shown_and_what_is_not(swedish: Page) -> None:
    said = verdict(swedish, receipt=CONSIDERED["shown"].strip(), key=f" {KEY}\n")
    assert said.startswith("Kvittot håller\n")
    for part in (
        "Kvittot gäller en matchning. Den uppgiften står på plats 8 i loggen log.example, som hade 17 poster",
        "1970-01-01 00:00:01 UTC",
        f"med nyckeln log.example+{LOG.key.public.id.hex()}.",
        "alla 7 profiler",
        "profilen som står på plats 0",
        "Ensam i en rulla.",
        "plats 1 med 777001999 poäng",
        "Det här visar kvittot inte",
        LOG.head.root.hex(),
    ):
        assert part in said
    assert swedish.locator("#verdict ul.shows li").count() == 7
    swedish.fill("[name=receipt]", "")
    assert verdict(swedish) == "Klistra in ett kvitto eller välj en fil."
    said = verdict(swedish, receipt=CONSIDERED["near copy"])
    assert "Den bedömdes inte: nästan samma text" in said
    said = verdict(swedish, receipt=CONSIDERED["shown"].replace("index 8", "index 9"))
    assert said.startswith("Kvittot håller inte\n")
    assert "Posten finns inte på plats 9 i loggen som kontrollpunkten visar." in said


def test_a_file_goes_before_what_is_pasted_and_is_read_to_the_byte(swedish: Page) -> None:
    text = ANSWERS["answer"]
    for content, holds in (
        (text.encode(), True),
        (text.encode() + b"\n", False),
        (b"\xef\xbb\xbf" + text.encode(), False),
        (b"\xff", False),
    ):
        said = verdict(swedish, receipt="x", receipt_file=file_of(content))
        assert said.startswith("Kvittot håller\n") == holds
        assert "Prövat: filen kvitto.txt." in said
        swedish.fill("[name=receipt]", "")
    assert "UTF-8" in said
    swedish.set_input_files("[name=receipt-file]", [])


def test_english_an_answer_and_a_title_that_would_be_html(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = opened(context, f"{site}/en")
    matcha = system()
    answer = matcha.match(QUESTION)
    key = str(matcha.logbook.signers()[-1].public)
    said = verdict(page, receipt=answer.receipt, key=key, answer_file=file_of(json.dumps(answer_json(answer)).encode()))
    assert said.startswith("The receipt holds\n")
    assert "The answer in the file is the one that was logged" in said
    page.set_input_files("[name=answer-file]", [])
    log = replace(LOG, bodies=list(LOG.bodies), openings=list(LOG.openings))
    own = log.profile(json.dumps({"title": "<img src=x onerror=alert(1)>", "version": 3}))
    roll, standings = Roll.of((line(own),)), ranked(8, [own])
    said = verdict(page, receipt=log.considered(log.match(roll, standings), own, roll, standings), key=KEY)
    assert "This is what it was called: <img src=x onerror=alert(1)> (version 3)." in said
    assert page.locator("#verdict img").count() == 0
    context.close()


@pytest.mark.parametrize("lacks", ["Ed25519", "everything"])
def test_a_browser_that_cannot_says_so_and_judges_nothing(browser: Browser, site: str, lacks: str) -> None:
    old = "SubtleCrypto.prototype.importKey = async () => { throw new DOMException('old', 'NotSupportedError'); };"
    plain = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"
    context = browser.new_context()
    context.add_init_script(old if lacks == "Ed25519" else plain)
    said = verdict(opened(context, f"{site}/en"), receipt=CONSIDERED["shown"])
    assert said.startswith("The receipt could not be verified\n")
    assert "cannot verify signatures of the kind Ed25519" in said
    context.close()
