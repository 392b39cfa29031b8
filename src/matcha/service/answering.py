"""Answering: who could meet a need, why, and what a person then chose. Each flow is readable from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from sqlmodel import Session

from matcha.callers import ANYBODY, Caller
from matcha.errors import Invalid, NotFound
from matcha.records import Decision, DecisionForm, LockForm, Need, PurposeForm
from matcha.records.need import Purpose
from matcha.retrieval.reading import Reading
from matcha.service import asking, entries, rules
from matcha.service.asking import Found, Question
from matcha.service.deciding import keep
from matcha.service.entries import ERASED
from matcha.service.explaining import Explainer, explanation_draft
from matcha.service.logbook import Writing
from matcha.service.preparation import Ready
from matcha.service.recent import Recent
from matcha.service.rules import under_procurement
from matcha.service.system import System
from matcha.service.telling import texts_in
from matcha.store import log, process, queries
from matcha.store.log import Head
from matcha.text.canonical import canonical, refuse_unusable
from matcha.text.language import detect
from matcha.values import ActorKind, Answer, Explanation, Language

Looked = TypeVar("Looked")


class Answering(System):
    """What a need is answered with, and what people decide about it."""

    # answer: need → vectors → snapshot → retrieve → evidence → log → answer; no log, no match

    def match(
        self,
        text: str | None = None,
        *,
        need_id: str | None = None,
        k: int = 10,
        kind: ActorKind | None = None,
        language: Language | None = None,
        purpose: Purpose | None = None,
        reason: str | None = None,
        caller: Caller = ANYBODY,
    ) -> Answer:
        """Rank the actors that could meet a need, given as text or by id, best first.

        `language` is that of the text, detected unless given; `purpose` the one of the need, or else preparing;
        `reason` why only actors of one kind are asked. The answer is in the match log when it is given. Raises Invalid
        for a text that cannot be read and for k outside 1…1000, NotFound for an unknown need, Conflict for one under
        procurement (R11), Forbidden for a caller with an interest of their own (R12), Unavailable when the model or the
        index is missing.
        """
        question = self._question(text, need_id, k, language, kind, purpose, reason, caller)

        def look(session: Session) -> tuple[Head, Ready, Reading, Found]:
            head, ready = log.head(session), self._preparation.ready(session)
            reading = self._read(ready, question)
            texts = texts_in(session, ready.catalogue)
            return head, ready, reading, asking.find(ready, reading, k, kind, head.root, texts)

        head, ready, reading, found = self._asking(look)
        with self.logbook.writing() as writing:
            said = self._said(writing, question, ready, head)
            leaf = writing.append(asking.match_draft(question, reading, found, ready, said, writing.salt))
            return writing.done(
                Answer(
                    need_sentences=reading.sentences.texts,
                    language=question.language,
                    matches=found.matches,
                    considered=found.considered,
                    pipeline=ready.pipeline.digest,
                    snapshot=ready.snapshot.digest,
                    leaf_index=leaf,
                    receipt=writing.receipt(),
                )
            )

    def explain(
        self,
        profile_id: str,
        text: str | None = None,
        *,
        need_id: str | None = None,
        k: int = 10,
        caller: Caller = ANYBODY,
    ) -> Explanation:
        """Say why a registered profile stands where it stands for a need, and what is missing.

        Raises as `match` does, NotFound for an unknown profile, Conflict for one that takes no part.
        """
        question = self._question(text, need_id, k, caller=caller)

        def look(session: Session) -> tuple[Explainer, Explanation]:
            explainer = self.explainer(session, question)
            return explainer, explainer.explain(session, profile_id)

        explainer, found = self._asking(look)
        with self.logbook.writing() as writing:
            leaf = self._log_explanation(writing, question, explainer, found)
            return writing.done(replace(found, leaf_index=leaf, receipt=writing.receipt()))

    def explainer(self, session: Session, question: Question) -> Explainer:
        """Ask a need once, to explain many profiles before it."""
        head, ready = log.head(session), self._preparation.ready(session)
        return Explainer(ready, self._indexer, self._read(ready, question), question.k, head)

    def everyone(self, need_id: str) -> Mapping[str, int]:
        """Give the rank of every actor that is ranked for a need, by actor id. That they were asked for is logged."""
        return self._everyone(need_id)[0]

    def _everyone(self, need_id: str, caller: Caller = ANYBODY) -> tuple[Mapping[str, int], int, Ready]:
        question = self._question(None, need_id, 1, caller=caller)
        explainer = self._asking(lambda session: self.explainer(session, question))
        with self.logbook.writing() as writing:
            leaf = self._log_explanation(writing, question, explainer, None)
        return {hit.actor_id: hit.rank for hit in explainer.hits}, leaf, explainer.ready

    def _log_explanation(
        self, writing: Writing, question: Question, explainer: Explainer, found: Explanation | None
    ) -> int:
        said = self._said(writing, question, explainer.ready, explainer.head)
        return writing.append(explanation_draft(question, explainer, said, found, writing.salt))

    def check_index(self) -> None:
        """Raise Unavailable when questions cannot be answered: the index is missing or does not fit."""
        self._looking(self._preparation.ready)

    # decide: a named person chooses, beside the machine's rank

    def decide(self, form: DecisionForm, caller: Caller = ANYBODY) -> Decision:
        """Keep what a person chose about an actor for a need, beside the machine's rank (R13).

        Raises NotFound for an unknown need or actor, Conflict for a need under procurement, Forbidden for a caller with
        an interest of their own.
        """
        self.actor(form.actor_id)
        ranks, standings, ready = self._everyone(form.need_id, caller)
        with self.logbook.writing() as writing:
            return writing.done(keep(writing, form, ready, ranks, standings))

    def close_invitations(self, need_id: str, caller: Caller = ANYBODY) -> int:
        """Log the list of those who are invited for a need as it now stands, and give its place in the log."""
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, need_id)
            rules.check_edit(writing.session, need, caller)
            decisions = [d for d in queries.decisions(writing.session) if d.need_id == need_id]
            return writing.done(writing.append(entries.invite_list(need, decisions)))

    def set_purpose(self, form: PurposeForm, caller: Caller = ANYBODY) -> Need:
        """Say what a need is matched for from now on (R6)."""
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, form.need_id)
            rules.refuse_conflicted(writing.session, need, caller)
            need.purpose = form.purpose
            need.touched = writing.append(entries.purpose(form, need, writing.salt))
            return writing.done(need)

    def set_lock(self, form: LockForm, caller: Caller = ANYBODY) -> Need:
        """Say that a procurement of a need begins or has ended: while it goes on, nothing is matched for it (R11)."""
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, form.need_id)
            rules.refuse_conflicted(writing.session, need, caller)
            need.locked = form.locked
            need.touched = writing.append(entries.phase_lock(form, need, writing.salt))
            return writing.done(need)

    # what every question goes through

    def _question(
        self,
        text: str | None,
        need_id: str | None,
        k: int,
        language: Language | None = None,
        only: ActorKind | None = None,
        purpose: Purpose | None = None,
        reason: str | None = None,
        caller: Caller = ANYBODY,
    ) -> Question:
        asking.refuse_k(k)
        if (text is None) == (need_id is None):
            raise Invalid(
                "Ange antingen behovet som text eller ett behovs id, inte båda.",
                "Give either the need as text or the id of a need, not both.",
            )
        if need_id is not None:
            need = self.need(need_id)
            if need.title == ERASED:
                raise NotFound(f"Behovet {need_id} är utgallrat.", f"The need {need_id} has been erased.")
            if need.locked:
                self._refuse_locked(need)
            with self._store.reading() as session:
                rules.refuse_conflicted(session, need, caller)
            said, why = f"{need.title}\n{need.text}", purpose or need.purpose
            by = caller.account_id
            return Question(said, need.language, k, why, only, need.id, need.leaf_index, by, reason)
        assert text is not None
        refuse_unusable(text)
        why = purpose or Purpose.PREPARING
        return Question(text, language or detect(text), k, why, only, by=caller.account_id, reason=reason)

    def _asking(self, look: Callable[[Session], Looked]) -> Looked:
        """Look as `_looking` does; profiles whose time has run out are noted and logged first."""
        now = self._clock()
        found = self._looking(lambda session: None if process.is_due(session, now) else look(session))
        if found is None:
            self.expire()
            return self._looking(look)
        return found

    def _refuse_locked(self, need: Need) -> None:
        with self.logbook.writing() as writing:
            writing.append(entries.refused(need))
        raise under_procurement(need)

    def _read(self, ready: Ready, question: Question) -> Reading:
        masked = ready.names.found_in(canonical(question.text))
        said = question.text, question.language, masked
        if question.need_id is None:
            return self.reader.need(*said)
        return self._recent.reading((question.need_id, *said), lambda: self.reader.need(*said))

    @cached_property
    def _recent(self) -> Recent:
        return Recent()

    def _said(self, writing: Writing, question: Question, ready: Ready, head: Head) -> Mapping[str, object]:
        """What an entry says of a question; what it names by digest is kept for replay."""
        if question.need_id is not None and queries.need(writing.session, question.need_id).locked:
            raise under_procurement(queries.need(writing.session, question.need_id))  # since it was read
        config = asking.config(writing, ready.pipeline, ready.known)
        writing.keep(f"roll/{ready.snapshot.digest}", lambda: ready.snapshot.roll.content)
        return question.said(config, ready.snapshot, head)
