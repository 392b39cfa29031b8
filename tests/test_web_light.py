"""Every page that needs no id, as a real browser loads it: how much comes over the wire, and that nothing moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response

from matcha.callers import AccountRole
from tests.browsing import Site, Visiting, _context
from tests.pages import pages

MOST = 200_000  # bytes, with headers, of a browser that has seen nothing before
_NO_PAGE = ("/favicon.ico", "/robots.txt", "/min/uppgifter.json")
_FIRST = (
    AccountRole.COORDINATOR,
    AccountRole.SUPPLIER,
    AccountRole.ADMINISTRATOR,
    AccountRole.PROCUREMENT_OFFICER,
    AccountRole.PUBLIC,
)
JOURNEYS = (
    (AccountRole.PUBLIC, ("/", "/behov", "/behov/behov-a01", "/verifiera", "/tillganglighet")),
    (AccountRole.COORDINATOR, ("/", "/sok", "/behov/nytt", "/behov/behov-a01/arbete", "/karta")),
    (AccountRole.SUPPLIER, ("/min", "/min/profil/ny", "/min/uppgifter")),
    (AccountRole.ORGANISER, ("/forum", "/behov/behov-a01/forum/nytt")),
    (AccountRole.PROCUREMENT_OFFICER, ("/granskning", "/granskning/behov", "/loggen")),
    (AccountRole.ADMINISTRATOR, ("/admin", "/admin/konton/nytt", "/admin/kallor")),
)


def plain() -> list[tuple[str, AccountRole]]:
    """Give the pages without an id in their path, and somebody who may see each."""
    found = [page for page in pages() if "{" not in page.path and page.path not in _NO_PAGE]
    return [(page.path, next(role for role in _FIRST if role in page.who)) for page in found]


def test_no_page_weighs_more_than_a_phone_in_a_cellar_can_load(site: Site, browser: Browser) -> None:
    weights: dict[str, int] = {}
    for path, role in plain():
        context = _context(site, browser, role, 390, 800, script=True)  # a new one has nothing kept
        page, loaded = context.new_page(), _Loaded()
        page.on("response", loaded.take)
        page.goto(site.url + path, wait_until="load")
        weights[path] = sum(_size(one) for one in loaded.responses)
        assert [one.url for one in loaded.responses if not one.url.startswith(site.url)] == []
        context.close()
    assert {path: size for path, size in weights.items() if size > MOST} == {}
    assert min(weights.values()) > 20_000  # what is counted is counted


class _Loaded:
    """What a page has loaded. Playwright takes no method of a list."""

    def __init__(self) -> None:
        self.responses: list[Response] = []

    def take(self, response: Response) -> None:
        """Keep one."""
        self.responses.append(response)


def _size(response: Response) -> int:
    told = response.request.sizes()
    return int(told["responseHeadersSize"] + told["responseBodySize"])


@pytest.mark.parametrize(("role", "paths"), JOURNEYS)
def test_the_pages_of_a_journey_hold_at_400_percent(
    visiting: Visiting, role: AccountRole, paths: tuple[str, ...]
) -> None:
    """A window of 1,280 × 1,024 at 400 % is one of 320 × 256 (WCAG 2.2, 1.4.10): nothing is lost, nothing moves."""
    visit = visiting(role, width=320, height=256)
    for path in paths:
        visit.go(path)
        assert visit.path == path
        visit.check()
