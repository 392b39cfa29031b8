"""Measure every page over 10,000 profiles and 2,065 needs: the server's time for each role, and what a browser loads.

    python -m benchmarks.measure_pages [HOME]

The whole site as it is served (edge, sessions, API, templates), asked in-process over HTTP (ASGI), the hashing encoder,
SQLite on disk. Where a form matches, the service's own match of the same is measured in turn in the same run and
subtracted, percentile by percentile; both are kept in the result. The home is made when HOME (a folder of its own,
kept) is empty. Writes `benchmarks/pages/results.json`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp
from tests.forms import Sent, sendings
from tests.pages import Page, pages, place
from tests.town import Town

from benchmarks.pages.homes import NEEDS, PROFILES, big_town
from benchmarks.pages.weights import Weights
from matcha.api.caller import COOKIE
from matcha.api.edge import Edge, Kind, Plan
from matcha.api.routes.needs import WORKED_ON
from matcha.callers import AccountRole
from matcha.cli.serving import settle
from matcha.service import tokens
from matcha.store.rates import Rate
from matcha.web import create_site

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "pages" / "results.json"
START, END = "<!-- pages: made by benchmarks/measure_pages.py -->\n", "<!-- /pages -->"
HOST = "https://matcha.example"
TIMES = 30  # of each page and role
MOST_MS, MOST_BYTES = 50, 200_000  # what the issue allows
NO_PAGES = ("/favicon.ico", "/robots.txt", "/forum/nytt", "/fragor/{id}")  # lead on; and a job is seen by its owner
Row = dict[str, Any]


def main() -> None:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        rows = asyncio.run(measured(big_town(given)))
    result = {
        "command": "python -m benchmarks.measure_pages",
        "profiles": PROFILES,
        "needs": NEEDS,
        "requests": TIMES,
        "cores": os.cpu_count(),
        "load average before": round(load, 2),
        "pages": rows,
    }
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")
    print(table(result), *(f"{row['page']}: {wrong}\n" for row in rows for wrong in faults(row)), sep="\n")


def faults(row: Row) -> Iterable[str]:
    """Say what a page is beyond what it may be."""
    for role, found in row["roles"].items():
        if found["p95, ms"] > MOST_MS:
            yield f"{found['p95, ms']} ms for {role}, {found['p95, ms of processor']} of processor"
    if row["sent, bytes"] > MOST_BYTES:
        yield f"{row['sent, bytes']} bytes"


def with_table(readme: str) -> str:
    """Give README with the table made anew from the result."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + table(json.loads(RESULT.read_text("utf-8"))) + END + after


def table(result: Mapping[str, Any]) -> str:
    """Give how quick and how heavy the pages are, by what they begin with."""
    lines = [
        "| pages | how many | the slowest: p50 / p95, ms (p95 of processor time) | heaviest, kB |",
        "|---|---|---|---|",
    ]
    by: dict[str, list[Row]] = {}
    for row in result["pages"]:
        by.setdefault(_first(row["page"]), []).append(row)
    for first, rows in sorted(by.items()):
        page, slowest = max(
            ((row["page"], found) for row in rows for found in row["roles"].values()), key=lambda one: one[1]["p95, ms"]
        )
        heaviest = max(row["sent, bytes"] for row in rows)
        told = f"{slowest['p50, ms']:g} / {slowest['p95, ms']:g} ({slowest['p95, ms of processor']:g}) `{page}`"
        lines.append(f"| `{first}` | {len(rows)} | {told} | {round(heaviest / 1000)} |")
    return "\n".join(lines) + "\n"


def _first(page: str) -> str:
    method, _, path = page.partition(" ")
    return f"{method if method != 'GET' else ''} /{path.strip('/').partition('/')[0]}".strip()


class Times:
    """Milliseconds that things took: by the clock, and of the processor, which does not count what else goes on."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Time what is done."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (time.process_time() - cpu))


async def measured(town: Town) -> list[Row]:
    """Measure every page that is shown, and every form that matches."""
    plan = Plan(rates={kind: Rate(10**6, 10**4) for kind in Kind})
    site = create_site(town.matcha, edge=Edge(plan=plan))
    town.matcha.grouped(tuple(town.matcha.need_titles(WORKED_ON)))  # worked out beside the first who asks, in a minute
    town.matcha.chart()  # the same
    settle()
    shown = [await _page(site, town, page) for page in pages() if page.path not in NO_PAGES]
    return shown + [await _form(site, town, sent) for sent in sendings(town)]


async def _page(site: ASGIApp, town: Town, page: Page) -> Row:
    roles: dict[str, Row] = {}
    body, status = b"", 0
    for role in sorted(page.who):
        async with _visitor(site, town, role) as visitor:
            answer, times = await _asked(visitor, place(town, page.path))
        roles[role.value] = _told(times)
        body, status = max(body, answer.content, key=len), max(status, answer.status_code)
    print(page.name, *(found["p95, ms"] for found in roles.values()), file=sys.stderr, flush=True)
    return _row(page.name, status, roles, Weights(body))


async def _asked(visitor: httpx.AsyncClient, path: str) -> tuple[httpx.Response, Times]:
    answer, times = await visitor.get(path), Times()
    for _ in range(TIMES):
        with times.taken():
            answer = await visitor.get(path)
    return answer, times


async def _form(site: ASGIApp, town: Town, sent: Sent) -> Row:
    """Send a form that matches, and have the service match alone as often; whichever comes second finds things kept.

    So they take turns at being first. What is told is a percentile of the form's times less the same of the match's.
    """
    whole, alone = Times(), Times()
    async with _visitor(site, town, sent.role) as visitor:
        own = {"csrf": tokens.csrf_token(visitor.cookies[COOKIE])} if COOKIE in visitor.cookies else {}
        answer = await visitor.post(sent.path, data={**sent.fields, **own})
        for turn in range(2 * TIMES):
            if turn % 4 in (0, 3):
                with alone.taken():
                    await asyncio.to_thread(sent.alone, town.matcha)  # as the site does
            else:
                with whole.taken():
                    answer = await visitor.post(sent.path, data={**sent.fields, **own})
    told = {name: round(took - _told(alone)[name], 1) for name, took in _told(whole).items()}
    roles = {sent.role.value: {**told, "whole": _told(whole), "match alone": _told(alone)}}
    return _row(f"POST {sent.template}", answer.status_code, roles, Weights(answer.content))


def _visitor(site: ASGIApp, town: Town, role: AccountRole) -> httpx.AsyncClient:
    cookies = {} if role is AccountRole.PUBLIC else {COOKIE: town.sessions[role]}
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url=HOST, cookies=cookies, headers={"Sec-Fetch-Site": "same-origin"}
    )


def _told(times: Times) -> Row:
    return {"p50, ms": _at(times.wall, 50), "p95, ms": _at(times.wall, 95), "p95, ms of processor": _at(times.cpu, 95)}


def _at(times: Sequence[float], percent: int) -> float:
    """Give a percentile: the smallest time that so many are not above."""
    return round(sorted(times)[-(-len(times) * percent // 100) - 1], 1)


def _row(page: str, status: int, roles: Row, weights: Weights) -> Row:
    return {
        "page": page,
        "status": status,
        "roles": roles,
        "html, bytes": weights.html,
        "raw, bytes": weights.raw,
        "gzip, bytes": weights.zipped,
        "sent, bytes": weights.sent,
    }


if __name__ == "__main__":
    main()
