"""Measure two servers over one PostgreSQL: how soon one answers from what the other wrote, and what a kill costs.

    python -m benchmarks.measure_replicas [WRITES]

Two `matcha serve` processes, the real model, each with a home of its own, over a primary with a synchronous standby
(`tests.standby`), on this machine. A third of the demo's profiles is taken in; then profiles are proposed and accepted
on one server, and the other is asked at once. Then both are asked by several clients while they are killed in turn,
and last the primary is killed and the standby promoted. Writes `benchmarks/replicas/results.json`
and the figures in docs/operating.md.
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.standby import Pair, primary_and_standby

from benchmarks.measure_cost import DEMO, ROOT
from matcha import Matcha, Settings
from matcha.callers import AccountRole
from matcha.matchlog.entry import Kind
from matcha.records.account import AccountForm, KeyForm

PAGE = ROOT / "docs" / "operating.md"
START, END = "<!-- replicas: made by benchmarks/measure_replicas.py -->\n", "<!-- /replicas -->"
RESULT = ROOT / "benchmarks" / "replicas" / "results.json"
MODEL = ROOT / "models" / "multilingual-e5-small"
PROFILES, CLIENTS, KILLS = 100, 4, 6
QUESTION = "Hur får vi bättre handhygien på vårdavdelningarna?"


@dataclass
class Process:
    """One `matcha serve`."""

    home: Path
    url: str
    port: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        matcha = Path(sys.executable).with_name("matcha")
        command = [str(matcha), "--home", str(self.home), "serve", "--port", str(self.port), "--no-trial"]
        with (self.home / "server.err").open("ab") as said:
            self.running = subprocess.Popen(command, env=environment(self.url), stdout=said, stderr=said)
        ends = time.monotonic() + 120
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.base}/ready", timeout=60).status_code == 200:
                    return
            assert time.monotonic() < ends, "the server does not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once."""
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()


@dataclass
class Asked:
    """What clients have been told."""

    leaves: list[int] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    again: int = 0
    failed: list[str] = field(default_factory=list)


def main() -> None:
    writes, load = int(sys.argv[1]) if len(sys.argv) > 1 else 100, os.getloadavg()[0]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pair = stack.enter_context(primary_and_standby())
        keys = prepared(folder, pair.url, writes)
        servers = [stack.enter_context(serving(folder / name, pair.url)) for name in ("a", "b")]
        result: dict[str, Any] = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load before": round(load, 2)},
            "profiles at first": PROFILES,
            "a write on one, asked for on the other": visible(servers[0].base, servers[1].base, keys, writes),
            "either killed": killed(servers, keys, None),
        }
        result["primary killed"] = killed(servers, keys, pair)
        matcha = Matcha.open(Settings(home=folder / "a", model=str(MODEL), database_url=pair.url))
        result["log"] = {"entries": matcha.size(), "faults": len(matcha.audit().faults)}
        held = {index for index, _ in matcha.entries(kind=Kind.MATCH)}
        for name in ("either killed", "primary killed"):
            leaves = result[name].pop("leaves")
            result[name] |= {"lost": len(set(leaves) - held), "twice": len(leaves) - len(set(leaves))}
        matcha.close()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
    print(RESULT.read_text())


def with_table(page: str) -> str:
    """Give docs/operating.md with the measured figures in it."""
    before, _, rest = page.partition(START)
    return f"{before}{START}{_told(json.loads(RESULT.read_text()))}{END}{rest.partition(END)[2]}"


def _told(result: dict[str, Any]) -> str:
    seen, either, primary = (
        result[name] for name in ("a write on one, asked for on the other", "either killed", "primary killed")
    )
    lost = "{lost} lost, {twice} done twice, {failed} failed, {again} sent again".format
    return (
        f"Measured with {result['machine']['cores']} cores for both servers, the primary, its standby and the clients "
        f"(load before: {result['machine']['load before']}):\n\n| what | figure |\n|---|---|\n"
        f"| a write on one server, asked for on the other at once, until it is in an answer ({seen['writes']} writes) "
        f"| p50 {seen['p50, ms']:g} ms, p99 {seen['p99, ms']:g} ms |\n"
        f"| … a question when nothing has changed | p50 {seen['a question when nothing has changed, p50, ms']:g} ms |\n"
        f"| either server killed in turn, {either['kills']} times: {either['acknowledged']} answers | "
        f"{lost(**either, again=either['sent again'])} |\n"
        f"| the primary killed, the standby promoted: {primary['acknowledged']} answers | "
        f"{lost(**primary, again=primary['sent again'])}; answered again after "
        f"{primary['answered and logged again after, ms']:g} ms |\n"
    )


def environment(url: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATCHA_")}
    return {**clean, "MATCHA_MODEL": str(MODEL), "MATCHA_DATABASE_URL": url, "OMP_NUM_THREADS": "1"}


def prepared(folder: Path, url: str, writes: int) -> dict[str, list[str]]:
    """Take in some of the demo, make two homes with the log's key in both, and keys enough for the rate limits."""
    (folder / "a").mkdir()
    (folder / "b" / "data" / "matchlog").mkdir(parents=True)
    matcha = Path(sys.executable).with_name("matcha")
    for noun in ("actors", "profiles"):
        rows = json.loads((DEMO / f"{noun}.json").read_text("utf-8"))[noun]
        (folder / f"{noun}.json").write_text(json.dumps({noun: rows[: PROFILES if noun == "profiles" else None]}))
        command = [str(matcha), "--home", str(folder / "a"), "import", str(folder / f"{noun}.json")]
        subprocess.run(command, env=environment(url), check=True, capture_output=True)
    shutil.copy(folder / "a" / "data" / "matchlog" / "key", folder / "b" / "data" / "matchlog" / "key")
    system = Matcha.open(Settings(home=folder / "a", model=str(MODEL), database_url=url))
    actor = system.actors()[0].id
    found: dict[str, list[str]] = {"coordinator": [], "supplier": []}
    for role in (AccountRole.COORDINATOR, AccountRole.SUPPLIER):
        for number in range(max(writes // 20, CLIENTS) + 1):
            owner = {"actor_id": actor} if role is AccountRole.SUPPLIER else {}
            form = AccountForm(name="Mätning", email=f"{role}{number}@example.test", roles=[role], **owner)
            key = system.accounts.issue_key(system.accounts.add(form).account.id, KeyForm(name="Mätning"))
            found[role.value].append(key.text or "")
    found["actor"] = [actor]
    system.close()
    return found


@contextmanager
def serving(home: Path, url: str) -> Iterator[Process]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Process(home, url, int(free.getsockname()[1]))
    try:
        server.start()
        yield server
    finally:
        server.kill()


def visible(one: str, other: str, keys: dict[str, list[str]], writes: int) -> dict[str, float]:
    """Give, in ms, from the answer to a write on one server to the first answer with it from the other."""
    times, asks, quiet = [], 0, []
    with httpx.Client(timeout=60) as http:
        for number in range(writes):
            coordinator, supplier = (
                {"Authorization": f"Bearer {keys[who][number // 20]}"} for who in ("coordinator", "supplier")
            )
            text = f"Vi spritar händer på sätt nummer {number} och räknar varje gång."
            given = {"id": f"p-ny-{number}", "actor_id": keys["actor"][0], "title": f"Sätt {number}", "text": text}
            proposed = http.post(f"{one}/proposals", json={"profile": given}, headers=supplier)
            begun = time.perf_counter()
            http.post(f"{other}/matches", json={"text": QUESTION, "k": 1}, headers=coordinator).raise_for_status()
            quiet.append(1000 * (time.perf_counter() - begun))
            number_of = proposed.raise_for_status().json()["id"]
            ruling = {"ruling": "accepted", "reason": "Mätning."}
            ruled = http.post(f"{one}/proposals/{number_of}/rulings", json=ruling, headers=coordinator)
            ruled.raise_for_status()
            begun, registered = time.perf_counter(), 0
            while registered < PROFILES + number + 1:
                asks += 1
                answer = http.post(f"{other}/matches", json={"text": QUESTION, "k": 1}, headers=coordinator)
                registered = answer.raise_for_status().json()["considered"]["registered"]
            times.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.2)
    times.sort()
    return {
        "writes": writes,
        "p50, ms": round(statistics.median(times), 1),
        "p99, ms": round(times[-(-len(times) * 99 // 100) - 1], 1),
        "most, ms": round(times[-1], 1),
        "questions asked for it": asks,
        "a question when nothing has changed, p50, ms": round(statistics.median(quiet), 1),
    }


def killed(servers: list[Process], keys: dict[str, list[str]], pair: Pair | None) -> dict[str, Any]:
    """Let clients ask while the servers are killed in turn, or the primary once; each asks again, elsewhere."""
    over, asked, chance = threading.Event(), Asked(), random.Random(1)
    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(client, servers, keys["coordinator"][n], n, asked, over) for n in range(CLIENTS)]
        time.sleep(1)
        told: dict[str, Any] = {}
        try:
            if pair is not None:
                pair.primary.kill()
                begun = time.monotonic()
                pair.standby.promote()
                promoted = time.monotonic()
                time.sleep(5)
                told["promoted after, ms"] = round(1000 * (promoted - begun))
                first = min(ended for ended in list(asked.ended) if ended > promoted)
                told["answered and logged again after, ms"] = round(1000 * (first - begun))
            else:
                for number in range(KILLS):
                    servers[number % 2].kill()
                    time.sleep(chance.uniform(0, 0.3))
                    servers[number % 2].start()
                told["kills"] = KILLS
        finally:
            over.set()
        for one in clients:
            one.result()
    acknowledged = {"acknowledged": len(asked.leaves), "sent again": asked.again, "failed": len(asked.failed)}
    return {**told, **acknowledged, "leaves": asked.leaves}


def client(servers: list[Process], key: str, place: int, asked: Asked, over: threading.Event) -> None:
    """Ask, each question with a key of its own, until told to stop; one that is not answered is asked of the next."""
    number = 0
    with httpx.Client(timeout=60) as http:
        while not over.is_set():
            number += 1
            sent = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"{place}-{number}-{id(asked)}"}
            for attempt in range(200):
                base = servers[(place + attempt) % len(servers)].base
                with suppress(httpx.TransportError):
                    answer = http.post(f"{base}/matches", json={"text": QUESTION, "k": 1}, headers=sent)
                    if answer.status_code == 200:
                        asked.leaves.append(answer.json()["leaf_index"])
                        asked.ended.append(time.monotonic())
                        break
                    if answer.status_code not in (429, 503):
                        asked.failed.append(answer.text)
                        break
                asked.again += 1
                time.sleep(0.05)
            else:
                asked.failed.append("never answered")
            time.sleep(0.2)


if __name__ == "__main__":
    main()
