"""The client against the document, and against the real app: every operation, what it sends and what it gives."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic_core import to_jsonable_python
from tools.generate_client import CLIENT, GENERATED, write

from matcha import Matcha
from matcha.api import create_app
from matcha.client import AsyncClient, Client, ClientError, NotFound, Stale, Unfinished, Upload, models
from matcha.client.async_operations import AsyncOperations
from matcha.client.operations import Operations
from matcha.client.sending import AsyncSender, Sender
from matcha.service.jobs import Jobs
from matcha.service.worker import Worker
from tests import staging
from tests.asking import Ask
from tests.people import HOST, PASSWORD
from tests.town import ALL, DONE, TALK

UNMADE = {"get_neutrality"}  # the town has no report
BROWSERS = {"start_oidc", "finish_oidc"}  # they send a browser elsewhere
UNREPEATED = {"sign_in", "sign_out", "set_password", "similar_needs"}  # the last only advises
DOCUMENT: dict[str, Any] = json.loads(json.dumps(create_app(Matcha.in_memory()).openapi()))
OPERATIONS = {
    told["operationId"]: (method.upper(), path, told)
    for path, methods in DOCUMENT["paths"].items()
    for method, told in methods.items()
}
NAMES = sorted(OPERATIONS.keys() - BROWSERS)


def in_process(request: httpx.Request) -> httpx.Response:
    """Have the real app answer."""

    async def ask() -> httpx.Response:
        response = await httpx.ASGITransport(staging.app()).handle_async_request(request)
        return httpx.Response(response.status_code, headers=response.headers, content=await response.aread())

    return asyncio.run(ask())


class Listening(httpx.BaseTransport):
    """The real app, and what it last answered."""

    content = b""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = in_process(request)
        self.content = response.content
        return response


@pytest.fixture
def listening() -> Listening:
    staging.fresh()
    return Listening()


@pytest.fixture
def client(listening: Listening) -> Iterator[Client]:
    """A program of somebody with every role."""
    with Client(HOST, staging.town().keys[ALL], transport=listening) as client:
        yield client


def _methods(kind: type) -> dict[str, list[type]]:
    """Which classes have each method of operations."""
    found: dict[str, list[type]] = {}
    for one in kind.__mro__:
        if one not in (Sender, AsyncSender, *Sender.__mro__, *AsyncSender.__mro__):
            for name in (name for name in vars(one) if not name.startswith("_")):
                found.setdefault(name, []).append(one)
    return found


def _fields(name: str) -> tuple[set[str], dict[str, set[str]], set[str], set[str]]:
    """Read the document once more, in other words: the path's, the others by place, what is required, headers."""
    _, _, told = OPERATIONS[name]
    path, others, required = set[str](), dict[str, set[str]](), set[str]()
    parameters = told.get("parameters", [])
    for one in parameters:
        (path if one["in"] == "path" else others.setdefault(one["in"], set())).add(one["name"].lower())
        required |= {one["name"]} if one.get("required") else set()
    for media, said in told.get("requestBody", {}).get("content", {}).items():
        schema = DOCUMENT["components"]["schemas"][said["schema"]["$ref"].split("/")[-1]]
        others["form" if media == "multipart/form-data" else "body"] = schema["properties"].keys() - path
        required |= set(schema.get("required", ()))
    headers = others.pop("header", set())
    headers = {one.replace("-", "_") for one in headers}
    assert headers <= {"if_match", "idempotency_key"}
    assert "idempotency_key" in headers or OPERATIONS[name][0] == "GET" or name in UNREPEATED
    return path, others, required, headers


def test_what_is_committed_is_what_the_document_says(tmp_path: Path) -> None:
    write(DOCUMENT, tmp_path)
    made, kept = ({
        str(file.relative_to(folder)): file.read_text("utf-8")
        for name in GENERATED
        for file in (folder / name).glob("*.py")
    } for folder in (tmp_path, CLIENT))  # fmt: skip
    assert made == kept, "run: .venv/bin/python -m tools.generate_client"


@pytest.mark.parametrize("kind", [Operations, AsyncOperations])
def test_every_operation_is_one_method_and_every_method_an_operation(kind: type) -> None:
    found = _methods(kind)
    assert sorted(found) == NAMES
    assert {name: len(homes) for name, homes in found.items()} == dict.fromkeys(NAMES, 1)
    assert OPERATIONS.keys() >= BROWSERS


@pytest.mark.parametrize("name", NAMES)
def test_a_method_takes_what_the_operation_takes(name: str) -> None:
    path, others, required, headers = _fields(name)
    parameters = dict(inspect.signature(getattr(Client, name)).parameters)
    del parameters["self"]
    places = {one.name for one in parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD}
    assert places == path
    assert parameters.keys() == path | set().union(*others.values()) | headers
    assert {one.name for one in parameters.values() if one.default is one.empty} == required
    twin = inspect.signature(getattr(AsyncClient, name))
    assert twin == inspect.signature(getattr(Client, name))
    summary = OPERATIONS[name][2]["summary"].removesuffix(".")
    assert str(inspect.getdoc(getattr(Client, name))).startswith(f"{summary}.\n\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_method_sends_what_it_is_given_where_it_belongs(name: str) -> None:
    sent: list[httpx.Request] = []
    refusing = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(404))  # type: ignore[func-returns-value]
    path, others, _, headers = _fields(name)
    given: dict[str, Any] = {one: f"{one}/å" for one in path} | (
        {"if_match": '"7-ab"'} if "if_match" in headers else {}
    )
    given |= {one: "ja" for ones in others.values() for one in ones}
    given |= {"file": Upload('"å".csv', b"a\r\n")} if "form" in others else {}
    with Client(HOST, "matcha_x_y_z", transport=refusing) as client, pytest.raises(NotFound):
        getattr(client, name)(**given)
    (request,) = sent
    method, template, _ = OPERATIONS[name]
    assert request.method == method
    assert request.url.raw_path.partition(b"?")[0].decode() == template.format(
        **{one: f"{one}%2F%C3%A5" for one in path}
    )
    assert dict(request.url.params) == dict.fromkeys(others.get("query", ()), "ja")
    assert request.headers["authorization"] == "Bearer matcha_x_y_z"
    assert request.headers.get("if-match") == given.get("if_match")
    if "body" in others:
        assert json.loads(request.content) == dict.fromkeys(others["body"], "ja")
    if "form" in others:
        assert b'name="file"; filename="%22\xc3\xa5%22.csv"' in request.content


def _given(ask: Ask) -> dict[str, Any]:
    file = {"file": Upload(ask.file[0], ask.file[1])} if ask.file else {}
    return {**ask.query, **(ask.json or {}), **ask.data, **ask.path, **file}


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_gives_what_the_server_said(name: str, client: Client, listening: Listening) -> None:
    method, path, _ = OPERATIONS[name]
    if (method, path) in staging.BY_SESSION:
        client = Client(HOST, transport=listening)
        client.sign_in(email=f"{ALL}@vard.example", password=PASSWORD)
    try:
        found = getattr(client, name)(**_given(staging.known((method, path))))
    except NotFound:
        assert name in UNMADE
        return
    if isinstance(found, bytes | str):
        assert (found if isinstance(found, bytes) else found.encode()) == listening.content
    else:
        assert to_jsonable_python(found) == json.loads(listening.content or b"null")


def test_whoever_signs_in_may_change_things_until_they_sign_out(listening: Listening) -> None:
    with Client(HOST, transport=listening) as client:
        client.sign_in(email=f"{ALL}@vard.example", password=PASSWORD)
        key = client.issue_key(name="Ett skript", roles=[models.AccountRole.ORGANISER]).text
        client.sign_out()
        assert client.show_session().known_by is models.By.NOTHING
    with Client(HOST, f" {key}\n", transport=listening) as client:
        assert (client.show_session().known_by, client.show_session().roles) == ("key", ["organiser"])


def test_nobody_overwrites_what_they_have_not_seen(client: Client) -> None:
    need = client.get_need(TALK)
    changed = client.change_need(TALK, title="Handhygien", text=need.text, if_match=need.etag)
    assert (changed.title, changed.goal) == ("Handhygien", None)
    with pytest.raises(Stale) as refused:
        client.change_need(TALK, title="Annat", text=need.text, if_match=need.etag)
    assert (refused.value.status, refused.value.request_id is not None) == (412, True)
    assert client.get_need(TALK).etag == changed.etag != need.etag


def test_none_takes_a_value_away_where_what_is_not_given_stays(client: Client) -> None:
    spare = staging.town().accounts["spare"]
    client.change_account(spare, actor_id="a-mine")
    assert client.change_account(spare, name="Sven").actor_id == "a-mine"
    changed = client.change_account(spare, actor_id=None)
    assert (changed.name, changed.actor_id) == ("Sven", None)


def test_lists_are_given_whole_page_by_page(client: Client) -> None:
    whole = client.list_needs(limit=1000)
    assert whole.next is None
    assert list(client.iterate(client.list_needs, limit=3)) == whole.items
    published = [need for need in whole.items if need.state is models.State.PUBLISHED]
    assert list(client.iterate(client.list_needs, state=[models.State.PUBLISHED], limit=2)) == published != []
    assert [one.id for one in client.iterate(client.list_acts, DONE, limit=4)] == [
        one.id for one in client.list_acts(DONE, limit=1000).items
    ]
    entries = list(client.iterate(client.list_entries, start=5, limit=30))
    assert [entry.leaf_index for entry in entries] == list(range(5, staging.app().state.matcha.size()))


def test_a_job_is_waited_for(listening: Listening) -> None:
    worker, seen = Worker(Jobs(staging.app().state.matcha)), list[tuple[int, int]]()
    with Client(HOST, staging.town().keys[ALL], transport=listening, sleep=lambda _: worker.run_until_idle()) as client:
        job = client.start_job(
            questions=[models.MatchRequest(text="Kortare kö.", k=1), models.MatchRequest(need_id="x")]
        )
        with pytest.raises(Unfinished):
            client.wait(job, patience=-1)
        done = client.wait(job, lambda job: seen.append((job.done, job.total)))
        assert (done.state, seen) == ("done", [(0, 2), (2, 2)])
        first, second = client.iterate(client.list_results, job.id, limit=1)
    assert first.answer is not None
    assert (first.answer.matches[0].rank, second.found) == (1, False)


def test_everything_is_there_for_asyncio_too(listening: Listening) -> None:
    async def ask() -> tuple[list[models.Need], models.Answer, bytes, Exception | None]:
        transport = httpx.ASGITransport(staging.app())
        async with AsyncClient(HOST, staging.town().keys[ALL], transport=transport) as client:
            needs = [need async for need in client.iterate(client.list_needs, limit=4)]
            answer = await client.match(need_id=TALK, k=1)
            file = await client.attach(TALK, analysis=models.Analysis.OTHER, file=Upload("a.txt", "Lite å.".encode()))
            found = await asyncio.gather(client.get_need("saknas"), return_exceptions=True)
            return needs, answer, await client.get_attachment(TALK, file.id), found[0]  # type: ignore[return-value]

    needs, answer, content, refused = asyncio.run(ask())
    assert [need.id for need in needs] == sorted(need.id for need in staging.app().state.matcha.needs())
    assert (len(answer.matches), content) == (1, "Lite å.".encode())
    assert isinstance(refused, NotFound)


def test_importing_the_client_loads_nothing_of_the_server() -> None:
    code = (
        "import sys, matcha.client; heavy = {'fastapi', 'starlette', 'torch', 'faiss', 'spacy', 'sqlmodel', 'numpy',"
        "'sqlalchemy', 'jinja2', 'matcha.api', 'matcha.service', 'matcha.records'}; "
        "print(sorted(heavy & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_every_error_has_words_in_both_languages(client: Client) -> None:
    with pytest.raises(ClientError) as refused:
        client.match(text="x", kind=models.ActorKind.COMPANY)
    assert refused.value.sv.startswith("Ett urval") and refused.value.en.startswith("Choosing")  # noqa: PT018
