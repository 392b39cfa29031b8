"""What every command shares: the settings, the service, the two streams, and progress that can be interrupted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from matcha.cli.words import WORDS
from matcha.config import Settings

if TYPE_CHECKING:
    from matcha.service import Matcha
    from matcha.service.answering import Answering

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class CommandLine:
    """One run of the command line."""

    settings: Settings

    @cached_property
    def matcha(self) -> Matcha:
        from matcha.service import Matcha

        return Matcha.open(self.settings)

    @cached_property
    def answering(self) -> Answering:
        """The part of `matcha` that answers, for a command that does nothing else: it is loaded in half the time."""
        from matcha.service.answering import Answering

        return Answering.open(self.settings)

    def say(self, word: str, **values: object) -> str:
        """Give a phrase in the language of the answers."""
        return WORDS[self.settings.language][word].format(**values)

    def loading_model(self) -> AbstractContextManager[object]:
        """Say that the model is being loaded, while it takes its seconds."""
        return err.status(self.say("reading_model"))

    def working(self, word: str) -> AbstractContextManager[object]:
        """Say what goes on while something takes its seconds."""
        return err.status(self.say(word))

    @contextmanager
    def progress(self, word: str) -> Iterator[Callable[[int, int], None]]:
        """Show a bar on the error stream while something long goes on."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task(self.say(word), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def print_json(value: Any) -> None:
    """Write a value as JSON to the standard output: UTF-8, two spaces, the same bytes for the same value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
