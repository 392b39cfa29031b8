"""What coordinators judged relevant, as a test collection that `matcha evaluate` reads; it trains nothing by itself."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from matcha.records import Need
from matcha.store.queries import CurrentProfile

INSTRUCTIONS = {
    "sv": """Bedöm om profilen är relevant för behovet: skulle den som har behovet vilja läsa mer om just detta?

1. Bedöm bara texten: behovets rubrik och text, profilens rubrik och text. Vet du mer om aktören, bortse från det.
2. Väg aldrig in pris, ort, storlek, namn, hur länge aktören funnits, språk eller hur väl texten är skriven.
3. Relevant är det som svarar mot minst en väsentlig del av behovet, även om det är ofärdigt eller forskning.
4. Inte relevant är det som bara delar ord eller område med behovet.
5. Titta inte på matchas rangordning först, och prata inte ihop dig med andra som bedömer.
6. Är du osäker, svara inte relevant. Har du ett eget intresse i behovet eller hos aktören, låt bli att bedöma.

När flera bedömt samma par gäller majoriteten; vid lika många räknas det som inte relevant.
""",
    "en": """Judge whether the profile is relevant for the need: would whoever has it want to read more of just this?

1. Judge the text alone: the need's title and text, the profile's title and text. What else you know, leave aside.
2. Never weigh in price, place, size, name, how long the actor has existed, language, or how well the text is written.
3. Relevant is what answers at least one essential part of the need, even if it is unfinished or research.
4. Not relevant is what only shares words or a field with the need.
5. Do not look at matcha's ranking first, and do not agree on it with others who judge.
6. When in doubt, answer not relevant. If you have an interest of your own in the need or the actor, do not judge.

When several have judged the same pair, the majority counts; when they are as many, it counts as not relevant.
""",
}


@dataclass(frozen=True)
class Judged:
    """What one judge, named by a pseudonym, holds of one profile for one need."""

    need_id: str
    profile_id: str
    judge: str
    relevant: bool


def collection(
    judged: Sequence[Judged], needs: Sequence[Need], profiles: Sequence[CurrentProfile]
) -> Mapping[str, bytes]:
    """Give the files of a collection in BEIR form, by path, with `judges.tsv` and the instructions beside it.

    All profiles that take part, or are judged, are documents; the needs that are judged are queries. Of the judgements
    only those about such needs and profiles count. Judges are numbered anew in each collection.
    """
    asked = {need.id: need for need in sorted(needs, key=lambda need: need.id)}
    known = {profile.profile.id for profile in profiles}
    counted = [one for one in judged if one.need_id in asked and one.profile_id in known]
    wanted = {one.profile_id for one in counted}
    documents = [p for p in profiles if p.profile.id in wanted or not (p.profile.withdrawn or p.profile.expired)]
    queries = [need for id, need in asked.items() if id in {one.need_id for one in counted}]
    return {
        "corpus.jsonl": _lines([_document(p) for p in sorted(documents, key=lambda p: p.profile.id)]),
        "queries.jsonl": _lines([{"_id": need.id, "text": f"{need.title}\n{need.text}"} for need in queries]),
        "qrels/test.tsv": _table("query-id\tcorpus-id\tscore", _majority(counted)),
        "judges.tsv": _table("query-id\tcorpus-id\tjudge\tscore", _each(counted)),
        "INSTRUCTIONS.txt": "\n".join(INSTRUCTIONS[language] for language in ("sv", "en")).encode(),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Give files in one ZIP archive: the same bytes for the same files, whenever and wherever it is made."""
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:
        for path in sorted(files):
            entry = ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[path])
    return held.getvalue()


def _majority(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    votes: dict[tuple[str, str], int] = {}
    for one in judged:
        pair = one.need_id, one.profile_id
        votes[pair] = votes.get(pair, 0) + (1 if one.relevant else -1)
    return [(*pair, str(int(votes[pair] > 0))) for pair in sorted(votes)]


def _each(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    names = {judge: f"judge-{number}" for number, judge in enumerate(sorted({one.judge for one in judged}), start=1)}
    told = {(one.need_id, one.profile_id, names[one.judge]): str(int(one.relevant)) for one in judged}
    return [(*key, told[key]) for key in sorted(told)]


def _document(current: CurrentProfile) -> dict[str, str]:
    return {"_id": current.profile.id, "title": current.version.title, "text": current.version.text}


def _lines(rows: Sequence[Mapping[str, str]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _table(head: str, rows: Sequence[tuple[str, ...]]) -> bytes:
    return "".join(f"{line}\n" for line in (head, *("\t".join(row) for row in rows))).encode()
