"""A receipt is verified here by anybody: in the browser, off line; without script by matcha's own verifier."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Response
from starlette.datastructures import FormData

from matcha.api.access import ANYONE
from matcha.api.routes import log
from matcha.errors import Invalid, MatchaError
from matcha.matchlog import receipt
from matcha.matchlog.entry import canonical
from matcha.matchlog.keys import public_keys
from matcha.matchlog.receipt import Verified
from matcha.values import Exclusion
from matcha.web.filling import file_in
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
LARGEST = 2**21  # bytes of a file that is read


@dataclass(frozen=True)
class Verdict:
    """What came of verifying: what is proven, and whether an answer was compared; or why nothing is."""

    found: Verified | None = None
    title: str | None = None
    version: int | None = None
    answered: bool = False
    fault: MatchaError | None = None

    @property
    def reason(self) -> Exclusion | None:
        """Why the profile was not scored, if it was not."""
        excluded = self.found.excluded if self.found else None
        return None if excluded is None else Exclusion(excluded)


@routes.page("/verifiera", ANYONE)
def page(look: Looking, post: Annotated[int | None, Query(ge=0, lt=2**53)] = None) -> Response:
    """Show the form; `post` begins it with the public proof of an entry of this log."""
    begun = {"key": "\n".join(look.ask(log.keys).keys)}
    if post is not None:
        begun["receipt"] = bytes(look.ask(log.proof, post).body).decode()
    return look.show("public/verify.html", given=look.with_start(begun), verdict=None, post=post)


@routes.form("/verifiera", ANYONE)
def verify(look: Looking) -> Response:
    """Verify what was sent and show the verdict: what the page does itself where there is script."""
    verdict = _verdict(look.visitor.form, look)
    return look.show("public/verify.html", 422 if verdict.fault else 200, verdict=verdict, post=None)


def _verdict(form: FormData, look: Look) -> Verdict:
    try:
        text = _file(form, "receipt-file") or _pasted(look.given.get("receipt"))
        if not text:
            raise Invalid("Klistra in ett kvitto eller välj en fil.", "Paste a receipt or choose a file.")
        found = receipt.verify(text, public_keys(_lines(look.given.get("key"))))
        answer = _file(form, "answer-file")
        if answer:
            _refuse_other(found, answer)
        said = json.loads(found.said) if found.said is not None else {}
        return Verdict(found, said.get("title"), said.get("version"), bool(answer))
    except MatchaError as fault:
        return Verdict(fault=fault)


def _file(form: FormData, name: str) -> str:
    """Give what a chosen file says. Raises Invalid for one that is no text, or too large."""
    chosen = file_in(form, name)
    if chosen is None:
        return ""
    content = chosen.file.read(LARGEST + 1)
    try:
        if len(content) <= LARGEST:
            return content.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise Invalid("Filen är inte text i UTF-8.", "The file is not text in UTF-8.") from cause
    raise Invalid("Filen är för stor för att vara ett kvitto.", "The file is too large to be a receipt.")


def _pasted(text: str) -> str:
    """Give what was pasted, with the line breaks of receipts and the one at the end that copying loses or doubles."""
    plain = text.replace("\r\n", "\n").strip()
    return f"{plain}\n" if plain else ""


def _lines(keys: str) -> str:
    return "\n".join(line.strip() for line in keys.splitlines())


def _refuse_other(found: Verified, answer: str) -> None:
    """Raise Invalid unless the answer is the one whose matches the entry commits to."""
    try:
        matches = json.loads(answer)["matches"]
    except (ValueError, TypeError, KeyError, RecursionError) as cause:
        raise Invalid("Svaret är inte ett svar som JSON.", "The answer is no answer as JSON.") from cause
    logged = sorted(name for name in found.entry.fields if name.startswith("match/"))
    if not isinstance(matches, list) or not _same(found, matches, logged):
        raise Invalid("Svaret är inte det som kvittot gäller.", "The answer is not the one that the receipt is of.")


def _same(found: Verified, matches: Sequence[object], logged: list[str]) -> bool:
    named = {f"match/{place}": match for place, match in enumerate(matches, 1)}
    return sorted(named) == logged and all(receipt.opens(found, name, canonical(one)) for name, one in named.items())
