"""Statements about things (RDF 1.1), and the three ways they are written: RDF/XML, JSON-LD 1.1 and Turtle.

Every thing has an IRI, for harvesters lose those without. The same things give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as Tree

NAMESPACES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Another thing, by its IRI."""

    iri: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text without what XML cannot hold, in a language (BCP 47) or of a datatype (`xsd:dateTime`), or neither."""

    said: str
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing, what it is (`dcat:Dataset`), and what is said of it (`dcterms:title`, …), in order."""

    iri: str
    kind: str
    said: tuple[tuple[str, Link | Text], ...]


def iri(text: str) -> str:
    """Give an address as an IRI: what must not stand in one is percent-encoded (RFC 3986)."""
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~")


def rdf_xml(things: Sequence[Thing]) -> bytes:
    """Write things as RDF/XML in UTF-8."""
    root = Tree.Element("rdf:RDF", {f"xmlns:{prefix}": space for prefix, space in NAMESPACES.items()})
    for thing in things:
        element = Tree.SubElement(root, thing.kind, {"rdf:about": thing.iri})
        for name, value in thing.said:
            Tree.SubElement(element, name, _attributes(value)).text = value.said if isinstance(value, Text) else None
    Tree.indent(root, " ")
    content: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def json_ld(things: Sequence[Thing]) -> bytes:
    """Write things as JSON-LD in UTF-8."""
    document = {"@context": NAMESPACES, "@graph": [_object(thing) for thing in things]}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def turtle(things: Sequence[Thing]) -> bytes:
    """Write things as Turtle in UTF-8."""
    heads = [f"@prefix {prefix}: <{space}> ." for prefix, space in NAMESPACES.items()]
    bodies = [
        " ;\n  ".join([f"<{thing.iri}> a {thing.kind}", *(f"{name} {_term(value)}" for name, value in thing.said)])
        for thing in things
    ]
    return "\n".join([*heads, *(f"\n{body} ." for body in bodies), ""]).encode()


def _attributes(value: Link | Text) -> dict[str, str]:
    if isinstance(value, Link):
        return {"rdf:resource": value.iri}
    if value.datatype:
        return {"rdf:datatype": _whole(value.datatype)}
    return {"xml:lang": value.language} if value.language else {}


def _object(thing: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": thing.iri, "@type": thing.kind}
    for name, value in thing.said:
        found.setdefault(name, []).append(_value(value))
    return found


def _value(value: Link | Text) -> dict[str, str]:
    if isinstance(value, Link):
        return {"@id": value.iri}
    more = {"@language": value.language, "@type": value.datatype}
    return {"@value": value.said} | {key: said for key, said in more.items() if said}


def _term(value: Link | Text) -> str:
    """Write what is said; JSON's escapes are Turtle's too."""
    if isinstance(value, Link):
        return f"<{value.iri}>"
    said = json.dumps(value.said, ensure_ascii=False)
    return said + (f"@{value.language}" if value.language else "") + (f"^^{value.datatype}" if value.datatype else "")


def _whole(name: str) -> str:
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local
