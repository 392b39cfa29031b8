"""Why, why not, and what is missing: one question, and any registered profile explained before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from matcha import explanation
from matcha.calibration import Scale
from matcha.errors import Conflict
from matcha.explanation import Case
from matcha.interchange import explanation_json
from matcha.matchlog.entry import Draft, Kind, Salt, canonical, sealed
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.reading import Reading, all_sentences, profile_sentences
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.snapshot import near_copies, of_same_owner
from matcha.scoring import Candidate
from matcha.service.asking import Question, standings_of, told_standings
from matcha.service.preparation import Ready
from matcha.service.telling import Told, other_points, texts_in
from matcha.store import queries
from matcha.store.log import Head
from matcha.store.queries import CurrentProfile
from matcha.values import Advice, Band, Deletion, Explanation, Hit, OtherPoints


class Explainer:
    """A need that has been asked of everyone (`hits`); explains where profiles stand."""

    def __init__(self, ready: Ready, indexer: Indexer, need: Reading, k: int, head: Head) -> None:
        query = ready.pipeline.query(need)
        self.ready, self.need, self.head = ready, need, head
        self._indexer, self._query, self._k = indexer, query, k
        self._told = Told(need, ready.calibration.scale(query), ready.snapshot)
        self.hits = retrieve(ready.catalogue, query, len(ready.catalogue), head.root)

    def explain(self, session: Session, profile_id: str, what_if: bool = True) -> Explanation:
        """Explain a profile; without `what_if`, leave out `deletions` and `advice`, for which texts must be read.

        Raises NotFound for an unknown profile, Conflict for one that takes no part.
        """
        current = queries.profile(session, profile_id)
        if profile_id not in self.ready.snapshot.eligible:
            raise _takes_no_part(profile_id, self.ready.snapshot.alike)
        case = self._case(profile_id)
        texts = texts_in(session, self.ready.catalogue)([profile_id])[profile_id]
        evidence = self._told.evidence(case.scored.parts, texts)
        version = current.version
        found = all_sentences(version.text, version.language, version.masked)
        kept = profile_sentences(version.title, version.text, version.language, version.masked)[1]
        cited = [pair.profile_sentence for pair in evidence]
        lacking = list(dict.fromkeys(pair.need_sentence for pair in evidence if not pair.supported))
        deletions, advice = self._what_if(session, current, case, cited, lacking, found) if what_if else ((), ())
        (band,) = self._told.scale.bands([case.scored.score])
        counted = ((case.hit.scored.profile_id, case.hit.scored.score), *case.hit.others)
        return Explanation(
            need_sentences=self._told.need.sentences.texts,
            actor=self.ready.snapshot.eligible[profile_id].actor,
            profile_id=profile_id,
            profile_version=version.version,
            profile_title=version.title,
            rank=case.hit.rank,
            ranked=len(self.hits),
            k=self._k,
            to_cut=case.to_cut(self._k),
            score=case.scored.score,
            actor_score=case.hit.score,
            counted=tuple(OtherPoints(f"profile:{id}", points) for id, points in counted),
            band=band,
            evidence=evidence,
            terms=self._told.terms(case.scored.parts),
            other_points=other_points(case.scored.parts),
            copied=tuple(text for text in texts.values() if text in self._told.copied),
            masked=tuple(version.masked),
            unread=tuple(sentence for sentence in dict.fromkeys(found) if sentence not in kept),
            deletions=deletions,
            advice=advice,
            pipeline=self.ready.pipeline.digest,
            snapshot=self.ready.snapshot.digest,
            leaf_index=-1,  # until it is logged
            receipt="",
        )

    def standings(self) -> Mapping[str, float]:
        """Give how far each ranked actor's best profile stands above texts not chosen for the need, by id."""
        found = self._told.scale.standings([hit.scored.score for hit in self.hits])
        return {hit.actor_id: standing for hit, standing in zip(self.hits, found, strict=True)}

    def grades(self) -> Mapping[str, int]:
        """Give how far each ranked actor answers the need, by id: 3 strongly, 2 possibly, 1 touches it, 0 not at all.

        Its best profile's band decides, and below those whether any sentence of it has support.
        """
        scale = self._told.scale
        bands = scale.bands([hit.scored.score for hit in self.hits])
        return {hit.actor_id: _grade(band, hit, scale) for hit, band in zip(self.hits, bands, strict=True)}

    def _case(self, profile_id: str) -> Case:
        catalogue = self.ready.catalogue
        actor = catalogue.actor_ids[catalogue.place(profile_id)]
        own = catalogue.profiles(catalogue.owned_with(profile_id))
        return Case(self._query, self.hits, actor, profile_id, own)

    def _what_if(
        self,
        session: Session,
        current: CurrentProfile,
        case: Case,
        cited: Sequence[str],
        lacking: Sequence[str],
        sentences: Sequence[str],
    ) -> tuple[tuple[Deletion, ...], tuple[Advice, ...]]:
        version, reader, pipeline = current.version, self._indexer.reader, self.ready.pipeline
        known = self._indexer.reading(session, version)

        own = of_same_owner(session, current.actor)
        first = queries.first_entries(session, [c.profile.id for c in own])

        def reread(said: Sequence[str]) -> Candidate | None:
            """Nothing is stated of a change that makes a near-copy of another profile, or a profile of a near-copy."""
            text = "\n".join(said)
            changed = replace(current, version=version.model_copy(update={"text": text}))
            anew = [changed if c.profile.id == current.profile.id else c for c in own]
            if len(own) > 1 and near_copies(anew, first) != near_copies(own, first):
                return None
            reading = reader.profile(version.title, text, version.language, version.masked, known)
            return pipeline.candidates([(current.profile.id, reading)])[0]

        return (
            explanation.deletions(case, cited, sentences, reread),
            explanation.advice(case, lacking, sentences, reread),
        )


def explanation_draft(
    question: Question, explainer: Explainer, said: Mapping[str, Any], found: Explanation | None, salt: Salt
) -> Draft:
    """Give the entry of an explanation, or of everyone's standings alone when no profile was explained."""
    ready = explainer.ready
    standings = standings_of(explainer.hits, ready, salt(32))
    values = {**question.values(explainer.need), "secret": standings.secret}
    profile = None
    if found is not None:
        profile = ready.snapshot.eligible[found.profile_id].leaf_index
        told = explanation_json(found)
        values["explanation"] = canonical({name: told[name] for name in told if name not in ("leaf_index", "receipt")})
    outcome = {"of": None, "profile": profile, "standings": told_standings(standings)}
    return Draft(Kind.EXPLANATION, {**said, **outcome}, sealed(values, salt))


def _grade(band: Band, hit: Hit, scale: Scale) -> int:
    if band is not Band.WEAK:
        return 3 if band is Band.STRONG else 2
    return int(any(pair.points > scale.support[pair.need] for pair in hit.scored.parts.sentences))


def _takes_no_part(profile_id: str, alike: Sequence[Sequence[str]]) -> Conflict:
    for first, *copies in alike:
        if profile_id in copies:
            return Conflict(
                f"Profilen {profile_id} bedöms inte för sig: under samma organisationsnummer säger {first} nästan "
                f"detsamma. Be om {first} i stället, eller skriv om profilen så att den säger något eget.",
                f"Profile {profile_id} is not scored by itself: {first} says nearly the same under the same "
                f"organisation number. Ask for {first} instead, or rewrite the profile so that it says something else.",
            )
    return Conflict(
        f"Profilen {profile_id} är tillbakadragen och bedöms inte. Importera den igen om den ska delta.",
        f"Profile {profile_id} is withdrawn and not scored. Import it again if it is to take part.",
    )
