"""`matcha log verify-receipt`, `replay`, `audit`: is it as it is said to be?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matcha.cli.logbook import AsJson, log, when
from matcha.cli.session import CommandLine, out, print_json
from matcha.errors import Conflict, Invalid
from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind, canonical
from matcha.matchlog.keys import public_keys
from matcha.matchlog.note import PublicKey
from matcha.matchlog.receipt import Verified
from matcha.service.replaying import Replay

_Key = Annotated[str | None, typer.Option(help="Publik nyckel, eller en fil med den. / Public key, or its file.")]


def register(_app: typer.Typer) -> None:
    log.command("verify-receipt")(verify_receipt)
    log.command("replay")(replay)
    log.command("audit")(audit)


def verify_receipt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Kvittot. / The receipt.")],
    key: _Key = None,
    answer: Annotated[Path | None, typer.Option(help="Svaret som JSON. / The answer as JSON.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pröva ett kvitto; behöver bara kvittot och nyckeln. / Verify a receipt; needs only it and the key."""
    line: CommandLine = context.obj
    found = receipt.verify(_read(file), _keys(line, key))
    if answer is not None:
        _compare(found, _json(answer))
    if as_json:
        print_json(_verified_json(found))
    else:
        _show(line, found, answer is not None)


def replay(
    context: typer.Context,
    index: Annotated[int | None, typer.Argument(min=0, help="Postens nummer. / The entry's number.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Allt som kan spelas upp. / All that can be.")] = False,
    as_json: AsJson = False,
) -> None:
    """Gör om en matchning och jämför byte för byte. / Make a match again and compare byte by byte."""
    line: CommandLine = context.obj
    if (index is None) == (not everything):
        raise Invalid("Ange en posts nummer, eller --all.", "Give the number of an entry, or --all.")
    with line.progress("replaying") as progress:
        found = list(line.matcha.replay(None if index is None else [index], progress))
    if as_json:
        print_json([_replay_json(one) for one in found])
    else:
        _show_replays(line, found)
    if wrong := [one.leaf_index for one in found if not one.identical]:
        listed = ", ".join(map(str, wrong[:20]))
        raise Conflict(
            f"{len(wrong)} av {len(found)} blev inte desamma: {listed}.",
            f"{len(wrong)} of {len(found)} did not come out the same: {listed}.",
        )


def audit(
    context: typer.Context,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="Kontrollpunkt från annat håll. / Checkpoint kept elsewhere.")
    ] = None,
    key: _Key = None,
    as_json: AsJson = False,
) -> None:
    """Räkna om hela loggen och jämför databasen med den. / Work out the whole log anew and compare the database."""
    line: CommandLine = context.obj
    found = line.matcha.audit([_read(path) for path in checkpoint or ()], _keys(line, key) if key else None)
    if as_json:
        print_json({"size": found.size, "root": found.root.hex(), "faults": [asdict(fault) for fault in found.faults]})
    elif not found.faults:
        out.print(line.say("audited", size=found.size, root=found.root.hex()[:16]))
        if not checkpoint:
            out.print(line.say("audit_hint"), style="dim")
    for fault in () if as_json else found.faults:
        out.print(fault.sv if line.settings.language == "sv" else fault.en, markup=False)
    if found.faults:
        raise Conflict(
            f"{len(found.faults)} avvikelser i loggen eller databasen.",
            f"{len(found.faults)} faults in log or database.",
        )


def _compare(found: Verified, answer: dict[str, Any]) -> None:
    matches = answer.get("matches")
    if found.entry.kind is not Kind.MATCH or not isinstance(matches, list) or not _opens(found, matches):
        raise Invalid("Svaret är inte det som kvittot gäller.", "The answer is not the one that the receipt is of.")


def _opens(found: Verified, matches: list[Any]) -> bool:
    names = [f"match/{place}" for place in range(1, len(matches) + 1)]
    logged = sorted(name for name in found.entry.fields if name.startswith("match/"))
    try:
        same = all(receipt.opens(found, name, canonical(match)) for name, match in zip(names, matches, strict=True))
    except ValueError:  # a number that no entry can hold
        return False
    return same and sorted(names) == logged


def _show(line: CommandLine, found: Verified, compared: bool) -> None:
    checkpoint = found.checkpoint
    out.print(line.say("receipt_holds"), style="bold green")
    out.print(
        line.say(
            "receipt_of",
            kind=line.say(f"log_{found.entry.kind}"),
            index=found.index,
            when=when(found.entry.milliseconds),
            origin=checkpoint.origin,
            size=checkpoint.size,
        ),
        markup=False,
    )
    if compared:
        out.print(line.say("receipt_answer"))
    if found.line is None:
        return
    out.print(line.say("receipt_profile", profile=found.profile, size=found.entry.said["roll"]["size"]))
    if found.standing is not None:
        out.print(line.say("receipt_standing", rank=found.standing.rank, score=found.standing.score))
    else:
        out.print(line.say("receipt_excluded", reason=line.say(f"reason_{found.excluded}")))
    if found.said is not None:
        said = json.loads(found.said)
        out.print(line.say("receipt_said", title=said["title"], version=said["version"]), markup=False)


def _verified_json(found: Verified) -> dict[str, Any]:
    checkpoint = found.checkpoint
    return {
        "leaf_index": found.index,
        "kind": found.entry.kind,
        "milliseconds": found.entry.milliseconds,
        "checkpoint": {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()},
        "profile": found.profile,
        "said": found.said and json.loads(found.said),
        "excluded": found.excluded,
        "standing": found.standing and asdict(found.standing),
    }


def _show_replays(line: CommandLine, found: Sequence[Replay]) -> None:
    for one in found:
        if not one.identical or len(found) == 1:
            word = "replay_same" if one.identical else "replay_differs"
            out.print(line.say(word, index=one.leaf_index, what=", ".join(one.differs)), markup=False)
        if one.erased and len(found) == 1:
            out.print(line.say("replay_erased", what=", ".join(one.erased)), markup=False)
    changed = sorted({change for one in found for change in one.changed})
    if changed:
        out.print(line.say("replay_changed", what="; ".join(f"{n} {a} → {b}" for n, a, b in changed)), markup=False)
    erased = sum(bool(one.erased) for one in found)
    same = sum(one.identical for one in found)
    out.print(line.say("replayed", same=same, count=len(found), erased=erased), style="bold")


def _replay_json(one: Replay) -> dict[str, Any]:
    return {
        "leaf_index": one.leaf_index,
        "identical": one.identical,
        "differs": one.differs,
        "erased": one.erased,
        "changed": [{"what": what, "then": then, "now": now} for what, then, now in one.changed],
    }


def _keys(line: CommandLine, key: str | None) -> tuple[PublicKey, ...]:
    if key is not None and "+" in key and not Path(key).exists():
        return (PublicKey.parse(key),)
    return public_keys(_read(Path(key) if key is not None else line.settings.matchlog / "key.pub"))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise Invalid(f"{path} går inte att läsa: {cause}.", f"{path} cannot be read: {cause}.") from cause


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except ValueError as cause:
        raise Invalid(f"{path} är inte JSON.", f"{path} is not JSON.") from cause
    return found if isinstance(found, dict) else {}
