"""An OpenAPI document, read as what Python calls it: classes in files, methods with parameters."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from keyword import iskeyword
from typing import Any

_WRITTEN_BY_HAND = {"Fault", "Problem"}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"date-time": "datetime", "date": "date"}
_SUFFIXES = ("Shape", "View")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of an object, or a parameter of a method. `default` is Python, None for what must be given."""

    name: str
    type: str
    default: str | None
    doc: str = ""
    place: str = ""  # path, query, header, body or form

    @property
    def told(self) -> str:
        """The field as Python declares it."""
        return f"{self.name}: {self.type}" + ("" if self.default is None else f" = {self.default}")


@dataclass(frozen=True)
class Class:
    """An object or a closed choice of the document."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Operation:
    """A method and what it sends."""

    name: str
    tag: str
    doc: str
    method: str
    path: str
    gives: str
    fields: tuple[Field, ...]
    keyed: bool

    def at(self, *places: str) -> list[Field]:
        """Give the parameters that are sent there, those that must be given first."""
        found = [field for field in self.fields if field.place in places]
        return sorted(found, key=lambda field: field.default is not None)


class Document:
    """An OpenAPI document, as the client names things."""

    def __init__(self, document: Json) -> None:
        self._schemas: Json = document["components"]["schemas"]
        self._paths: Json = document["paths"]

    def name(self, schema: str) -> str:
        """Give a schema's name without what only the server needs, unless that is another's."""
        if page := re.fullmatch(r"Page_(\w+)_", schema):
            return f"Page[{self.name(page[1])}]"
        for suffix in _SUFFIXES:
            short = schema.removesuffix(suffix)
            if short not in (schema, *self._schemas, *_WRITTEN_BY_HAND):
                return short
        return schema

    def type(self, schema: Json, items: str = "list") -> str:
        """Give the Python type of a schema."""
        if "$ref" in schema:
            return self.name(_last(schema["$ref"]))
        if "anyOf" in schema:
            found = dict.fromkeys(self.type(one, items) for one in schema["anyOf"])
            return " | ".join(sorted(found, key=lambda kind: kind == "None"))  # None last, the others as they stand
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if "prefixItems" in schema:
            return f"tuple[{', '.join(self.type(one) for one in schema['prefixItems'])}]"
        if schema.get("type") == "array":
            return f"{items}[{self.type(schema['items'], items)}]"
        if schema.get("type") == "object":
            return f"{'dict' if items == 'list' else 'Mapping'}[{self._key(schema)}, {self._value(schema)}]"
        if "contentMediaType" in schema:
            return "Upload"
        return _FORMATS.get(schema.get("format", ""), _PLAIN.get(schema.get("type", ""), "Any"))

    def _key(self, schema: Json) -> str:
        return self.type(schema["propertyNames"]) if "$ref" in schema.get("propertyNames", {}) else "str"

    def _value(self, schema: Json) -> str:
        named = schema.get("patternProperties", {"": schema.get("additionalProperties")})
        (values,) = named.values()  # keys that are to have a form are told by it
        return self.type(values) if isinstance(values, dict) else "Any"

    def fields(self, schema: Json, place: str = "", unset: str = "None") -> Iterator[Field]:
        """Give the fields of an object; those that may be left out are `unset` then."""
        for name, one in schema.get("properties", {}).items():
            needed = name in schema.get("required", ())
            yield self._field(name, one, needed, one.get("description", ""), place, unset)

    def _field(self, name: str, schema: Json, needed: bool, doc: str, place: str, unset: str = "None") -> Field:
        kind = self.type(schema, "Sequence" if place else "list")
        default = None if needed else unset
        if not needed and unset == "None" and not isinstance(schema.get("default"), dict | None):
            default = self._default(schema, place)
        if default == "UNCHANGED":
            kind = f"Unchanged | {kind}"
        elif default == "None" and "None" not in kind.split(" | "):
            kind = f"{kind} | None"
        python = name.lower().replace("-", "_")
        return Field(f"{python}_" if iskeyword(python) else python, kind, default, _paragraphs(doc, 4), place)

    def _default(self, schema: Json, place: str) -> str:
        if "$ref" in schema:
            return f"{self.type(schema)}.{_member(schema['default'])}"
        if "prefixItems" in schema:
            return repr(tuple(schema["default"]))
        if schema["default"] == []:
            return "()" if place else "Field(default_factory=list)"
        return repr(schema["default"])

    def classes(self) -> dict[str, list[Class]]:
        """Give the classes of each file, choices first: those of one tag alone, and what several tags give."""
        found: dict[str, list[Class]] = {}
        for schema in sorted(self._users, key=lambda one: ("enum" not in self._schemas[one], self.name(one))):
            users = self._users[schema]
            found.setdefault(min(users) if len(users) == 1 else "common", []).append(self._class(schema))
        return found

    def _class(self, schema: str) -> Class:
        said = self._schemas[schema]
        choices = tuple((_member(one), one) for one in said.get("enum", ()))
        fields = sorted(self.fields(said), key=lambda field: field.default is not None)
        return Class(self.name(schema), _paragraphs(said.get("description", schema), 4), tuple(fields), choices)

    @cached_property
    def _users(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for operation in self._told():
            body = self._body(operation)[1]
            for schema in (body.get("properties", {}), _answers(operation), operation.get("parameters", [])):
                for name in self._reached(schema):
                    found.setdefault(name, set()).add(operation["tags"][0])
        return found

    def _reached(self, told: Any) -> Iterator[str]:
        if isinstance(told, dict):
            if isinstance(ref := told.get("$ref"), str):
                if not ref.endswith("_") and _last(ref) not in _WRITTEN_BY_HAND:
                    yield _last(ref)
                yield from self._reached(self._schemas[_last(ref)])
            told = list(told.values())
        if isinstance(told, list):
            for one in told:
                yield from self._reached(one)

    def _told(self) -> Iterator[dict[str, Any]]:
        for path, methods in self._paths.items():
            for method, operation in methods.items():
                if _answers(operation) or "204" in operation["responses"]:  # the others lead a browser elsewhere
                    yield {**operation, "path": path, "method": method.upper()}

    def _body(self, operation: Json) -> tuple[str, Json]:
        for media, said in operation.get("requestBody", {}).get("content", {}).items():
            return ("form" if "multipart" in media else "body"), self._schemas[_last(said["schema"]["$ref"])]
        return "", {}

    def operations(self) -> dict[str, list[Operation]]:
        """Give the operations of each tag, in the document's order."""
        found: dict[str, list[Operation]] = {}
        for told in self._told():
            found.setdefault(told["tags"][0], []).append(self._operation(told))
        return found

    def _operation(self, told: dict[str, Any]) -> Operation:
        own = [one for one in told.get("parameters", []) if one["name"] != "Idempotency-Key"]
        fields = [
            self._field(one["name"], one["schema"], one.get("required", False), one.get("description", ""), one["in"])
            for one in own
        ]
        known, (place, body) = {field.name for field in fields}, self._body(told)
        unset = "UNCHANGED" if told["method"] == "PATCH" else "None"
        fields += [field for field in self.fields(body, place, unset) if field.name not in known]
        keyed = len(own) < len(told.get("parameters", []))
        doc = _paragraphs(f"{told['summary'].removesuffix('.')}.\n\n{told.get('description', '')}", 8)
        path = re.sub(r"{(\w+)}", r"{part(\1)}", told["path"])
        head = told["operationId"], told["tags"][0], doc, told["method"], path
        return Operation(*head, self._gives(told), tuple(fields), keyed)

    def _gives(self, operation: Json) -> str:
        content = _answers(operation)
        if len(content) == 1:
            ((media, said),) = content.items()
            if media == "application/json":
                return self.type(said["schema"])
            if media.startswith("text/") or media.endswith("+xml"):
                return "str"
        return "bytes" if content else "None"


def _answers(operation: Json) -> Json:
    found: Json = next((one for status, one in operation["responses"].items() if status[0] == "2"), {})
    return found.get("content", {})  # type: ignore[no-any-return]


def _last(ref: str) -> str:
    return ref.rpartition("/")[2]


def _member(value: str) -> str:
    return re.sub(r"\W", "_", value).upper()


def _paragraphs(text: str, indent: int) -> str:
    """Set a docstring's text within 120 columns."""
    found = [textwrap.fill(" ".join(one.split()), 116 - indent) for one in text.strip().split("\n\n")]
    whole = textwrap.indent("\n\n".join(found), " " * indent).strip()
    return f"{whole}\n{' ' * indent}" if "\n" in whole else whole
