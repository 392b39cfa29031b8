"""Measure how long matcha takes to start and how much memory it holds, and write `benchmarks/speed/start.json`.

    python -m benchmarks.measure_start [HOME]    a home with the demo imported; without one it is made (minutes)

Every start is a process of its own, files already read once (warm disk, cold process). The kinds take turns, so that
what else the machine does falls on all alike; medians of each, in seconds of wall and of processor time. Memory is what
the system says of the process that has loaded what `matcha serve` loads and answered five needs.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from matcha.config import Settings

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "speed" / "start.json"
TIMES = 5
_ENCODER = """
from matcha.config import Settings
from matcha.encoding.finding import find_encoder
from matcha.values import Role
find_encoder(Settings()).encode("Vi behöver följa upp handhygienen.", Role.NEED)
"""
_MATCH = """
import sys
from matcha.cli.app import main
sys.argv = ["matcha", "--home", sys.argv[1], "match", NEED, "--k", "5", "--json"]
main()
"""
_SENTENCE = "Vi behöver följa upp handhygienen."  # a line that is one sentence needs no spaCy
_SENTENCES = f"{_SENTENCE} Det ska gå snabbt och vara lätt för personalen. Vad finns det?"
_SERVES = """
import json, re, sys
from pathlib import Path
from matcha import Matcha, Settings
from matcha.api.edge import configure_logging
from matcha.cli.serving import settle
from matcha.store.rates import Rates
from matcha.web import create_site
import uvicorn
settings = Settings(home=Path(sys.argv[1]))
matcha = Matcha.open(settings)
matcha.warm_up()
create_site(matcha, settings, Rates.beside(settings.database), trial=False, working=True)
settle()
for number in range(1, 6):
    matcha.match(need_id=f"behov-a0{number}")
told = Path("/proc/self/smaps_rollup").read_text()
size = lambda name: round(int(re.search(rf"^{name}: +([0-9]+) kB$", told, re.M)[1]) / 1024)
print(json.dumps({"resident": size("Rss"), "own": size("Anonymous")}))
matcha.close()
"""
_KINDS = {"python": "pass", "import_matcha": "import matcha", "import_commands": "import matcha.cli.app"}
_KINDS |= {"encoder": _ENCODER, "match": _MATCH.replace("NEED", repr(_SENTENCE))}
_KINDS |= {"match_three_sentences": _MATCH.replace("NEED", repr(_SENTENCES))}


def main(home: Path) -> None:
    wall: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    processor: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for turn in range(TIMES + 1):
        for kind, code in _KINDS.items():
            seconds, busy = _run(code, home)
            if turn:  # the first only reads the files
                wall[kind].append(seconds)
                processor[kind].append(busy)
    memory = json.loads(_child(_SERVES, home, subprocess.PIPE).communicate()[0])
    result: dict[str, Any] = {
        "command": "python -m benchmarks.measure_start",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "times": TIMES,
        "wall_s": _told(wall),
        "processor_s": _told(processor),
        "over_encoder": {
            kind: {
                "wall": _ratio(wall[kind], wall["encoder"]),
                "processor": _ratio(processor[kind], processor["encoder"]),
            }
            for kind in ("match", "match_three_sentences")
        },
        "serve_mb": memory,
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _run(code: str, home: Path) -> tuple[float, float]:
    """Give the seconds of wall and of processor time that a process takes."""
    begun = time.perf_counter()
    child = _child(code, home, subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{code} left with {child.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime


def _child(code: str, home: Path, out: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=out, env={**os.environ, **_model()})


def _model() -> dict[str, str]:
    settings = Settings()
    return {"MATCHA_MODEL": str((settings.models / settings.model).absolute()), "OMP_NUM_THREADS": "1"}


def _told(seconds: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        kind: {"median": round(statistics.median(all_), 3), "least": round(min(all_), 3), "most": round(max(all_), 3)}
        for kind, all_ in seconds.items()
    }


def _ratio(match: list[float], encoder: list[float]) -> float:
    """The median of the ratios turn by turn."""
    return round(statistics.median(one / other for one, other in zip(match, encoder, strict=True)), 2)


def _made(folder: Path) -> Path:
    command = [sys.executable, "-c", "from matcha.cli.app import main; main()", "--home", str(folder), "import"]
    files = sorted(str(path) for path in (ROOT / "data" / "demo").glob("*.json"))
    subprocess.run([*command, *files], check=True, env={**os.environ, **_model()}, stdout=subprocess.DEVNULL)
    return folder


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(_made(Path(folder) / "home"))
