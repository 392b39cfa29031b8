"""The verifier of receipts in the browser, off line in Chromium: it says of everything what matcha's own says."""

import base64
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from matcha.interchange import answer_json
from matcha.matchlog.entry import Kind
from matcha.matchlog.proof import Proof
from tests.conftest import HYGIENE, QUEUE
from tests.forged import flipped, forgeries, put, told_in
from tests.odd_receipts import odd_entries, odd_leaves, signed_otherwise
from tests.offline import KEY, browser, context, differing, judged, site, swedish
from tests.paper_log import ANSWERS, CONSIDERED, GENUINE, LOG, elsewhere
from tests.signers import bit_flips, line_faults, signer
from tests.stress import scaled
from tests.test_receipt import GONE, QUESTION, THIRD, system
from tests.test_receipt_forgeries import LIES

__all__ = ["browser", "context", "site", "swedish"]
ALL = 10**6
SHAPES = ("answer", "explanation", "shown", "not among the first", "text erased", "right kind", "near copy")


def forged_cases() -> Iterator[str]:
    for name in SHAPES:
        text = GENUINE[name]
        tried = list(forgeries(text, list(GENUINE.values()), scaled(1, ALL), scaled(40, ALL), seed=5))
        yield from drawn((forged.text for forged in tried), scaled(150, ALL), name)
    yield from LIES.values()
    for text in (ANSWERS["answer"], CONSIDERED["not among the first"]):
        yield from line_faults(text)
        yield from drawn(bit_flips(text), scaled(60, ALL), 3)


def drawn(texts: Iterable[str], count: int, seed: int | str) -> list[str]:
    each = list(texts)
    return random.Random(seed).sample(each, min(len(each), count))


def test_everything_genuine_is_told_as_matcha_tells_it(swedish: Page) -> None:
    cases = [(text, KEY) for text in GENUINE.values()]
    assert differing(swedish, cases) == []
    found = judged(swedish, cases)
    assert [one["ok"] for one in found] == [True] * len(GENUINE)
    assert {tuple(one["signers"]) for one in found} == {(f"log.example+{LOG.key.public.id.hex()}",)}


def test_the_receipts_of_a_running_system_are_told_as_matcha_tells_them(swedish: Page) -> None:
    matcha = system()
    answer, explained = matcha.match(QUESTION, k=1), matcha.explain(HYGIENE.id, QUESTION)
    texts = [matcha.receipt(answer.leaf_index, form.id) for form in (HYGIENE, QUEUE, THIRD, GONE)]
    texts += [answer.receipt, explained.receipt, matcha.proof(0, opening=True)]
    first = "".join(f"{key.public}\n" for key in matcha.logbook.signers())
    matcha.logbook.rotate()
    both = "".join(f"{key.public}\n" for key in matcha.logbook.signers())
    texts += [matcha.receipt(answer.leaf_index, HYGIENE.id), matcha.proof(answer.leaf_index, opening=True)]
    cases = [(text, keys) for text in texts for keys in (first, both, f"{first}\n{both}", KEY)]
    assert differing(swedish, cases) == []
    assert sum(one["ok"] for one in judged(swedish, cases)) >= 2 * len(texts)


def test_what_is_forged_is_refused_as_matcha_refuses_it(swedish: Page) -> None:
    cases = [(text, KEY) for text in forged_cases()]
    assert len(cases) > 1200
    assert differing(swedish, cases, but="This is no whole signed note") == []  # said by one of a proof that is no list


@pytest.mark.parametrize("name", ["shown", "text erased"])
def test_no_bit_of_a_consideration_can_be_flipped(swedish: Page, name: str) -> None:
    tried = flipped(CONSIDERED[name], scaled(150, ALL), seed=7)
    assert [one for one in judged(swedish, [(forged.text, KEY) for forged in tried]) if one["ok"]] == []


def test_a_value_cannot_be_moved_into_its_salt(swedish: Page) -> None:
    profile = told_in(CONSIDERED["shown"])["profile"]
    value = profile["value"].encode()
    longer = [
        put(
            CONSIDERED["shown"],
            ("profile",),
            profile | {"salt": profile["salt"] + value[:n].hex(), "value": value[n:].decode()},
        )
        for n in range(1, len(value) + 1)
    ]
    assert differing(swedish, [(text, KEY) for text in longer]) == []


def test_keys_and_signatures_are_as_strict_as_matchas(swedish: Page) -> None:
    text, other = CONSIDERED["shown"], elsewhere()
    unlike = [signer("log.example", 2), signer("other.example", 9), signer("logg.åäö", 3)]
    keys = [
        KEY,
        "",
        "\n",
        f"\n{KEY}\n\n",
        f"{KEY} ",
        f" {KEY}",
        KEY + "=",
        KEY[:-1],
        KEY.replace("log", "lag"),
        KEY + "\n+",
    ]
    keys += [
        typed(1, "log.example"),
        typed(2, "log.example"),
        *(typed(1, f"log{space}x") for space in "\x85\xa0\u3000\ufeff"),
    ]
    keys += [str(each.public) for each in unlike] + [f"{KEY}\n{each.public}" for each in unlike] + list(bit_flips(KEY))
    assert differing(swedish, [(text, each) for each in keys]) == []
    notes = signed_otherwise(other.key, *unlike)
    texts = [str(replace(Proof.parse(text), checkpoint=note)) for note in notes]
    cases = [
        (each, trusted) for each in texts for trusted in (KEY, str(other.key.public), f"{KEY}\n{other.key.public}")
    ]
    assert differing(swedish, cases) == []
    assert len({one["ok"] for one in judged(swedish, cases)}) == 2


def typed(kind: int, name: str) -> str:
    """The log's key as one of another kind or name, its id reckoned accordingly."""
    content = bytes([kind]) + LOG.key.public.key
    id = hashlib.sha256(f"{name}\n".encode() + content).hexdigest()[:8]
    return f"{name}+{id}+{base64.b64encode(content).decode()}"


def test_an_entry_that_says_what_json_cannot_is_none(swedish: Page) -> None:
    cases = [(text, KEY) for text in odd_entries()]
    assert differing(swedish, cases) == []
    assert 15 < sum(one["ok"] for one in judged(swedish, cases)) < len(cases)


def test_lines_and_standings_are_read_as_strictly(swedish: Page) -> None:
    assert differing(swedish, [(text, KEY) for text in odd_leaves()]) == []


def test_an_answer_is_the_one_logged_or_is_not(swedish: Page) -> None:
    matcha = system()
    keys = "".join(f"{key.public}\n" for key in matcha.logbook.signers())
    answer, other = matcha.match(QUESTION, k=2), matcha.match(QUESTION, k=1)
    own = answer_json(answer)
    altered = json.loads(json.dumps(own))
    altered["matches"][1]["score"] += 1
    shorter, turned = {**own, "matches": own["matches"][:1]}, {**own, "matches": own["matches"][::-1]}
    wrong: list[Any] = [
        altered,
        shorter,
        turned,
        answer_json(other),
        {},
        [],
        None,
        {"matches": {}},
        {"matches": [1.5, 2]},
    ]
    answers = [json.dumps(own, indent=2), json.dumps(own, ensure_ascii=False), *map(json.dumps, wrong), "{", ""]
    found = judged(swedish, [(answer.receipt, keys, each) for each in answers])
    assert [(one["ok"], one.get("answered")) for one in found[:2]] == [(True, True)] * 2
    assert [one["faults"][0]["en"] for one in found[2:-2]] == [
        "The answer is not the one that the receipt is of."
    ] * len(wrong)
    assert [one["faults"][0]["sv"] for one in found[-2:]] == ["Svaret är inte JSON."] * 2
    considered = matcha.receipt(answer.leaf_index, HYGIENE.id)
    assert not judged(swedish, [(considered, keys, json.dumps(own))])[0]["ok"]


def test_every_kind_of_entry_has_its_name_in_both_languages(swedish: Page) -> None:
    kinds, words = swedish.evaluate(
        """async () => {
          const [{ KINDS }, { wordsOf }] = await Promise.all([import("/verify.js"), import("/verify-words.js")]);
          return [KINDS, ["sv", "en"].map((language) => Object.keys(wordsOf(language).kinds))];
        }"""
    )
    assert sorted(kinds) == sorted(Kind)
    assert [sorted(each) for each in words] == [sorted(Kind)] * 2


def test_the_checkpoint_alone_is_no_receipt(swedish: Page) -> None:
    assert (
        differing(swedish, [(LOG.note, KEY), ("", KEY), (f"c2sp.org/tlog-proof@v1\nindex 0\n\n{LOG.note}", KEY)]) == []
    )
