"""`matcha backup`, `restore`, `database purge`, `log erase`, `log rotate-key`: for whoever answers for the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from matcha.cli.logbook import log
from matcha.cli.session import CommandLine, out
from matcha.errors import Invalid
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ErasureForm
from matcha.records.erasure import Erased, Ground
from matcha.service import Matcha
from matcha.service.backup import restore as restore_backup


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)
    log.command("rotate-key")(rotate_key)
    log.command("erase")(erase)


def rotate_key(context: typer.Context) -> None:
    """Byt nyckel; den gamla signerar med den nya ett tag. / Change keys; the old signs beside the new for a while."""
    line: CommandLine = context.obj
    out.print(line.say("rotated", key=line.matcha.logbook.rotate()), markup=False, soft_wrap=True)


def erase(
    context: typer.Context,
    what: Annotated[Erased, typer.Argument(help="Vad. / What.")],
    id: Annotated[str, typer.Argument(help="Id, eller postens nummer. / Id, or the entry's number.")],
    ground: Annotated[Ground, typer.Option(help="Laglig grund. / Lawful ground.")],
    reference: Annotated[str, typer.Option(help="Beslutets beteckning. / Reference of the decision.")],
    by: Annotated[str, typer.Option(help="Vem som beslutar. / Who decides.")],
) -> None:
    """Utgallra text, vektorer och namn; bevisen håller. / Erase texts, vectors and names; the proofs still hold."""
    line: CommandLine = context.obj
    try:
        form = ErasureForm.model_validate(
            {"what": what, "id": id, "ground": ground, "reference": reference, "user": by}
        )
    except ValidationError as cause:
        raise Invalid(
            "Ange id som det står i listan, beslutets beteckning och vem som beslutar.",
            "Give the id as the list has it, the reference of the decision and who decides.",
        ) from cause
    with line.progress("logging_standings") as progress:
        index = line.matcha.erase(form, progress)
    out.print(line.say("erased", id=id, index=index), markup=False)
    out.print(line.say("erased_hint"), style="dim")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Ny fil. / New file.")],
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Ta med signeringsnyckeln. / Include the signing key.")
    ] = False,
) -> None:
    """Säkerhetskopiera, återställ provvis och granska kopian. / Back up, restore for a trial and audit the copy."""
    line: CommandLine = context.obj
    with line.working("backing_up"):
        audited = line.matcha.backup(file, with_key)
    out.print(line.say("backed_up", path=file, size=audited.size, root=audited.root.hex()[:16]), markup=False)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Säkerhetskopian. / The backup.")],
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Även om loggen hunnit längre. / Even if the log was longer.")
    ] = False,
) -> None:
    """Återställ en säkerhetskopia i en tom databas. / Restore a backup into an empty database."""
    line: CommandLine = context.obj
    keeper = FolderKeeper(line.settings.matchlog)
    with line.working("restoring"):
        audited, lost = restore_backup(file, line.settings.database, keeper, accept_loss)
    if lost is not None:
        matcha = Matcha.open(line.settings)
        out.print(line.say("begun_anew", origin=matcha.logbook.signers()[-1].name, lost=lost.size - audited.size))
    out.print(line.say("restored", size=audited.size, root=audited.root.hex()[:16]), markup=False)
