"""Strangers' files are read in a process of their own; here it is started, fed, listened to and, if need be, killed."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from matcha.errors import Invalid, Unavailable
from matcha.interchange.inert import shown
from matcha.interchange.parsing import LARGEST_TOLD, READY, TOO_MUCH_MEMORY

WALL_SECONDS = 10.0  # its own limit of processor time comes first, unless the machine is very busy
AT_ONCE = 2  # processes; whoever comes then waits
PATIENCE = 30.0  # seconds of waiting

_CHUNK = 1 << 16
_turns = threading.BoundedSemaphore(AT_ONCE)


def told(what: str, name: str, content: bytes) -> Any:
    """Have a file read as "tables" or as an "attachment", and give what is told of it as JSON values.

    Nothing is written to disk. Raises Invalid for a file that is refused or whose reading had to be ended, and
    Unavailable where a process cannot be limited (Windows, macOS) or when too many files are being read.
    """
    if sys.platform != "linux":
        raise _no_limits()
    if not _turns.acquire(timeout=PATIENCE):
        raise Unavailable(
            "För många filer läses just nu. Försök igen om en stund.", "Too many files are being read. Try again soon."
        )
    try:
        code, output = _run(what, name, content)
    finally:
        _turns.release()
    return understood(shown(name), code, output)


def started(what: str, name: str) -> subprocess.Popen[bytes]:
    """Start a process that reads a file from its standard input, with a bare environment and nothing else open."""
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-m", "matcha.interchange.parsing", what, _argument(name)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )


def _run(what: str, name: str, content: bytes) -> tuple[int, bytes]:
    """Give the exit code and what was written; the process and what it may have started are gone then."""
    with started(what, name) as child:
        deadline = time.monotonic() + WALL_SECONDS
        try:
            output = _exchanged(child, content, deadline)
            while output is not None and not _ended(child) and time.monotonic() < deadline:
                time.sleep(0.001)
        finally:
            os.killpg(child.pid, signal.SIGKILL)  # what has ended is not yet reaped, so the number is still its own
    return child.returncode, output or READY


def _ended(child: subprocess.Popen[bytes]) -> bool:
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _exchanged(child: subprocess.Popen[bytes], content: bytes, deadline: float) -> bytes | None:
    """Feed the process and listen to it at the same time. None: it wrote too much, or was not done in time."""
    assert child.stdin is not None
    assert child.stdout is not None
    pending, heard = memoryview(content), bytearray()
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while len(heard) <= LARGEST_TOLD + _CHUNK and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if key.fileobj is child.stdout:
                    piece = os.read(key.fd, _CHUNK)
                    if not piece:
                        return bytes(heard)
                    heard += piece
                elif not (pending := _fed(key.fd, pending)):
                    selector.unregister(child.stdin)
                    child.stdin.close()
    return None


def _fed(stdin: int, pending: memoryview) -> memoryview:
    """Write what the pipe takes, and give what is left: nothing, if nobody reads any more."""
    try:
        return pending[os.write(stdin, pending[:_CHUNK]) :]
    except BrokenPipeError:
        return memoryview(b"")


def _argument(name: str) -> str:
    """Give the name as an argument of a process: no NUL, nothing unwritable, its ending kept."""
    return name.replace("\x00", "\ufffd")[-1_000:].encode("utf-8", "replace").decode()


def understood(file: str, code: int, output: bytes) -> Any:
    """Give what a process told, or raise Invalid or Unavailable for what it ended of (`code` as subprocess has it)."""
    if not output.startswith(READY):
        raise _no_limits()
    if code == 0:
        try:
            answer = json.loads(output[len(READY) :])
        except ValueError:
            answer = {}
        if isinstance(answer, dict) and "told" in answer:
            return answer["told"]
        if isinstance(answer, dict) and "sv" in answer:
            raise Invalid(str(answer["sv"]), str(answer["en"]))
    if code == TOO_MUCH_MEMORY:
        raise Invalid(
            f"{file} kräver för mycket minne att läsa. Dela upp filen.",
            f"{file} takes too much memory. Divide the file.",
        )
    if code in (-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL):
        raise Invalid(
            f"{file} tar för lång tid att läsa. Dela upp filen.", f"{file} takes too long to read. Divide the file."
        )
    raise Invalid(f"{file} kan inte läsas. Spara den på nytt.", f"{file} cannot be read. Save it again.")


def _no_limits() -> Unavailable:
    return Unavailable(
        "Uppladdade filer kan inte läsas säkert på den här datorn. Kör servern på Linux, eller använd matcha import.",
        "Uploaded files cannot be read safely on this machine. Run the server on Linux, or use matcha import.",
    )
