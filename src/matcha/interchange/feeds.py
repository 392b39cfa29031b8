"""New needs as others follow them: an Atom feed (RFC 4287), and what an operator's mailer sends to subscribers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree as Tree

from matcha.values import Language

LONGEST_FEED = 200  # entries
_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PublishedNeed:
    """A need as everybody may read it; `care_setting` is None while it is secret."""

    id: str
    title: str
    text: str
    language: Language
    care_setting: str | None
    published: datetime
    updated: datetime

    def has(self, words: str | None) -> bool:
        """Whether every word occurs in title or text, in any case."""
        said = _folded(f"{self.title}\n{self.text}")
        return all(word in said for word in _folded(words or "").split())


def atom(needs: Sequence[PublishedNeed], base_url: str, identity: str, query: str = "") -> bytes:
    """Give the feed of needs as UTF-8, the newest first, 200 at most: the same bytes for the same needs.

    `identity` is the database's own (a UUID), from which ids are made that stay when the address changes; `base_url`
    ends with a slash; `query` is what the feed was asked with.
    """
    newest = sorted(sorted(needs, key=lambda need: need.id), key=lambda need: need.updated, reverse=True)[:LONGEST_FEED]
    feed = Tree.Element("feed", {"xmlns": _ATOM, "xml:lang": "sv"})
    _add(feed, "title", "Vårdens behov")
    _add(feed, "subtitle", "Needs of health care, published for dialogue with those who could meet them", lang="en")
    _add(feed, "id", _id(identity, f"feed?{query}"))
    _add(feed, "updated", _moment(newest[0].updated if newest else _BEGINNING))
    _add(_add(feed, "author"), "name", "matcha")
    self = f"{base_url}v1/feeds/needs.atom" + (f"?{query}" if query else "")
    Tree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": _clean(self)})
    for need in newest:
        _add_entry(feed, need, base_url, identity)
    content: bytes = Tree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def need_json(need: PublishedNeed) -> dict[str, Any]:
    """Give what a subscriber is told of a need."""
    return {"id": need.id, "title": need.title, "text": need.text, "published": _moment(need.published)}


def _add_entry(feed: Tree.Element, need: PublishedNeed, base_url: str, identity: str) -> None:
    entry = _add(feed, "entry", lang=need.language.value)
    _add(entry, "title", need.title)
    _add(entry, "id", _id(identity, f"need/{need.id}"))
    _add(entry, "published", _moment(need.published))
    _add(entry, "updated", _moment(need.updated))
    link = {"rel": "alternate", "type": "application/json", "href": f"{base_url}v1/needs/{need.id}"}
    Tree.SubElement(entry, "link", link)
    if need.care_setting:
        Tree.SubElement(entry, "category", {"term": _clean(need.care_setting)})
    _add(entry, "content", need.text)


def _add(parent: Tree.Element, name: str, text: str | None = None, lang: str | None = None) -> Tree.Element:
    """Add an element; text stands in it as plain text (RFC 4287, 3.1.1.1), whatever it holds."""
    found = Tree.SubElement(parent, name, {} if lang is None else {"xml:lang": lang})
    found.text = None if text is None else _clean(text)
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _id(identity: str, name: str) -> str:
    return uuid5(UUID(identity), name).urn


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
