"""`matcha digest`: what subscribers are to be told of new needs, in a file that a mailer of the operator's sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from matcha.cli.session import CommandLine, out
from matcha.disk import write_atomically
from matcha.service import announcing
from matcha.values import Language

WORDS = {
    Language.SV: "{path}: {count} prenumeranter har nya behov att få veta om. Filen har personuppgifter.",
    Language.EN: "{path}: {count} subscribers have new needs to hear of. The file holds personal data.",
}


def register(app: typer.Typer) -> None:
    app.command("digest")(digest)


def digest(
    context: typer.Context,
    since: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"],
            help="Behov som publicerats sedan dess (UTC). / Needs published since then (UTC).",
        ),
    ],
    file: Annotated[Path, typer.Option("--out", help="Skriv JSON-rader hit. / Write JSON lines here.")],
) -> None:
    """Skriv vilka nya behov varje prenumerant ska få veta om. / Write which new needs each subscriber is to hear of."""
    line: CommandLine = context.obj
    with line.matcha.logbook.store.reading() as session:
        rows = list(announcing.digest(session, since.replace(tzinfo=UTC), line.settings.language))
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_atomically(file, content.encode(), 0o600)
    told = WORDS[line.settings.language].format(path=file, count=len(rows))
    out.print(told, markup=False, soft_wrap=True)
