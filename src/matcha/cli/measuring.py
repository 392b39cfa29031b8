"""`matcha bench`: how quick matcha is on this machine."""

from __future__ import annotations

from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table

from matcha import values
from matcha.cli.session import CommandLine, out, print_json
from matcha.config import Settings
from matcha.errors import Unavailable

_NAMES = ("encode_ms", "search_ms", "faiss_flat_ms", "answer_ms", "bulk_per_s", "encoder_per_s", "rss_mb")


def register(app: typer.Typer) -> None:
    app.command("bench")(bench)


def bench(
    context: typer.Context,
    profiles: Annotated[int, typer.Option(min=1, max=1_000_000, help="Påhittade profiler. / Invented ones.")] = 10_000,
    sentences: Annotated[int, typer.Option(min=1, max=40, help="Meningar i varje behov. / Sentences a need.")] = 1,
    rounds: Annotated[int, typer.Option(min=2, max=10_000, help="Frågor. / Questions.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Mät hur snabbt matcha är här, med påhittade profiler vid sidan om. / Measure how quick matcha is here."""
    from matcha.service.measuring import measure

    line: CommandLine = context.obj
    with TemporaryDirectory(prefix="matcha-bench-") as folder:
        with line.progress("inventing") as progress:
            _invent(line.settings, Path(folder), profiles, progress)
        with line.progress("measuring_speed") as progress:
            found = measure(line.settings, Path(folder), sentences, rounds, progress)
    if json:
        asked = {"profiles": profiles, "sentences": sentences, "rounds": rounds, "threads": line.settings.threads}
        print_json(asked | {name: asdict(found[name]) for name in _NAMES})
        return
    table = Table("", *(line.say(word) for word in ("bench_median", "bench_quartiles")))
    for name in _NAMES:
        figure = found[name]
        table.add_row(line.say(f"bench_{name}"), f"{figure.median:.1f}", f"{figure.low:.1f} – {figure.high:.1f}")
    out.print(table)


def _invent(settings: Settings, home: Path, profiles: int, progress: values.Progress) -> None:
    """Register the profiles in a process of their own, so that its memory is not counted."""
    spawning = get_context("spawn")
    done: Any = spawning.Value("q", 0)
    process = spawning.Process(target=_inventing, args=(settings, home, profiles, done))
    process.start()
    try:
        while process.is_alive():
            process.join(0.2)
            progress(done.value, profiles)
    finally:
        process.terminate()
        process.join()
    if process.exitcode:
        raise Unavailable(
            f"De påhittade profilerna gick inte att lägga in i {home}. Pröva med färre: --profiles.",
            f"The invented profiles could not be registered in {home}. Try fewer: --profiles.",
        )


def _inventing(settings: Settings, home: Path, profiles: int, done: Any) -> None:
    from matcha.service.measuring import invent

    def progress(count: int, _total: int) -> None:
        done.value = count

    invent(settings, home, profiles, progress)
