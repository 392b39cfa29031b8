"""Requests drawn from the OpenAPI document by schemathesis, with ids that exist mixed in, sent to the town's API.

An operation gets what its document calls valid and invalid, 100 times (or MATCHA_FUZZ_EXAMPLES; `make stress` takes
400), always the same, by somebody with every role and now and then by the public; then the edges of each field once.
One that takes nothing gets a quarter: its requests differ in their headers alone.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.specs.openapi import checks as told

from matcha.api.paging import by_number, cursor_after
from tests import staging
from tests.asking import Ask, Operation
from tests.town import ALL, DONE, TALK

EXAMPLES = int(os.environ.get("MATCHA_FUZZ_EXAMPLES", "100"))
CHECKS = [
    not_a_server_error,
    told.status_code_conformance,
    told.content_type_conformance,
    told.response_headers_conformance,
    told.response_schema_conformance,
    told.negative_data_rejection,
    told.missing_required_header,
    told.unsupported_method,
    told.allow_header_conformance,
]
# A valid body can be refused by rules that JSON Schema cannot say: a text has a word, weights sum to 100, aspects
# differ, a supplier has an actor; nor which strings are cursors. What has neither is held to it.
ACCEPTED = [*CHECKS, told.positive_data_acceptance]
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_WORDS = frozenset({"q", "sender", "contact"})  # what is read as words
_CURSOR = cursor_after(by_number(2))
_WHO = (ALL, ALL, ALL, ALL, ALL, ALL, ALL, None)
_NOISE: tuple[dict[str, str], ...] = (
    {"If-None-Match": "*"},
    {"If-None-Match": 'W/"x", "y'},
    {"X-Request-ID": "../../etc/passwd"},
    {"X-Request-ID": "å" * 100},
    {"Accept": "application/xml;q=0.1"},
    {"Accept-Language": "xx-YY, *;q=9"},
    {"Range": "bytes=0-1,5-"},
    {"X-Forwarded-For": "127.0.0.1, ::1"},
    {"Origin": "null"},
    {"Forwarded": "for=_hidden"},
    {"Cookie": "__Host-matcha=; __Host-matcha=%00"},
)


_REQUEST_IDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)


@cache
def schema() -> Any:
    """Give the document as schemathesis reads it."""
    # 412: If-Match is looked at before what it guards; 413: a body too large is not read
    refusals = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
    config = schemathesis.Config.from_dict(
        {
            "checks": {"negative_data_rejection": {"expected-statuses": refusals}},
            "generation": {"allow-extra-parameters": False},  # what is not known in a query is passed over
        }
    )
    return schemathesis.openapi.from_asgi("/openapi.json", staging.app(), config=config)


def assert_holds(operation: Operation) -> None:
    """Try one operation: it never fails, keeps to its document, succeeds at times, and leaves the log in order."""
    statuses = tried(operation)
    assert statuses.total() >= EXAMPLES // 4
    assert any(200 <= status < 300 for status in statuses) or operation in staging.ELSEWHERE, statuses
    assert staging.app().state.matcha.audit().faults == ()
    if report := os.environ.get("MATCHA_FUZZ_REPORT"):
        with Path(report).open("a") as lines:
            lines.write(json.dumps({"operation": " ".join(operation), "statuses": statuses}) + "\n")


def tried(operation: Operation) -> Counter[int]:
    """Try one operation on a fresh town, and give how often each status came; what is wrong is raised."""
    staging.fresh()
    one, statuses = schema()[operation[1]][operation[0]], Counter[int]()

    def send(case: Case[Any], who: str | None) -> None:
        if _KEY.fullmatch(case.headers.get("Idempotency-Key", "")):
            case.headers = type(case.headers)(
                {**case.headers, "Idempotency-Key": f"{statuses.total()}"}
            )  # no other request's
        answer = case.call(headers=_shown(operation, who))
        statuses[answer.status_code] += 1
        strict = not one.body and case.query.get("cursor") in (None, _CURSOR) and not _WORDS & case.query.keys()
        case.validate_response(answer, checks=ACCEPTED if strict else CHECKS)

    good = staging.send(operation, ALL)
    statuses[good.status_code] += 1
    one.validate_response(good)
    _generated(one, operation, send)
    modes = list(GenerationMode)
    for case in schema().iter_coverage_cases(one, generation_modes=modes, generation_config=GenerationConfig()):
        send(case, ALL)
    return statuses


def _generated(one: Any, operation: Operation, send: Callable[[Case[Any], str | None], None]) -> None:
    @settings(
        max_examples=EXAMPLES if [*one.iter_parameters(), *one.body] else EXAMPLES // 4,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(_cases(one, operation), st.sampled_from(_WHO))
    def run(case: Case[Any], who: str | None) -> None:
        send(case, who)

    run()


def _cases(one: Any, operation: Operation) -> st.SearchStrategy[Case[Any]]:
    """Draw what is valid, what is not, and what is not but for its path."""
    good = dict(staging.known(operation).path)
    strategies = [_valid(one, operation)]
    if [*one.iter_parameters(), *one.body]:
        strategies.append(one.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    if good and (one.body or one.query or one.headers):
        strategies.append(one.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=good))
    return st.one_of(strategies)


@st.composite
def _valid(draw: st.DrawFn, one: Any, operation: Operation) -> Case[Any]:
    case: Case[Any] = draw(one.as_strategy(generation_mode=GenerationMode.POSITIVE))
    good = staging.known(operation)
    mixed = draw(st.integers(0, 3)) > 0
    if case.path_parameters and mixed:
        case.path_parameters = {n: draw(_existing(n, operation, good)) for n in case.path_parameters}
    if case.query.get("cursor") and draw(st.booleans()):
        case.query = {**case.query, "cursor": _CURSOR}
    if isinstance(case.body, dict) and isinstance(good.json, dict):
        case.body = draw(_bodies(case.body, good.json))
    if draw(st.integers(0, 4)) == 0:
        case.headers = type(case.headers)({**case.headers, **draw(st.sampled_from(_NOISE))})
    if not [*one.iter_parameters(), *one.body]:  # nothing else that could differ
        case.headers = type(case.headers)({**case.headers, "X-Request-ID": draw(_REQUEST_IDS)})
    return case


def _existing(name: str, operation: Operation, good: Ask) -> st.SearchStrategy[Any]:
    """Draw something that exists for a part of a path."""
    ids, path = staging.town().ids, operation[1]
    if path.startswith("/v1/needs/") and name == "id":
        return st.sampled_from([good.path["id"], TALK, DONE, *ids["need"]])
    for noun in ("profile", "actor", "job", "proposal", "subscription", "request"):
        if path.startswith(f"/v1/{noun}s/") and name in ("id", "number"):
            return st.sampled_from([good.path[name], *ids[noun]])
    if name == "leaf_index":
        return st.one_of(st.sampled_from(ids["match"]), st.integers(0, staging.town().matcha.size()))
    return st.just(good.path[name])


@st.composite
def _bodies(draw: st.DrawFn, drawn: dict[str, Any], good: dict[str, Any]) -> dict[str, Any]:
    """Draw the good body, or that with one field of the drawn one, or the drawn one with ids that exist."""
    how = draw(st.integers(0, 5))
    if how == 0:
        return copy.deepcopy(good)
    if how <= 2 and drawn:
        name = draw(st.sampled_from(sorted(drawn)))
        return {**copy.deepcopy(good), name: drawn[name]}
    known = {name: good[name] for name in good if name in drawn and name in _NAMING}
    return {**drawn, **(known if how <= 4 else {})}


_NAMING = frozenset({"need_id", "actor_id", "profile_id", "solution", "question", "actor_ids", "id", "profile"})


def _shown(operation: Operation, who: str | None) -> dict[str, str]:
    if who is not None and operation in staging.BY_SESSION:
        return dict(staging.town().cookie(who))
    return dict(staging.town().headers(who))
