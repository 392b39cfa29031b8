"""A forum composed: need → grades of everyone → composition, committed to → draw → who sits where → programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from matcha.callers import Caller
from matcha.errors import Conflict, Invalid
from matcha.forum.plan import Composition, Problem, Seed, plain
from matcha.forum.record import Forum
from matcha.forum.stages import Listed, listed
from matcha.forum.state import Standing, arrangement_content
from matcha.matchlog.entry import canonical
from matcha.process import ActKind, SeedSource
from matcha.records import Need
from matcha.records.forum import ArrangeForm, ComposeForm, DrawForm, ProgrammeForm
from matcha.service import acts, forum_view, grading, rules
from matcha.service.answers import Answers
from matcha.service.asking import Question
from matcha.service.forum_rules import refuse_changed, refuse_far, refuse_undrawn, refuse_unfit
from matcha.service.logbook import Writing
from matcha.service.process import new_id
from matcha.service.rules import under_procurement
from matcha.store import log, queries


@dataclass(frozen=True)
class Asked:
    """How far everybody answers a need and each aspect; `leaves` are the log's entries of these rankings."""

    ranks: Mapping[str, int]
    standings: Mapping[str, float]
    grades: Sequence[Mapping[str, int]]
    leaves: Sequence[int]


class Composing(Answers):
    """What is done before anybody is invited to a forum."""

    def forums(self, need_id: str | None = None) -> tuple[Forum, ...]:
        """Give the forums (of a need) as they stand, by need, the first composed first."""
        with self._store.reading() as session:
            if need_id is not None:
                queries.need(session, need_id)
            return tuple(forum_view.view(session, *each) for each in forum_view.standings_of(session, need_id))

    def forum_list(self) -> tuple[Listed, ...]:
        """Give all forums for a list, the newest first, without reading who could have come to them."""
        with self._store.reading() as session:
            found = [listed(at, need.id, need.title) for need, at in forum_view.standings_of(session)]
        return tuple(sorted(found, key=lambda one: (one.made, one.id), reverse=True))

    def forum(self, id: str) -> Forum:
        """Give a forum as it stands, or raise NotFound."""
        with self._store.reading() as session:
            return forum_view.view(session, *forum_view.standing(session, id))

    def composition(self, id: str) -> tuple[Problem, Composition]:
        """Give what a forum was composed from, and the lottery that was committed to: what anybody re-runs it with."""
        with self._store.reading() as session:
            return forum_view.kept(session, forum_view.standing(session, id)[1])

    def compose_forum(self, need_id: str, form: ComposeForm, caller: Caller) -> Forum:
        """Compose a forum for a need: a lottery over the best compositions that the rules allow, committed to.

        Nobody is drawn yet. All who are registered are ranked for the need and for each aspect, and that is logged.
        Raises Conflict for a need that is not published or in dialogue (S24), is under procurement (R11) or has invited
        people to another forum without a reason for one more; `Impossible` for rules that cannot all hold, with the
        smallest change that mends it; Invalid without two to six aspects.
        """
        from matcha.forum.composition import compose  # the solver takes half a second to load

        need = self.need(need_id)
        aspects = form.rules.aspects or tuple(need.aspects)
        with self._store.reading() as session:
            refuse_unfit(session, need, aspects, form)
        asked = self._ask(need, aspects, caller)
        with self._store.reading() as session:
            shown = rules.interested(session, need_id)
            problem = grading.problem(session, form.rules, aspects, asked.standings, asked.grades, shown)
        found = compose(problem)
        with self._of_need(need_id, caller) as (writing, need):
            refuse_unfit(writing.session, need, aspects, form)
            id = new_id("forum", writing.salt(10))
            ranks = canonical(dict(sorted(asked.ranks.items())))
            beside = {"problem": problem.to_bytes(), "composition": found.to_bytes(), "ranks": ranks}
            content = _composed(id, form, problem, found, asked.leaves)
            acts.append(writing, need, ActKind.FORUM_COMPOSED, content, rules.who(caller), beside=beside)
            return writing.done(seen(writing, id))

    def draw_forum(self, id: str, form: DrawForm, caller: Caller) -> Forum:
        """Draw who is invited, by the root of the checkpoint that first covered the composition, or by dice.

        It is done once; a draw on trial decides nothing. Raises Conflict for a forum that has been drawn, Invalid for
        what is no seed.
        """
        from matcha.forum.drawing import check_seed, draw

        with self._of_forum(id, caller) as (writing, need, standing):
            if standing.binding:
                raise Conflict(
                    f"Forumet {id} är redan draget. Det dras bara en gång.",
                    f"Forum {id} has been drawn already. It is drawn only once.",
                )
            seed = _seed(writing.session, standing, form)
            check_seed(seed)
            drawn = draw(*forum_view.kept(writing.session, standing), seed)
            told = {"source": seed.source.value, "said": seed.said, "witnesses": list(seed.witnesses)}
            places = {"panel": drawn.panel, "invited": list(drawn.invited), "reserves": plain(drawn.reserves)}
            acts.append(writing, need, ActKind.FORUM_DRAWN, {"forum": id, **told, **places}, rules.who(caller))
            return writing.done(seen(writing, id))

    def arrange_forum(self, id: str, form: ArrangeForm, caller: Caller) -> Forum:
        """Say who sits in which group, and how the groups go between the stations.

        Raises Conflict for a forum that has not been drawn, and where the rules leave no way to sit.
        """
        from matcha.forum.rotation import arrange

        before = self._standing(id)
        refuse_undrawn(before)
        problem, _ = self.composition(id)
        people = forum_view.people(problem, before)
        found = arrange(people, form.stations or len(problem.aspects), form.mixing, problem.rules.apart)
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_changed(before, standing)
            content = {"forum": id, **arrangement_content(found)}
            acts.append(writing, need, ActKind.FORUM_ARRANGED, content, rules.who(caller))
            return writing.done(seen(writing, id))

    def plan_forum(self, id: str, form: ProgrammeForm, caller: Caller) -> Forum:
        """Say when and where a forum is held, and who leads the stations. Raises Invalid for what is no half day."""
        refuse_far([form.starts])
        with self._of_forum(id, caller) as (writing, need, _):
            content = {"forum": id, **form.model_dump(mode="json")}
            acts.append(writing, need, ActKind.FORUM_PLANNED, content, rules.who(caller))
            return writing.done(seen(writing, id))

    # what every step goes through

    def _standing(self, id: str) -> Standing:
        """Give where a forum stands, to work out something that takes seconds before the transaction of its step."""
        with self._store.reading() as session:
            return forum_view.standing(session, id)[1]

    @contextmanager
    def _of_need(self, need_id: str, caller: Caller, ended: bool = False) -> Iterator[tuple[Writing, Need]]:
        """Give the transaction of a step. Raises Forbidden for a caller with an interest of their own (R12).

        Raises Conflict under procurement (R11), unless the step is about what has `ended`.
        """
        if (locked := self.need(need_id)).locked and not ended:
            self._refuse_locked(locked)
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, need_id)
            if need.locked and not ended:
                raise under_procurement(need)  # since it was read
            rules.refuse_conflicted(writing.session, need, caller)
            yield writing, need

    @contextmanager
    def _of_forum(self, id: str, caller: Caller, ended: bool = False) -> Iterator[tuple[Writing, Need, Standing]]:
        """Give the transaction of a step of a forum, as `_of_need`. Raises Conflict, too, for one that is over."""
        with self._store.reading() as session:
            need_id = forum_view.standing(session, id)[0].id
        with self._of_need(need_id, caller, ended) as (writing, need):
            _, standing = forum_view.standing(writing.session, id)
            if standing.closed is not None:
                raise Conflict(f"Forumet {id} är avslutat.", f"Forum {id} is over.")
            yield writing, need, standing

    def _ask(self, need: Need, aspects: Sequence[str], caller: Caller) -> Asked:
        """Rank everybody for a need and for each aspect alone, and log it; each entry can be replayed."""
        whole = self._question(None, need.id, 1, caller=caller)
        questions = [whole, *(_about(whole, aspect) for aspect in aspects)]
        explainers = self._asking(lambda session: [self.explainer(session, question) for question in questions])
        with self.logbook.writing() as writing:
            each = zip(questions, explainers, strict=True)
            leaves = [self._log_explanation(writing, question, explainer, None) for question, explainer in each]
        first, *rest = explainers
        ranks = {hit.actor_id: hit.rank for hit in first.hits}
        return Asked(ranks, first.standings(), [explainer.grades() for explainer in rest], leaves)


def _about(whole: Question, aspect: str) -> Question:
    return Question(aspect, whole.language, 1, whole.purpose, None, whole.need_id, whole.need, whole.by, whole.reason)


def _composed(
    id: str, form: ComposeForm, problem: Problem, found: Composition, leaves: Sequence[int]
) -> dict[str, Any]:
    return {
        "forum": id,
        "aspects": list(problem.aspects),
        "rules": form.rules.model_dump(mode="json"),
        "reason": form.reason,
        "standings": list(leaves),
        "candidates": len(problem.candidates),
        "problem": problem.digest,
        "composition": found.digest,
        "points": [found.certificate.objective, found.certificate.bound],
        "chance": [found.chance.objective, found.chance.bound],
    }


def _seed(session: Session, standing: Standing, form: DrawForm) -> Seed:
    """The root of the log's first tree that holds the composition cannot be chosen, nor known before it is logged."""
    if form.source is not SeedSource.CHECKPOINT:
        return Seed(form.source, form.said or "", form.witnesses)
    root = log.root(session, standing.composed.leaf_index + 1).hex()
    if form.said not in (None, root):
        raise Invalid("Kontrollpunktens rot väljs inte.", "The root of the checkpoint is not chosen.")
    return Seed(SeedSource.CHECKPOINT, root)


def seen(writing: Writing, id: str) -> Forum:
    """Give a forum as it stands within a transaction."""
    return forum_view.view(writing.session, *forum_view.standing(writing.session, id))
