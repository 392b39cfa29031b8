"""The OpenAPI document: every operation, parameter and field says what it is, in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from matcha.api import access
from matcha.api.vocabulary import FIELDS
from tests import staging
from tests.asking import Operation

METHODS = ("get", "put", "post", "patch", "delete")
_SENTENCE = re.compile(r"[A-Z0-9`/].*[.?!)]", re.DOTALL)
_SWEDISH = re.compile(r"[åäöÅÄÖ]|\b(och|inte|eller|ska)\b")


def operations() -> dict[Operation, dict[str, Any]]:
    paths = staging.document()["paths"]
    return {
        (method.upper(), path): paths[path][method] for path in paths for method in paths[path] if method in METHODS
    }


def test_the_document_tells_of_every_operation_and_each_has_a_name_of_its_own() -> None:
    found = operations()
    assert set(found) == set(access.ACCESS)
    names = [one["operationId"] for one in found.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names), names


@pytest.mark.parametrize("operation", sorted(access.ACCESS), ids=" ".join)
def test_an_operation_says_what_it_does_and_how_it_fails(operation: Operation) -> None:
    told = operations()[operation]
    assert told["tags"]
    assert len(told["summary"]) <= 80
    assert _SENTENCE.fullmatch(told["description"].strip()), told["description"]
    assert not _SWEDISH.search(told["description"] + told["summary"])
    answers = told["responses"]
    assert any(status.startswith(("2", "3")) and status != "304" for status in answers)
    expected = {"400", "422", "429", "503"} | ({"401", "403"} if operation not in _OPEN else set())
    assert expected <= answers.keys()
    for status, answer in answers.items():
        assert answer["description"]
        if status >= "400":
            assert set(answer["content"]) == {"application/problem+json"}, status
    for parameter in told.get("parameters", ()):
        assert _SENTENCE.fullmatch(parameter["description"]), parameter
    if operation[0] != "GET" and operation[1] not in ("/v1/session", "/v1/passwords", "/v1/similar-needs"):
        assert "Idempotency-Key" in {parameter["name"] for parameter in told["parameters"]}


_OPEN = frozenset(one for one, who in access.ACCESS.items() if "public" in who)


def test_every_field_is_described_in_english() -> None:
    assert [f"{shape}.{field}" for shape, field, told in _fields() if not told.get("description")] == []
    assert [f"{shape}.{field}" for shape, field, told in _fields() if _SWEDISH.search(told["description"])] == []


def test_the_vocabulary_has_no_word_that_is_not_used() -> None:
    assert set(FIELDS) <= {field for _, field, _ in _fields()}


def test_every_shape_is_described_in_english() -> None:
    shapes = staging.document()["components"]["schemas"]
    mute = [name for name, shape in shapes.items() if not shape.get("description")]
    assert mute == []
    texts = {name: str(shape.get("description", "")) for name, shape in shapes.items()}
    assert [name for name, text in texts.items() if _SWEDISH.search(text)] == []


def test_schemas_are_json_schema() -> None:
    for shape in staging.document()["components"]["schemas"].values():
        meta.validate(shape)


def test_examples_are_valid() -> None:
    document = staging.document()
    shapes = document["components"]["schemas"]
    for name, shape in shapes.items():
        for example in shape.get("examples", ()):
            schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            Draft202012Validator(schema).validate(example)


def _fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, shape in staging.document()["components"]["schemas"].items():
        for field, told in shape.get("properties", {}).items():
            yield name, field, told
