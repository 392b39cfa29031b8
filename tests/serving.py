"""A real server over a home, in a process of its own: started, stopped and killed.

`python -m tests.serving` is what servers are forked from, so that what takes seconds to load is loaded once.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from matcha import Batch, HashingEncoder, Matcha
from matcha.callers import AccountRole
from matcha.errors import Unavailable
from matcha.matchlog.keys import FolderKeeper
from matcha.records import NeedForm
from matcha.records.account import AccountForm, KeyForm
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.values import Role
from tests.conftest import actor, profile, small_batch
from tests.writers import warm_up

COUNTER: dict[str, Any] = {
    "id": "n-raknare",
    "title": "Hur många har ändrat?",
    "text": "Den som ändrar räknar upp målet.",
}
PATIENCE = 60.0  # seconds for a server to come or go


class SlowEncoder(HashingEncoder):
    """A hashing encoder that takes its time over a need."""

    seconds = 0.0

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        time.sleep(self.seconds if role is Role.NEED else 0)
        return super().encode(text, role)


@dataclass
class Server:
    """One address, and the process that answers there when there is one. It leads a process group of its own."""

    nursery: subprocess.Popen[str]
    asked: dict[str, object]
    pid: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.asked['port']}"

    def start(self) -> None:
        """Start a process, and wait until it answers."""
        cast("IO[str]", self.nursery.stdin).write(json.dumps(self.asked) + "\n")
        cast("IO[str]", self.nursery.stdin).flush()
        self.pid = int(cast("IO[str]", self.nursery.stdout).readline())
        _wait(self._answers)

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        os.killpg(self.pid, signal.SIGKILL)
        _wait(lambda: not self.alive())

    def stop(self) -> None:
        """Ask the process to end."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> None:
        """Wait until the process has ended."""
        _wait(lambda: not self.alive())

    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _answers(self) -> bool:
        assert self.alive(), "the server has ended; see what it wrote"
        try:
            socket.create_connection(("127.0.0.1", cast("int", self.asked["port"])), timeout=1).close()
        except OSError:
            return False
        return True


@contextmanager
def nursed() -> Iterator[subprocess.Popen[str]]:
    """Give a process that servers are forked from; it ends at the end."""
    command, environment = [sys.executable, "-m", "tests.serving"], {**os.environ, "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as nursery:
        try:
            yield nursery
        finally:
            cast("IO[str]", nursery.stdin).close()


@contextmanager
def serving(nursery: subprocess.Popen[str], home: Path, url: str, slow: float = 0.0) -> Iterator[Server]:
    """Give a server of a home that has been started; it writes to `server.err` there and is killed at the end."""
    server = Server(nursery, {"home": str(home), "url": url, "port": _free_port(), "slow": slow})
    try:
        server.start()
        yield server
    finally:
        if server.pid and server.alive():
            server.kill()


@dataclass(frozen=True)
class Keys:
    """The API keys of a coordinator and of a supplier."""

    coordinator: str
    supplier: str
    actor_id: str


def prepared(system: Matcha, clients: int) -> list[Keys]:
    """Take in what the clients work with, and give each its keys."""
    suppliers = [f"a-s{place}" for place in range(clients)]
    texts = ("Vi mäter handhygien var dag.", "Vi kortar köer till vården.", "Vi tvättar händer.", "Vi bokar tider.")
    profiles = [
        profile(f"p-{id}", id, f"Lösning {id}", f"{texts[n % len(texts)]} {id} gör det på sitt sätt.")
        for n, id in enumerate(suppliers)
    ]
    system.submit(small_batch())
    needs = (NeedForm(**COUNTER, goal="0"),)
    system.submit(Batch(actors=tuple(map(actor, suppliers)), profiles=tuple(profiles), needs=needs))
    return [
        Keys(_key(system, f"k{n}", AccountRole.COORDINATOR), _key(system, id, AccountRole.SUPPLIER, id), id)
        for n, id in enumerate(suppliers)
    ]


def _key(system: Matcha, name: str, role: AccountRole, actor_id: str | None = None) -> str:
    form = AccountForm(name=name, email=f"{name}@example.test", roles=[role], actor_id=actor_id)
    account = system.accounts.add(form).account
    return system.accounts.issue_key(account.id, KeyForm(name="Storm")).text or ""


def _serve(home: str, url: str, port: int, slow: float) -> None:
    from matcha.api import create_app
    from matcha.cli.serving import listen
    from matcha.service.jobs import Jobs
    from matcha.service.worker import Worker
    from tests.story import unhurried

    SlowEncoder.seconds = slow
    folder = Path(home)
    shelf, keeper = FolderShelf(folder / "index"), FolderKeeper(folder / "matchlog")
    matcha = Matcha(Store.open(url), shelf, SlowEncoder, MemoryReference(), keeper)
    app = create_app(matcha, plan=unhurried())
    app.state.worker = Worker(Jobs(matcha, lease=timedelta(seconds=1)), pause=0.05)
    matcha.warm_up()
    with suppress(Unavailable):
        matcha.catch_up()
    listen(app, "127.0.0.1", port)


def _nurse() -> None:
    """Start a server for each line that is read, and say its process id."""
    import matcha.api
    import matcha.cli.serving  # noqa: F401
    import tests.story  # noqa: F401

    warm_up()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            if sys.platform == "linux":
                ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: if a test is killed, so is its server
            os.close(sys.stdin.fileno())
            asked = json.loads(line)
            errors = os.open(Path(asked["home"]) / "server.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(errors, 1)
            os.dup2(errors, 2)
            _serve(**asked)
            os._exit(0)
        print(pid, flush=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait(until: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < ends, "it takes too long"
        time.sleep(0.01)


if __name__ == "__main__":
    _nurse()
