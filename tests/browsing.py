"""The pages in a real browser: a site over a copy of the demo home, and hands that use it by mouse or by keyboard.

Every visit watches what a page may never do: ask another host, write an error to the console, or move what is shown.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from starlette.types import ASGIApp

from matcha import Matcha, Settings
from matcha.api.caller import COOKIE
from matcha.api.edge import Edge, Kind, Plan
from matcha.callers import AccountRole
from matcha.encoding.encoder import Encoder
from matcha.matchlog.keys import FolderKeeper
from matcha.records.account import AccountForm
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.store.rates import Rate
from matcha.values import Language
from matcha.web import create_site
from matcha.web.languages import address
from matcha.web.saying import Words

PASSWORD = "en lång granskog 42"
SUPPLIER = "aktor-a01"  # the actor that the supplier speaks for
CHROMIUM = os.environ.get("MATCHA_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_POLICY = re.compile(r"Permissions-Policy header: Unrecognized feature")  # features that only other browsers know
_SHIFT = """() => { window.__moved = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())
  if (!entry.hadRecentInput) window.__moved += entry.value; }).observe({type: 'layout-shift', buffered: true}); }"""
_WIDER = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, svg, .hidden-word') &&
  e.getClientRects().length && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 160))"""


@dataclass(frozen=True)
class Site:
    """A site that is served on this machine, with an account of each role."""

    url: str
    matcha: Matcha
    cookies: dict[AccountRole, str]


class Using(StrEnum):
    """How somebody uses a page."""

    MOUSE = "mouse"
    KEYBOARD = "keyboard"
    NO_SCRIPT = "no script"


WAYS = [  # in which each role's journey is made
    (Language.SV, Using.MOUSE),
    (Language.EN, Using.MOUSE),
    (Language.SV, Using.KEYBOARD),
    (Language.SV, Using.NO_SCRIPT),
]


@contextmanager
def served(home: Path, model: Encoder) -> Iterator[Site]:
    """Serve the pages over a home until the context ends."""
    settings = Settings(home=home)
    shelf, reference = FolderShelf(settings.indexes / "profiles"), FolderReference(settings.indexes)
    matcha = Matcha(Store.open(settings.database), shelf, lambda: model, reference, FolderKeeper(settings.matchlog))
    matcha.warm_up()
    cookies: dict[AccountRole, str] = {
        role: _account(matcha, role) for role in tuple(AccountRole) if role is not AccountRole.PUBLIC
    }
    unhurried = Edge(plan=Plan(rates={kind: Rate(10**6, 10**4) for kind in Kind}))
    app = create_site(matcha, settings, working=True, edge=unhurried)
    try:
        with listening(app) as url:
            yield Site(url, matcha, cookies)
    finally:
        matcha.close()


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free port of this machine, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _account(matcha: Matcha, role: AccountRole) -> str:
    """Make an account, and give the cookie of a session of its own."""
    actor = SUPPLIER if role is AccountRole.SUPPLIER else None
    form = AccountForm(name=f"Kim {role.value} (demo)", email=f"{role}@example.org", roles=[role], actor_id=actor)
    matcha.accounts.set_password(matcha.accounts.add(form).token or "", PASSWORD)
    return matcha.accounts.sign_in(form.email, PASSWORD, None).token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. While it is there this thread has a running event loop, so it goes with its module."""
    assert CHROMIUM, "install Chromium (Debian: chromium), or name it in MATCHA_TEST_CHROMIUM"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(demo_home: Path, model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of a module's own, over the demo data and the real model."""
    from tests.conftest import copy_home

    with served(copy_home(demo_home, tmp_path_factory.mktemp("site") / "home"), model) as found:
        yield found


@dataclass
class Visit:
    """Somebody at the pages: `go` and look, or use them with `hands`; `check` says what is wrong with what is shown."""

    site: Site
    page: Page
    language: Language = Language.SV
    using: Using = Using.MOUSE
    faults: list[str] = field(default_factory=list)

    def say(self, sv: str, **values: object) -> str:
        """Give a text of the pages in the language of the visit."""
        said = Words(self.language).gettext(sv)
        return said % values if values else said

    def go(self, path: str) -> None:
        """Open a page in the language of the visit."""
        answer = self.page.goto(self.site.url + address(path, self.language))
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"

    @property
    def path(self) -> str:
        """Where the visit is, without host and language."""
        found = self.page.url.removeprefix(self.site.url).partition("#")[0]
        return found.removeprefix("/en") or "/"

    def follow(self, name: str) -> None:
        """Follow a link with this (Swedish) name."""
        self._press(self.page.get_by_role("link", name=self.say(name), exact=True).first)

    def press(self, name: str) -> None:
        """Press a button with this (Swedish) name."""
        self._press(self.page.get_by_role("button", name=self.say(name), exact=True).first)

    def write(self, label: str, text: str) -> None:
        """Write into the field with this (Swedish) label."""
        found = self._field(label)
        if self.using is Using.KEYBOARD:
            self._reach(found)
            if (found.get_attribute("type") or "").startswith("date"):
                found.fill(text)  # the parts of a date are drawn, and typed, as the browser's own language has them
                return
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(text)
        else:
            found.fill(text)

    def choose(self, label: str, value: str) -> None:
        """Choose an option, by its value, in the list with this (Swedish) label."""
        found = self._field(label)
        if self.using is Using.KEYBOARD:
            self._reach(found)
            options = found.locator("option").evaluate_all("all => all.map(o => o.value)")
            self.page.keyboard.press("Home")
            for _ in range(options.index(value)):
                self.page.keyboard.press("ArrowDown")
            assert found.input_value() == value
        else:
            found.select_option(value)

    def tick(self, label: str) -> None:
        """Tick a box, or choose a round one, with this (Swedish) label."""
        found = self._field(label)
        if self.using is not Using.KEYBOARD:
            found.check()
        elif found.get_attribute("type") == "radio":
            found.focus()  # arrows go between round ones; a reader lands on the first or the chosen one
            self.page.keyboard.press("Space")
        else:
            self._reach(found)
            self.page.keyboard.press("Space")
        assert found.is_checked()

    def open(self, summary: str) -> None:
        """Open what is folded under this (Swedish) heading."""
        found = self.page.locator("summary", has_text=self.say(summary)).first
        self._press(found)

    def sees(self, text: str) -> bool:
        """Whether a (Swedish) text of the pages is shown."""
        return self.page.get_by_text(self.say(text)).first.is_visible()

    def _field(self, label: str):  # type: ignore[no-untyped-def]  # a Locator
        said = re.compile(rf"^\s*{re.escape(self.say(label))}")
        return self.page.get_by_label(said).first

    def _press(self, found) -> None:  # type: ignore[no-untyped-def]  # a Locator
        if self.using is Using.KEYBOARD:
            self._reach(found)
            self.page.keyboard.press("Enter")
            self.page.wait_for_load_state()
        else:
            found.click()

    def _reach(self, found) -> None:  # type: ignore[no-untyped-def]  # a Locator
        """Press Tab until a thing has the focus, as somebody does who has no mouse, and see that the focus shows."""
        found.wait_for(state="attached")
        for _ in range(400):
            if found.evaluate("it => it === document.activeElement"):
                assert found.evaluate("it => getComputedStyle(it).outlineStyle !== 'none'"), "the focus does not show"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no number of Tabs leads to {found}")

    def check(self, *, wide: bool = False) -> None:
        """Hold the page against what all must be: no axe violation, one h1, a language, nothing wider, no faults.

        `wide` lets a page be wider than the window.
        """
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert self.page.locator("h1").count() == 1, f"{self.path}: {self.page.locator('h1').count()} h1"
        assert not self.faults, f"{self.path}: {self.faults}"
        if not wide:
            assert not (wider := self.page.evaluate(_WIDER)), f"{self.path}: wider than the window: {wider[:5]}"
        moved = self.page.evaluate("() => window.__moved ?? 0")
        assert moved < 0.01, f"{self.path}: the page moved by {moved} while it was read"
        if self.using is Using.MOUSE:  # by keyboard it is the same page; without script axe cannot run
            found = Axe().run(self.page)
            assert not found.violations_count, f"{self.path}: {found.generate_report()}"


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(site: Site, browser: Browser) -> Iterator[Visiting]:
    """Give a function that begins a visit: `visiting(role, language=…, using=…, width=…)`."""
    opened: list[BrowserContext] = []

    def begin(
        role: AccountRole = AccountRole.PUBLIC,
        *,
        language: Language = Language.SV,
        using: Using = Using.MOUSE,
        width: int = 1200,
        height: int = 850,
    ) -> Visit:
        context = _context(site, browser, role, width, height, script=using is not Using.NO_SCRIPT)
        opened.append(context)
        visit = Visit(site, context.new_page(), language, using)
        _watch(visit, context)
        return visit

    yield begin
    for context in opened:
        context.close()


def _context(site: Site, browser: Browser, role: AccountRole, width: int, height: int, script: bool) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script, accept_downloads=True, locale="sv-SE"
    )
    context.set_default_timeout(60_000)  # a laden machine; nothing waits unless it is late
    if role is not AccountRole.PUBLIC:
        context.add_cookies(
            [{"name": COOKIE, "value": site.cookies[role], "url": site.url.replace("http:", "https:"), "secure": True}]
        )
    context.add_init_script(f"({_SHIFT})()")
    return context


def _watch(visit: Visit, context: BrowserContext) -> None:
    """Let nothing out of this machine, and remember what went wrong."""

    def only_here(route, request: Request) -> None:  # type: ignore[no-untyped-def]  # a Route
        if request.url.startswith(visit.site.url):
            route.continue_()
        else:
            visit.faults.append(f"asked {request.url}")
            route.abort()

    def told(message: ConsoleMessage) -> None:
        expected = _POLICY.search(message.text) or "Failed to load resource: the server responded" in message.text
        if message.type in ("error", "warning") and not expected:
            visit.faults.append(f"console: {message.text}")

    context.route("**/*", only_here)
    visit.page.on("console", told)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"error: {error}"))
