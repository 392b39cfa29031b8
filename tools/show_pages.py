"""Take a picture of every page of the site, over a copy of the demo with an invented course of events in it.

    python -m tools.show_pages [--home HOME] [--to DIR] [NAME…]

HOME is a home with the demo data imported, the checkout unless told (`make demo`). Writes NAME.png, 1,200 wide and at
most 1,600 high, of these or all pages to DIR (`docs/screenshots` unless told), for some also on a phone, dark, in
English, and README.md, which shows them all. Needs Chromium.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browsing import _FLAGS, CHROMIUM, Site, served
from tests.conftest import copy_home

from matcha import Matcha, Settings
from matcha.api.caller import COOKIE
from matcha.api.routes.needs import WORKED_ON
from matcha.callers import AccountRole, Caller
from matcha.encoding.finding import find_encoder
from matcha.values import Language
from matcha.web.languages import address
from tools.filled_demo import fill
from tools.pictured import SHOTS, Shot

ROOT = Path(__file__).parents[1]
SHOWN_AS = {  # what an operator would set
    "MATCHA_PUBLISHER": "Region Exempel (demo)",
    "MATCHA_PUBLIC_URL": "https://matcha.example",
    "MATCHA_CONTACT_EMAIL": "matcha@region.example",
}
MOST_HIGH, MOST_BYTES = 1600, 150_000


@dataclass(frozen=True)
class Look:
    """How a page is looked at: the end of the picture's name, how wide, in which colours and language."""

    name: str
    width: int = 1200
    dark: bool = False
    language: Language = Language.SV


LOOKS: Mapping[str, Look] = {
    look.name: look
    for look in (Look(""), Look("phone", 390), Look("dark", dark=True), Look("en", language=Language.EN))
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, default=Settings().home)
    asked.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots")
    asked.add_argument("names", nargs="*", metavar="NAME")
    given = asked.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    os.environ.update(SHOWN_AS)
    model = find_encoder(Settings())
    with tempfile.TemporaryDirectory() as folder:
        home = copy_home(given.home, Path(folder) / "home")
        with served(home, model) as site, sync_playwright() as playwright:
            ids = fill(site.matcha, callers(site.matcha))
            site.matcha.chart()  # a page would have it drawn meanwhile, and say so
            site.matcha.grouped(tuple(site.matcha.need_titles(WORKED_ON)))  # the same
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
            for shot in SHOTS:
                if not given.names or shot.name in given.names:
                    picture(browser, site, shot, ids, given.to)
            browser.close()
    (given.to / "README.md").write_text(index(), "utf-8")


def callers(matcha: Matcha) -> dict[AccountRole, Caller]:
    """Give an account of each role, as the service knows them."""
    found = {}
    for account in matcha.accounts.accounts():
        for role in account.role_set:
            found[role] = Caller(account.id, account.role_set, account.actor_id, account.name)
    return found


def picture(browser: Browser, site: Site, shot: Shot, ids: Mapping[str, Any], to: Path) -> None:
    """Take the pictures of one page."""
    for name in ("", *shot.also):
        look = LOOKS[name]
        with _page(browser, site, shot, look) as page:
            path = shot.path.format(**ids)
            _open(page, site.url + address(path, look.language))
            height = min(MOST_HIGH, max(500, page.evaluate("document.documentElement.scrollHeight")))
            page.set_viewport_size({"width": look.width, "height": height})
            taken = page.screenshot(animations="disabled", caret="hide")
        (to / file_name(shot, name)).write_bytes(smaller(taken))


def _open(page: Page, url: str) -> None:
    """Open a page, again until its typeface is there: a browser that is slow to fetch it does without."""
    for _ in range(4):
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok, f"{url}: {answer.status}"
        if page.evaluate("document.fonts.ready.then(() => [...document.fonts].some(one => one.status === 'loaded'))"):
            return


def _page(browser: Browser, site: Site, shot: Shot, look: Look) -> Page:  # closed with its context
    context = browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme="dark" if look.dark else "light",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
    )
    if shot.role is not AccountRole.PUBLIC:
        context.add_cookies(
            [
                {
                    "name": COOKIE,
                    "value": site.cookies[shot.role],
                    "url": site.url.replace("http:", "https:"),
                    "secure": True,
                }
            ]
        )
    return context.new_page()


def smaller(taken: bytes) -> bytes:
    """Give a picture with as many colours as leave it light enough, at most 64."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in (64, 48, 32, 16):
        content = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
        if len(content.getvalue()) <= MOST_BYTES:
            break
    return content.getvalue()


def file_name(shot: Shot, look: str) -> str:
    """Give what a picture is called."""
    return f"{shot.name}-{look}.png" if look else f"{shot.name}.png"


def index() -> str:
    """Give the page that shows all pictures."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The pages of matcha\n"
    yield "Made by `python -m tools.show_pages`: the demo, all of it invented, with an invented course of events.\n"
    for area in dict.fromkeys(shot.area for shot in SHOTS):
        yield f"## {area}\n"
        for shot in SHOTS:
            if shot.area == area:
                said = f"{shot.said} (`{shot.route}`, {shot.role.value.replace('_', ' ')})"
                more = ", ".join(f"[{look}]({file_name(shot, look)})" for look in shot.also)
                yield f"### {shot.name}\n\n{said}{'; ' + more if more else ''}\n"
                yield f"![{shot.said}]({file_name(shot, '')})\n"


if __name__ == "__main__":
    main()
