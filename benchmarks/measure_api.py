"""Measure the served API over 10,000 profiles: how long an answer takes, and how many come in a second.

    python -m benchmarks.measure_api [PROFILES [REQUESTS]]

A server process as `matcha serve` runs it, the real model, 1 to 8 clients that ask as soon as they are answered, over
loopback. Beside it, in the same run: reading the same texts alone, the service's own answer in one process, and what
the API makes of one. Profiles as in `measure_cost`. Writes `benchmarks/api/load.json`.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.measure_cost import DEMO, PROFILES, ROOT, NoisyProfiles
from matcha import Batch, Matcha, Settings
from matcha.api import create_app
from matcha.api.edge import Kind, Plan
from matcha.api.shapes.matches import AnswerShape
from matcha.callers import AccountRole
from matcha.cli.serving import listen
from matcha.encoding.finding import find_encoder
from matcha.interchange import answer_json
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.records.account import AccountForm, KeyForm
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.store.rates import Rate
from matcha.values import ActorKind

RESULT = ROOT / "benchmarks" / "api" / "load.json"
START, END = "<!-- load: made by benchmarks/measure_api.py -->\n", "<!-- /load -->"
CLIENTS = (1, 2, 4, 8)
REQUESTS = 48  # of each sort, at each number of clients
Sent = tuple[str, str, dict[str, Any] | None]  # method, path, body


def main() -> None:
    load = os.getloadavg()[0]
    given = tuple(map(int, sys.argv[1:]))
    profiles, requests = (*given, *(PROFILES, REQUESTS)[len(given) :])
    needs = json.loads((DEMO / "needs.json").read_text("utf-8"))["needs"]
    texts = {
        "needs of the demo (8 sentences)": [f"{need['title']}\n{need['text']}" for need in needs],
        "their titles (1 sentence)": [need["title"] for need in needs],
    }
    with tempfile.TemporaryDirectory() as folder:
        key, alone = prepared(Path(folder), profiles, needs, texts)
        with served(Path(folder)) as port:
            rows = {name: loaded(port, key, [match(text) for text in some], requests) for name, some in texts.items()}
            rows["GET /v1/needs"] = loaded(port, key, [("GET", "/v1/needs", None)], requests)
            rows["GET /v1/health"] = loaded(port, key, [("GET", "/v1/health", None)], requests)
    for name, found in alone.items():
        found["one client ÷ reading"] = round(rows[name]["1"]["p50, ms"] / found["reading, ms"], 2)
    result = {
        "command": "python -m benchmarks.measure_api",
        "profiles": profiles,
        "requests": requests,
        "cores": os.cpu_count(),
        "load average before": round(load, 2),
        "alone": alone,
        "served, by clients": rows,
    }
    told = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    if profiles == PROFILES:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(told, "utf-8")
        readme = ROOT / "README.md"
        readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")
    print(told)


def with_table(readme: str) -> str:
    """Give README with the table made anew from the result."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + table(json.loads(RESULT.read_text("utf-8"))) + END + after


def table(result: dict[str, Any]) -> str:
    """What was asked × how many clients: p50, p95 and answers a second, as README has them."""
    head = " | ".join(f"{count} at once" if count > 1 else "1 client" for count in CLIENTS)
    lines = [f"| p50 / p95 in ms, answers a second | reading alone | {head} |", "|---" * (len(CLIENTS) + 2) + "|"]
    for name, found in result["served, by clients"].items():
        alone = result["alone"].get(name, {}).get("reading, ms")
        told = (found[str(count)] for count in CLIENTS)
        cells = (f"{one['p50, ms']:g} / {one['p95, ms']:g}, {one['a second']:g}" for one in told)
        what = name if name.startswith("GET") else f"`POST /v1/matches`, {name}"
        lines.append(f"| {what} | {'–' if alone is None else f'{alone:g}'} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def opened(folder: Path) -> Matcha:
    """Open the system in a folder."""
    settings = Settings()
    use_threads(1)
    encoder = NoisyProfiles(find_encoder(settings))
    store, shelf = Store.open(f"sqlite:///{folder}/matcha.db"), FolderShelf(folder / "i")
    return Matcha(store, shelf, lambda: encoder, FolderReference(settings.indexes), FolderKeeper(folder / "matchlog"))


def prepared(
    folder: Path, count: int, needs: Sequence[Mapping[str, Any]], texts: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, dict[str, float]]]:
    """Take in the profiles and the needs; give a coordinator's key, and what takes how long in one process."""
    matcha = opened(folder)
    said = json.loads((DEMO / "profiles.json").read_text("utf-8"))["profiles"]
    actors = tuple(ActorForm(id=f"a{i}", name="Demo", kind=ActorKind.COMPANY) for i in range(count))
    profiles = tuple(
        ProfileForm(id=f"p{i}", actor_id=f"a{i}", title=f"{row['title']} {i}", text=row["text"])
        for i, row in enumerate(islice(cycle(said), count))
    )
    forms = tuple(NeedForm(**{name: need[name] for name in ("id", "title", "text", "language")}) for need in needs)
    matcha.submit(Batch(actors=actors, profiles=profiles, needs=forms))
    matcha.freeze()
    form = AccountForm(name="Load", email="load@example.test", roles=[AccountRole.COORDINATOR])
    issued = matcha.accounts.issue_key(matcha.accounts.add(form).account.id, KeyForm(name="Load"))
    alone = {name: _alone(matcha, some) for name, some in texts.items()}
    matcha.close()
    return issued.text or "", alone


def _alone(matcha: Matcha, texts: Sequence[str]) -> dict[str, float]:
    """Give medians: reading a text, the service's answer, and what the API then does with it, in milliseconds."""
    matcha.match(texts[0])
    steps: dict[str, list[float]] = {name: [] for name in ("reading", "answer", "telling", "checking", "writing")}
    for text in texts:
        language = matcha.match(text).language
        _timed(steps["reading"], matcha.reader.need, text, language)
        answer = _timed(steps["answer"], matcha.match, text)
        told = _timed(steps["telling"], answer_json, answer)
        shape = _timed(steps["checking"], AnswerShape.model_validate, told)
        _timed(steps["writing"], shape.model_dump_json)
    found = {f"{name}, ms": round(statistics.median(times), 2) for name, times in steps.items()}
    return {**found, "answer ÷ reading": round(found["answer, ms"] / found["reading, ms"], 2)}


def _timed(times: list[float], do: Callable[..., Any], *given: Any) -> Any:
    started = time.perf_counter()
    found = do(*given)
    times.append(1000 * (time.perf_counter() - started))
    return found


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Give the port of a server process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port), daemon=True)
    process.start()
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.join()


def serve(folder: Path, port: int) -> None:
    """Serve, with rates that nobody reaches."""
    matcha = opened(folder)
    matcha.warm_up()
    matcha.check_index()
    listen(create_app(matcha, plan=Plan(rates={kind: Rate(10**6, 10**4) for kind in Kind})), "127.0.0.1", port)


def _await(port: int) -> None:
    ends = time.monotonic() + 300
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < ends, "the server does not come up"
            time.sleep(0.1)


def match(text: str) -> Sent:
    return "POST", "/v1/matches", {"text": text}


def loaded(port: int, key: str, asked: Sequence[Sent], count: int) -> dict[str, dict[str, float]]:
    """Give the times of `count` requests by each number of clients."""
    _ask(port, key, asked[:1])
    return {str(clients): _at_once(port, key, list(islice(cycle(asked), count)), clients) for clients in CLIENTS}


def _at_once(port: int, key: str, asked: Sequence[Sent], clients: int) -> dict[str, float]:
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        shares = [threads.submit(_ask, port, key, asked[place::clients]) for place in range(clients)]
        times = sorted(time for share in shares for time in share.result())
    seconds = time.perf_counter() - started
    return {
        "p50, ms": round(statistics.median(times), 1),
        "p95, ms": round(times[-(-len(times) * 95 // 100) - 1], 1),
        "a second": round(len(times) / seconds, 1),
    }


def _ask(port: int, key: str, asked: Sequence[Sent]) -> list[float]:
    """Ask one after the other over one connection, and give the milliseconds of each."""
    connection, times = http.client.HTTPConnection("127.0.0.1", port, timeout=120), list[float]()
    for each in asked:
        assert _timed(times, _status, connection, key, *each) == 200
    connection.close()
    return times


def _status(
    connection: http.client.HTTPConnection, key: str, method: str, path: str, body: dict[str, Any] | None
) -> int:
    sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body).encode(), sent)
    answer = connection.getresponse()
    answer.read()
    return answer.status


if __name__ == "__main__":
    main()
