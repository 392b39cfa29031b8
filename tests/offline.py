"""Chromium with the page that verifies receipts, off line; what it says of receipts, and what matcha says."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from matcha.errors import Invalid
from matcha.matchlog import receipt
from matcha.matchlog.keys import public_keys
from tests.paper_log import LOG

STATIC = Path(__file__).parents[1] / "src" / "matcha" / "web" / "static"
CHROMIUM = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
KEY = str(LOG.key.public)
FORM = f"""<!doctype html><html lang="%s"><meta charset="utf-8"><title>x</title>
<script type="module" src="/verify-page.js"></script>
<form id="verify"><textarea name="receipt"></textarea><input type="file" name="receipt-file">
<textarea name="key">{KEY}</textarea><input type="file" name="answer-file"><button>Go</button></form>
<div id="verdict" role="status" aria-live="polite"></div></html>"""
JUDGE = """async (given) => {
  const { verifyReceipt } = await import("/verify.js");
  return JSON.stringify(await Promise.all(JSON.parse(given).map((one) => verifyReceipt(...one))));
}"""

Case = tuple[str, str]  # a receipt and the keys


class Site(SimpleHTTPRequestHandler):
    """The folder of static files, and the form in each language; nothing from elsewhere, nothing inline."""

    languages: ClassVar = ("sv", "en")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given, directory=str(STATIC))

    def do_GET(self) -> None:
        if self.path.strip("/") not in self.languages:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((FORM % self.path.strip("/")).encode())
        return None

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; base-uri 'none'")
        super().end_headers()

    def log_message(self, format: str, *given: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*CHROMIUM.split(), "--no-first-run"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context()
    yield found
    found.close()


@pytest.fixture(scope="module")
def swedish(context: BrowserContext, site: str) -> Page:
    return opened(context, f"{site}/sv")


def opened(context: BrowserContext, address: str) -> Page:
    """The page when it listens, off line from then on; whatever it asks for, or complains of, fails the test."""
    context.set_offline(False)
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    page.on("request", lambda request: pytest.fail(request.url))
    context.set_offline(True)
    return page


def judged(page: Page, cases: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """What the browser says of each receipt with its keys, and answer if any: sent as ASCII, for strays to arrive."""
    found: list[dict[str, Any]] = json.loads(page.evaluate(JUDGE, json.dumps(cases)))
    return found


def expected(text: str, keys: str) -> dict[str, Any]:
    """What matcha says, as the browser should."""
    try:
        found = receipt.verify(text, public_keys(keys))
    except Invalid as cause:
        return {"ok": False, "unable": False, "faults": [{"sv": cause.sv, "en": cause.en}]}
    head, fields = found.checkpoint, {name: one.hex() for name, one in found.entry.fields.items()}
    said = {**found.entry.said, "v": 1, "kind": found.entry.kind, "t": found.entry.milliseconds, "fields": fields}
    return {
        "ok": True,
        "unable": False,
        "faults": [],
        "leafIndex": found.index,
        "kind": found.entry.kind,
        "milliseconds": found.entry.milliseconds,
        "entry": said,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "profile": found.profile,
        "said": None if found.said is None else found.said.decode(),
        "excluded": found.excluded,
        "standing": found.standing and json.loads(json.dumps(asdict(found.standing))),
        "opened": sorted(found.salts),
        "answered": False,
    }


def differing(page: Page, cases: Sequence[Case], but: str = "") -> list[Any]:
    """The cases of which browser and matcha differ: in the verdict, in what is proven, or in why it is refused.

    Of two refusals, a reason that begins as `but` may stand for any other.
    """
    both = zip(cases, judged(page, cases), strict=True)
    found = [(case, {k: v for k, v in one.items() if k != "signers"}, expected(*case)) for case, one in both]
    return [(case[0], one, own) for case, one, own in found if one != own and not (but and _refused(own, but, one))]


def _refused(own: dict[str, Any], but: str, one: dict[str, Any]) -> bool:
    return not own["ok"] and not one["ok"] and bool(own["faults"][0]["en"].startswith(but))
