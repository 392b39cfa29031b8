"""A small ranking that is neutral by construction, and others that have a fault each: none knows matcha's own."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.neutrality.relations import Parallel, Ranks
from matcha.neutrality.rewriting import padding
from matcha.records import NeedForm, ProfileForm
from matcha.records.batch import Batch
from matcha.values import Language
from tests.conftest import DEMO, demo

PARALLELS = 12
FLOOR = 150.0  # thousandths: two sentences about different things have that much in common

Words = tuple[str, ...]
Weight = Callable[[str], float]
Points = NDArray[np.float64]

_SMALL = """
    och att i på som för av med är den det en ett till har inte de vi kan om så när från vid ut efter under mellan utan
    eller hur vad där då per in upp varje man sig sin sitt sina blir var över the a an of and to in is for on with that
    it we are at by from or as be when not has have this which who without between after how every each were was
"""
SMALL = frozenset(_SMALL.split())


def demo_parallels() -> list[Parallel]:
    rows: list[dict[str, Any]] = json.loads((DEMO / "judgements" / "parallels.json").read_text("utf-8"))
    written = {row["id"]: row for row in demo("profiles")}
    found = []
    for row in rows:
        both = {each["language"]: (each["title"], each["text"]) for each in (row, written[row["profile_id"]])}
        found.append(Parallel(both["sv"], both["en"]))
    return found[:PARALLELS]


TRANSLATED = {parallel.english: parallel.swedish for parallel in demo_parallels()}  # all that Plain knows of English


class Plain:
    """A small ranking that is neutral by construction: words in common, at weights that never change.

    Names are masked, texts are read in canonical form, repetitions and enumerations are not read. A need's sentence
    takes a profile's best sentence and its title; an actor has the points of its best profile; who has as many shares
    a rank. Of profiles under one organisation number that are nearly the same the first is read.
    """

    def __call__(self, batch: Batch) -> Ranks:
        mask = self.mask(batch)
        profiles = self.read(batch)
        texts = [self.sentences(profile, mask) for profile in profiles]
        asked = {need.id: self.need_sentences(need, mask) for need in batch.needs}
        known = {stem(word) for sentences in asked.values() for sentence in sentences for word in sentence} - {""}
        table = Table([s for text in texts for s in text], sorted(known), self.weight(texts))
        ends = np.cumsum([0, *map(len, texts)])
        ranks = {}
        for need in batch.needs:
            common = table.common(asked[need.id])
            parts = np.stack([self.parts(common[:, a:b], p) for a, b, p in zip(ends, ends[1:], profiles, strict=False)])
            points: dict[str, list[float]] = defaultdict(list)
            for profile, own in zip(profiles, self.together(parts), strict=True):
                points[profile.actor_id].append(float(own) + self.bonus(need, profile, batch))
            ranks[need.id] = self.ranked({actor: self.of_actor(own) for actor, own in points.items()})
        return ranks

    def mask(self, batch: Batch) -> re.Pattern[str]:
        names = {a.name for a in batch.actors} | {a.org_number for a in batch.actors if a.org_number}
        return re.compile("|".join(re.escape(name.casefold()) for name in sorted(names, key=lambda n: (-len(n), n))))

    def read(self, batch: Batch) -> tuple[ProfileForm, ...]:
        number = {a.id: re.sub(r"\D", "", a.org_number or "") or a.id for a in batch.actors}
        kept: dict[str, list[set[str]]] = defaultdict(list)
        found = []
        for profile in sorted(batch.profiles, key=lambda p: p.id):
            words = set(re.findall(r"\w+", self.visible(profile.text)))
            own = kept[number[profile.actor_id]]
            if all(len(words & other) < 0.8 * len(words | other) for other in own):
                own.append(words)
                found.append(profile)
        order = {profile.id: place for place, profile in enumerate(batch.profiles)}
        return tuple(sorted(found, key=lambda p: order[p.id]))

    def visible(self, text: str) -> str:
        return visible(text)

    def need_sentences(self, need: NeedForm, mask: re.Pattern[str]) -> list[Words]:
        return [s for s in cut(mask.sub(" ", visible(f"{need.title}\n{need.text}"))) if s]

    def sentences(self, profile: ProfileForm, mask: re.Pattern[str]) -> list[Words]:
        """The title, then what counts of the text."""
        title, text = TRANSLATED.get((profile.title, profile.text), (profile.title, profile.text))
        first = once(words(mask.sub(" ", self.visible(title))))
        found = [self.once(sentence) for sentence in cut(mask.sub(" ", self.visible(text)))]
        return self.distinct([first, *(sentence for sentence in found if self.counts(sentence))])

    def once(self, sentence: Words) -> Words:
        return once(sentence)

    def distinct(self, found: list[Words]) -> list[Words]:
        return list(dict.fromkeys(found))

    def counts(self, sentence: Words) -> bool:
        small = sum(word in SMALL for word in sentence)
        return small >= 2 and 8 * small >= len(sentence)

    def weight(self, texts: Sequence[Sequence[Words]]) -> Weight:
        """What stands on every company's page says nothing, so that padding gives nothing."""
        return lambda word: 0.0 if word in padding_words() else float(len(word))

    def parts(self, common: Points, profile: ProfileForm) -> Points:
        best = common[:, 1:].max(axis=1, initial=0.0).sum()
        return np.array([common[:, 0].sum(), best])

    def together(self, parts: Points) -> Points:
        total: Points = parts.sum(axis=1)
        return total

    def bonus(self, need: NeedForm, profile: ProfileForm, batch: Batch) -> float:
        return 0.0

    def of_actor(self, points: list[float]) -> float:
        return max(points)

    def ranked(self, points: Mapping[str, float]) -> dict[str, int]:
        order = sorted(points.values(), reverse=True)
        return {actor: order.index(own) + 1 for actor, own in points.items()}


@cache
def padding_words() -> frozenset[str]:
    return frozenset(stem(word) for language in Language for line in padding(language) for word in words(line))


class Table:
    """The sentences of all profiles as word weights; what each has in common with a need's, in whole points."""

    def __init__(self, sentences: Sequence[Words], known: Sequence[str], weight: Weight) -> None:
        self.weight = weight
        self.places = {word: place for place, word in enumerate(known)}
        self.rows, self.sizes = self.matrix(sentences)

    def matrix(self, sentences: Sequence[Words]) -> tuple[Points, Points]:
        """The weights of the words that are known, and the sizes of sentences with all their words."""
        rows, sizes = np.zeros((len(sentences), len(self.places))), np.zeros(len(sentences))
        for row, sentence in enumerate(sentences):
            for word in set(map(stem, sentence)) - {""}:
                sizes[row] += self.weight(word) ** 2
                if word in self.places:
                    rows[row, self.places[word]] = self.weight(word)
        return rows, sizes

    def common(self, sentences: Sequence[Words]) -> Points:
        """Cosines in thousandths, FLOOR less, at least 0. Exact, as weights are whole numbers."""
        need, sizes = self.matrix(sentences)
        size = np.sqrt(np.maximum(np.outer(sizes, self.sizes), 1.0))
        found: Points = np.floor(1000 * (need @ self.rows.T) / size)
        return np.maximum(0.0, found - FLOOR)


@cache
def visible(text: str) -> str:
    kept = (c for c in text if unicodedata.category(c) != "Cf" and "VARIATION" not in unicodedata.name(c, ""))
    normal = unicodedata.normalize("NFKC", "".join(kept)).casefold()
    return re.sub(r"</?s>|<mask>|(?:query|passage): ", " ", normal)


@cache
def words(text: str) -> Words:
    return tuple(re.findall(r"[^\W_]+", text))


@cache
def cut(text: str) -> tuple[Words, ...]:
    return tuple(words(sentence) for sentence in re.split(r"(?<=[.!?])\s+|\n", text))


@cache
def once(sentence: Words) -> Words:
    """The sentence with words, up to eight in a row, that are repeated on the spot only once."""
    kept: list[str] = []
    for size in range(1, 9):
        kept, rest = [], sentence
        for word in rest:
            kept.append(word)
            if kept[-size:] == kept[-2 * size : -size]:
                del kept[-size:]
        sentence = tuple(kept)
    return sentence


@cache
def stem(word: str) -> str:
    return word[:6] if len(word) > 3 and word not in SMALL else ""


# rankings with a fault each


class LongNames(Plain):
    def bonus(self, need: NeedForm, profile: ProfileForm, batch: Batch) -> float:
        return next(float(len(a.name)) for a in batch.actors if a.id == profile.actor_id)


class ReadsNames(Plain):
    def mask(self, batch: Batch) -> re.Pattern[str]:
        return re.compile(r"(?!)")


class PrefersSweden(Plain):
    def bonus(self, need: NeedForm, profile: ProfileForm, batch: Batch) -> float:
        return next(float(a.country == "SE") for a in batch.actors if a.id == profile.actor_id)


class FirstCome(Plain):
    def ranked(self, points: Mapping[str, float]) -> dict[str, int]:
        order = sorted(points, key=lambda actor: -points[actor])
        return {actor: place for place, actor in enumerate(order, start=1)}


class ReciprocalRanks(Plain):
    def together(self, parts: Points) -> Points:
        ranks = 1 + (parts[None, :, :] > parts[:, None, :]).sum(axis=1)
        total: Points = (1.0 / (60 + ranks)).sum(axis=1)
        return total


class MinMax(Plain):
    def together(self, parts: Points) -> Points:
        low, high = parts.min(axis=0), parts.max(axis=0)
        total: Points = ((parts - low) / np.maximum(high - low, 1.0)).sum(axis=1)
        return total


class RegisteredRarity(Plain):
    def weight(self, texts: Sequence[Sequence[Words]]) -> Weight:
        within = Counter(w for text in texts for w in {stem(word) for sentence in text for word in sentence})
        return lambda word: float(round(10 * np.log((1 + len(texts)) / (0.5 + within[word]))))


class AsWritten(Plain):
    def visible(self, text: str) -> str:
        return text.casefold()


class EverySentence(Plain):
    def distinct(self, found: list[Words]) -> list[Words]:
        return found

    def parts(self, common: Points, profile: ProfileForm) -> Points:
        return np.array([common[:, 0].sum(), common[:, 1:].sum()])


class ReadsLists(Plain):
    def counts(self, sentence: Words) -> bool:
        return bool(sentence)


class PrefersShort(Plain):
    def parts(self, common: Points, profile: ProfileForm) -> Points:
        return (1 + super().parts(common, profile)) / len(profile.text)


class PrefersLong(Plain):
    def bonus(self, need: NeedForm, profile: ProfileForm, batch: Batch) -> float:
        return len(profile.text) / 50


class OwnLanguage(Plain):
    def bonus(self, need: NeedForm, profile: ProfileForm, batch: Batch) -> float:
        return 50.0 * (need.language is profile.language)


class AddsProfiles(Plain):
    def read(self, batch: Batch) -> tuple[ProfileForm, ...]:
        known = {profile.actor_id for profile in super().read(batch)}
        return tuple(profile for profile in batch.profiles if profile.actor_id in known)

    def of_actor(self, points: list[float]) -> float:
        return sum(points)


class ListsCopies(Plain):
    def read(self, batch: Batch) -> tuple[ProfileForm, ...]:
        return batch.profiles


RANKERS: dict[str, type[Plain]] = {"Plain": Plain, **{each.__name__: each for each in Plain.__subclasses__()}}
