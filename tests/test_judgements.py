"""Judgements go out as a collection that is measured, with nobody's name in it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcha import HashingEncoder, Matcha, evaluation
from matcha.api import failure
from matcha.api.caller import caller as who_asks
from matcha.api.routes import judgements as routes
from matcha.callers import AccountRole, Caller
from matcha.interchange.judgements import INSTRUCTIONS, Judged, collection, zipped
from matcha.process import ActKind
from matcha.records import NeedForm
from matcha.records.act import JudgementForm
from matcha.records.batch import Batch
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import MemoryReference
from tests.conftest import NEED, small_batch

JUDGES = [
    Caller(f"acc-{name.lower()}", frozenset({AccountRole.COORDINATOR}), name=f"{name} Prov")
    for name in ("Anna", "Bo", "Cia")
]
OTHER = NeedForm(id="n-ko", title="Kortare väntan till BUP", text="Barn väntar för länge på första bedömningen.")


@pytest.fixture
def judged() -> Matcha:
    """A system in which three have judged: two against one, one against one, and one who changed their mind."""
    matcha = Matcha.in_memory()
    matcha.submit(small_batch())
    matcha.submit(Batch(needs=(OTHER,)))
    said = [
        (0, NEED.id, "p-hygien", True),
        (1, NEED.id, "p-hygien", True),
        (2, NEED.id, "p-hygien", False),
        (0, NEED.id, "p-ko", True),
        (1, NEED.id, "p-ko", False),
        (2, OTHER.id, "p-ko", False),
        (2, OTHER.id, "p-ko", True),
    ]
    for judge, need_id, profile_id, relevant in said:
        form = JudgementForm(profile_id=profile_id, relevant=relevant, reason=f"{JUDGES[judge].name} tycker det.")
        matcha.act(need_id, ActKind.JUDGEMENT, form, JUDGES[judge])
    return matcha


@pytest.fixture
def client(judged: Matcha) -> TestClient:
    app = FastAPI()
    app.state.matcha = judged
    app.include_router(routes.router)
    failure.install(app)
    app.dependency_overrides[who_asks] = lambda: JUDGES[0]
    return TestClient(app)


def unpacked(content: bytes, folder: Path) -> Mapping[str, str]:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_export_is_measured_by_evaluate(client: TestClient, tmp_path: Path) -> None:
    answer = client.get("/v1/judgements/export")
    assert answer.headers["content-type"] == "application/zip"
    unpacked(answer.content, tmp_path / "found")
    reader = Reader(HashingEncoder())
    known = MemoryReference().reference(reader, lambda done, total: None)
    found = evaluation.read_collection(tmp_path / "found")
    assert found.qrels == {NEED.id: {"p-hygien": 1, "p-ko": 0}, OTHER.id: {"p-ko": 1}}
    assert found.queries == {need.id: f"{need.title}\n{need.text}" for need in (NEED, OTHER)}
    read = evaluation.read_texts(found, reader, tmp_path / "cache", lambda done, total: None)
    run = evaluation.run(evaluation.register(read, reader.digest, known), 10, lambda done, total: None)
    measures = evaluation.measure(run, found.qrels)
    assert measures == dict.fromkeys(measures, 1.0)
    assert measures["nDCG@10"] == 1.0


def test_each_judgement_is_told_and_nobody_is_named(client: TestClient, tmp_path: Path) -> None:
    files = unpacked(client.get("/v1/judgements/export").content, tmp_path)
    assert files["judges.tsv"].splitlines() == [
        "query-id\tcorpus-id\tjudge\tscore",
        "n-hygien\tp-hygien\tjudge-1\t1",
        "n-hygien\tp-hygien\tjudge-2\t1",
        "n-hygien\tp-hygien\tjudge-3\t0",
        "n-hygien\tp-ko\tjudge-1\t1",
        "n-hygien\tp-ko\tjudge-2\t0",
        "n-ko\tp-ko\tjudge-3\t1",
    ]
    assert sorted(files) == ["INSTRUCTIONS.txt", "corpus.jsonl", "judges.tsv", "qrels/test.tsv", "queries.jsonl"]
    everything = "".join(files.values())
    for one in JUDGES:
        assert one.account_id is not None
        assert one.name not in everything
        assert one.account_id not in everything
    assert "Bolaget" not in everything
    assert set(json.loads(files["corpus.jsonl"].splitlines()[0])) == {"_id", "title", "text"}


def test_the_export_is_the_same_bytes_each_time(client: TestClient, judged: Matcha) -> None:
    first, second = (client.get("/v1/judgements/export").content for _ in range(2))
    assert first == second
    pairs = [Judged(a.need_id, a.content["profile_id"], a.by, a.content["relevant"]) for a in judged.judgements()]
    needs, profiles = judged.needs(), judged.profiles()
    assert zipped(collection(pairs, needs, profiles)) == first
    assert zipped(collection(pairs[::-1], needs[::-1], profiles[::-1])) == first


def test_withdrawn_profiles_are_there_if_they_are_judged(judged: Matcha) -> None:
    pairs = [Judged(NEED.id, "p-hygien", "a", True), Judged("saknas", "p-ko", "a", True)]
    judged.withdraw("p-hygien")
    judged.withdraw("p-ko")
    files = collection(pairs, judged.needs(), judged.profiles())
    assert [json.loads(line)["_id"] for line in files["corpus.jsonl"].splitlines()] == ["p-hygien"]
    assert [json.loads(line)["_id"] for line in files["queries.jsonl"].splitlines()] == [NEED.id]
    assert files["qrels/test.tsv"] == b"query-id\tcorpus-id\tscore\nn-hygien\tp-hygien\t1\n"


def test_the_judgements_that_stand_are_listed_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/judgements", params={"limit": 4}).json()
    rest = client.get("/v1/judgements", params={"limit": 4, "cursor": first["next"]}).json()
    found = first["items"] + rest["items"]
    assert ([len(first["items"]), len(rest["items"])], rest["next"]) == ([4, 2], None)
    assert found[-1]["relevant"] is True  # what the judge holds now
    assert [one["profile_id"] for one in client.get("/v1/judgements?need_id=n-ko").json()["items"]] == ["p-ko"]


def test_judges_are_told_what_to_go_by(client: TestClient) -> None:
    assert client.get("/v1/judgements/instructions").json() == INSTRUCTIONS
    for word in ("pris", "ort", "storlek", "namn", "osäker"):
        assert word in INSTRUCTIONS["sv"]
    for word in ("price", "place", "size", "name", "in doubt"):
        assert word in INSTRUCTIONS["en"]
