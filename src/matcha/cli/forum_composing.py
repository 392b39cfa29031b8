"""`matcha forum compose|draw|verify|arrange|plan`: what is done before anybody is invited."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from matcha.cli.forum_asking import (
    OPERATOR,
    AsJson,
    Id,
    filled,
    kept,
    read_form,
    telling_rules,
)
from matcha.cli.forum_places import show_programme
from matcha.cli.forum_showing import show, show_following
from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.errors import Conflict, Invalid
from matcha.forum.plan import Composition, Problem, Seed, plain
from matcha.forum.programme import staffed
from matcha.forum.record import Forum
from matcha.interchange.forum.record import forum_json
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import canonical
from matcha.process import ActKind, Mixing, SeedSource
from matcha.records.forum import ArrangeForm, ComposeForm, DrawForm, ForumRulesForm, ProgrammeForm
from matcha.values import Language

_SEATS = re.compile(r"(\d{1,3})(?:[-–](\d{1,3}))?")

Mixed = Annotated[Mixing | None, typer.Option(help="Hur grupperna går. / How groups go between stations.")]
Stations = Annotated[int | None, typer.Option(help="Stationer; annars en per aspekt. / Stations; else one an aspect.")]
Words = Annotated[
    str | None, typer.Option("--seed", help="Lotta på prov med de här orden. / Draw on trial by these words.")
]


def compose(
    context: typer.Context,
    need: Annotated[str, typer.Option(help="Behovets id. / The id of the need.")],
    seats: Annotated[str | None, typer.Option(help="Personer i rummet: 40, 30-40. / People in the room.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Regler, som JSON. / Rules, as JSON.")] = None,
    aspect: Annotated[list[str] | None, typer.Option(help="Aspekt; två till sex. / Aspect; two to six.")] = None,
    mixing: Mixed = None,
    stations: Stations = None,
    later: Annotated[bool, typer.Option("--later", help="Lotta inte än. / Do not draw yet.")] = False,
    seed: Words = None,
    reason: Annotated[str | None, typer.Option(help="Varför ett forum till. / Why one more forum.")] = None,
    as_json: AsJson = False,
) -> None:
    """Sätt samman ett forum för ett behov, lotta och lägg grupper. / Compose a forum for a need, draw, arrange."""
    line: CommandLine = context.obj
    if later and any(each is not None for each in (mixing, stations, seed)):
        raise Invalid(
            "--mixing, --stations och --seed hör till lottning och grupper, som --later väntar med.",
            "--mixing, --stations and --seed belong to draw and groups, which --later leaves for later.",
        )
    form = filled(ComposeForm, rules=_rules(rules, seats, aspect), reason=reason)
    drawing, arranging = _trial(seed), filled(ArrangeForm, mixing=mixing, stations=stations)
    line.matcha.need(need)  # before the model takes its seconds
    with line.working("forum_reading"):
        line.matcha.warm_up()
    with telling_rules(line), line.working("forum_composing"):
        begun = time.perf_counter()
        made = line.matcha.compose_forum(need, form, OPERATOR)
        seconds = round(time.perf_counter() - begun, 3)
    if not later:
        made = _drawn_and_arranged(line, made.id, drawing, arranging)
    show(line, made, as_json, seconds)


def draw(
    context: typer.Context,
    id: Id,
    dice: Annotated[str | None, typer.Option(help="Tärningskast: 4 2 6 … / Throws of dice.")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="Vem som såg kasten. / Who saw the throws.")] = None,
    seed: Words = None,
    as_json: AsJson = False,
) -> None:
    """Lotta vem som får plats: kontrollpunkt, tärningar eller på prov. / Draw who has a place."""
    line: CommandLine = context.obj
    if dice is not None and seed is not None:
        raise Invalid("Ange --dice eller --seed, inte båda.", "Give --dice or --seed, not both.")
    if witness and dice is None:
        raise Invalid("Vittnen hör till tärningar: ange --dice.", "Witnesses belong to dice: give --dice.")
    dice_form = filled(DrawForm, source=SeedSource.DICE, said=dice, witnesses=witness or ())
    with line.working("forum_drawing"):
        made = line.matcha.draw_forum(id, _trial(seed) if dice is None else dice_form, OPERATOR)
    show(line, made, as_json)


def arrange(
    context: typer.Context, id: Id, mixing: Mixed = None, stations: Stations = None, as_json: AsJson = False
) -> None:
    """Lägg grupper och deras väg mellan stationerna. / Arrange groups and their way between the stations."""
    line: CommandLine = context.obj
    form = filled(ArrangeForm, mixing=mixing, stations=stations)
    with line.working("forum_arranging"):
        made = line.matcha.arrange_forum(id, form, OPERATOR)
    show(line, made, as_json)


def plan(
    context: typer.Context,
    id: Id,
    file: Annotated[Path | None, typer.Option(help="Programmet, som JSON. / The programme, as JSON.")] = None,
    starts: Annotated[str | None, typer.Option(help="Börjar: 2027-03-11T13:00. / Starts.")] = None,
    place: Annotated[str | None, typer.Option(help="Plats. / Place.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bestäm tid, plats och program; tider utan zon är svenska. / Decide time, place and programme (Swedish time)."""
    line: CommandLine = context.obj
    given = {"starts": starts, "place": place}
    form = filled(ProgrammeForm, **given) if file is None else read_form(file, ProgrammeForm, **given)
    made = line.matcha.plan_forum(id, form, OPERATOR)
    if as_json:
        print_json(forum_json(made))
        return
    show_programme(line, made)
    if lacking := staffed(made.stations):
        out.print(line.say("forum_lacking"))
        for one in lacking:
            out.print(f"  • {one.sv if line.settings.language is Language.SV else one.en}", markup=False)
    show_following(line, made)


def verify(
    context: typer.Context,
    id: Id,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Skriv underlaget hit. / Write it here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Gör om lottningen ur loggens underlag: blir den densamma? / Draw again from the log: is it the same?"""
    line: CommandLine = context.obj
    forum = line.matcha.forum(id)
    problem, composition = line.matcha.composition(id)
    told = _act(line, forum, ActKind.FORUM_DRAWN)
    if forum.seed is None or told is None:
        raise Conflict(f"Forumet {id} är inte lottat.", f"Forum {id} has not been drawn.")
    wrong = _differences(line, forum, problem, composition, told)
    if out_folder is not None:
        write_atomically(out_folder / "composition.json", composition.to_bytes())
        write_atomically(out_folder / "seed.json", canonical(_seed_json(forum.seed)))
    if as_json:
        seed = _seed_json(forum.seed)
        told_json = {"id": id, "identical": not wrong, "differs": wrong, "digest": composition.digest, "seed": seed}
        print_json(told_json | {"panel": told["panel"], "invited": told["invited"]})
    elif not wrong:
        _show_verified(line, forum, composition, told, out_folder)
    if wrong:
        listed = ", ".join(wrong)
        raise Conflict(f"Lottningen blir inte densamma: {listed}.", f"The draw is not the same: {listed}.")


def _rules(path: Path | None, seats: str | None, aspects: list[str] | None) -> ForumRulesForm:
    form = ForumRulesForm() if path is None else read_form(path, ForumRulesForm)
    instead: dict[str, Any] = {}
    if seats is not None:
        instead["seats"] = _range(seats, form.seats[0])
    if aspects:
        instead["aspects"] = tuple(aspects)
    return filled(ForumRulesForm, **form.model_dump() | instead) if instead else form


def _range(seats: str, fewest: int) -> tuple[int, int]:
    """The fewest and most people; one number is the most, and the fewest are as the rules say if that is fewer."""
    found = _SEATS.fullmatch(seats.strip())
    if found is None:
        raise Invalid(
            "--seats ska vara ett tal (40) eller två (30-40).", "--seats must be a number (40) or two (30-40)."
        )
    first, last = int(found[1]), found[2]
    if last is not None:
        return first, int(last)
    return (fewest if fewest < first else min(30, first)), first


def _trial(words: str | None) -> DrawForm:
    return DrawForm() if words is None else filled(DrawForm, source=SeedSource.TRIAL, said=words)


def _drawn_and_arranged(line: CommandLine, id: str, drawing: DrawForm, arranging: ArrangeForm) -> Forum:
    with kept(line, id):
        with line.working("forum_drawing"):
            line.matcha.draw_forum(id, drawing, OPERATOR)
        with line.working("forum_arranging"):
            return line.matcha.arrange_forum(id, arranging, OPERATOR)


def _act(line: CommandLine, forum: Forum, kind: ActKind) -> dict[str, Any] | None:
    """What the newest act of a kind says of a forum."""
    acts = line.matcha.acts(forum.need_id, kind)
    return next((act.content for act in reversed(acts) if act.content.get("forum") == forum.id), None)


def _differences(
    line: CommandLine, forum: Forum, problem: Problem, composition: Composition, told: dict[str, Any]
) -> list[str]:
    """What is not as it was logged: digests, the seed of a checkpoint, and what was drawn."""
    from matcha.forum.drawing import draw as drawn_by

    assert forum.seed is not None
    composed = _act(line, forum, ActKind.FORUM_COMPOSED) or {}
    drawn = drawn_by(problem, composition, forum.seed)
    pairs = {
        "problem": (composed.get("problem"), problem.digest),
        "composition": (composed.get("composition"), composition.digest),
        "seed": (forum.seed.said, _root(line, forum)),
        "panel": (told["panel"], drawn.panel),
        "invited": (told["invited"], list(drawn.invited)),
        "reserves": (told["reserves"], plain(drawn.reserves)),
    }
    return [name for name, (logged, again) in pairs.items() if logged != again]


def _root(line: CommandLine, forum: Forum) -> str:
    """What the seed has to say: the root of the first tree that holds the composition, unless others chose it."""
    assert forum.seed is not None
    if forum.seed.source is not SeedSource.CHECKPOINT:
        return forum.seed.said
    size = forum.leaf_index + 1
    return Checkpoint.unverified(line.matcha.consistency(size, size)[0]).root.hex()


def _seed_json(seed: Seed) -> dict[str, Any]:
    return {"source": seed.source.value, "said": seed.said, "witnesses": list(seed.witnesses)}


def _show_verified(
    line: CommandLine, forum: Forum, composition: Composition, told: dict[str, Any], folder: Path | None
) -> None:
    assert forum.seed is not None
    same = line.say("forum_same", actors=len(told["invited"]), panel=told["panel"])
    out.print(same, style="bold", markup=False, soft_wrap=True)
    committed = line.say("forum_is_committed", index=forum.leaf_index, digest=composition.digest)
    out.print(committed, markup=False, soft_wrap=True)
    if forum.seed.source is SeedSource.CHECKPOINT:
        out.print(line.say("forum_is_root", size=forum.leaf_index + 1), markup=False, soft_wrap=True)
    if folder is not None:
        path, seed = folder / "composition.json", forum.seed
        said = line.say("forum_run_yourself", path=path, source=seed.source.value, said=seed.said)
        out.print(said, markup=False, soft_wrap=True)
