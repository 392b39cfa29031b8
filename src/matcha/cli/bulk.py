"""`matcha bulk`: a file of any size."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from matcha import values
from matcha.cli.files import report
from matcha.cli.session import CommandLine, err, out, print_json
from matcha.encoding.finding import encoding_elsewhere
from matcha.errors import Invalid, spaced
from matcha.records.batch import Noun
from matcha.retrieval.crew import Alone, Crew, Processes
from matcha.retrieval.ray_crew import Machines
from matcha.service.bulk import Survey

_LATELY = 120.0  # seconds that the rate is taken from
_EVERY = 30.0  # seconds between lines where there is no terminal


def register(app: typer.Typer) -> None:
    app.command("bulk")(bulk)


def bulk(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=".jsonl eller .jsonl.gz. / .jsonl or .jsonl.gz.")],
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processer som läser; annars en per kärna. / Else one a core.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option(help="Ray-kluster som läser, host:port eller auto. / A Ray cluster that reads.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Granska bara. / Only check.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Läs in en stor fil; avbruten går den vidare nästa gång. / Take in a large file; stopped, it goes on next time."""
    line: CommandLine = context.obj
    if dry_run:
        with line.progress("surveying") as looking:
            _report_survey(line, line.matcha.survey(file, looking), json)
        return
    with _crew(line, processes, ray) as crew, _progress(line) as (looking, progress):
        counted = line.matcha.submit_file(file, crew, looking, progress)
    report(line, counted, dry_run, json)
    if not json and line.matcha.frozen() is None:
        out.print(line.say("not_frozen"))


def _crew(line: CommandLine, processes: int | None, ray: str | None) -> AbstractContextManager[Crew]:
    if ray is not None and processes is not None:
        raise Invalid("Ange --processes eller --ray, inte båda.", "Give --processes or --ray, not both.")
    if ray is not None:
        return Machines(encoding_elsewhere(line.settings), ray)
    count = processes or os.cpu_count() or 1
    return nullcontext(Alone(line.matcha.reader)) if count == 1 else Processes(encoding_elsewhere(line.settings), count)


def _report_survey(line: CommandLine, found: Survey, json: bool) -> None:
    batch = found.batch
    rows = {
        Noun.ACTORS: len(batch.actors),
        Noun.CONTACTS: len(batch.contacts),
        Noun.PROFILES: found.profiles,
        Noun.NEEDS: len(batch.needs),
    }
    if json:
        print_json({"dry_run": True} | {noun: {"rows": count} for noun, count in rows.items()})
        return
    for noun, count in rows.items():
        if count:
            out.print(f"{line.say(noun)}: {line.say('rows', count=count)}")
    out.print(line.say("dry_run"))


@contextmanager
def _progress(line: CommandLine) -> Iterator[tuple[values.Progress, values.Progress]]:
    """Show how far the survey, and then the reading, has come: a bar, or where there is no terminal a line now and
    then."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(line), TimeRemainingColumn())
    live = err.is_terminal
    with Progress(*columns, console=err, transient=True, disable=not live, speed_estimate_period=_LATELY) as bar:
        survey = bar.add_task(line.say("surveying"), total=100, rated=False)
        reading = bar.add_task(line.say("reading_profiles"), total=None, visible=False, rated=True)
        tell = _Teller(line, bar.tasks[1])

        def looking(done: int, total: int) -> None:
            bar.update(survey, completed=done, total=total, visible=True)

        def progress(done: int, total: int) -> None:
            bar.update(survey, visible=False)
            bar.update(reading, completed=done, total=total, visible=True)
            if not live:
                tell()

        if not live:
            err.print(f"{line.say('surveying')} …")
        yield looking, progress


class _Teller:
    """Writes a line about a task now and then, and at its end."""

    def __init__(self, line: CommandLine, task: Task) -> None:
        self._line = line
        self._task = task
        self._told = time.monotonic()
        self._ended = False

    def __call__(self) -> None:
        moment = time.monotonic()
        ends = self._task.finished and not self._ended
        if moment - self._told >= _EVERY or ends:
            self._told, self._ended = moment, ends
            done, total = (spaced(round(number)) for number in (self._task.completed, self._task.total or 0))
            left = "?" if self._task.time_remaining is None else timedelta(seconds=round(self._task.time_remaining))
            err.print(self._line.say("far", done=done, total=total, rate=_rate(self._task), left=left), markup=False)


class _Rate(ProgressColumn):
    """How many profiles a second, lately."""

    def __init__(self, line: CommandLine) -> None:
        super().__init__()
        self._line = line

    def render(self, task: Task) -> Text:
        return Text(self._line.say("per_second", rate=_rate(task)) if task.fields["rated"] else "")


def _rate(task: Task) -> str:
    return f"{task.speed:.1f}" if task.speed else "?"
