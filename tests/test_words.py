"""Both languages say everything, and everything that is shown has words."""

import json

from matcha import Matcha
from matcha.cli.words import BANDS, EXCLUSIONS, FIELDS, KINDS, WORDS
from matcha.interchange import profile_json, record_json
from matcha.values import ActorKind, Exclusion, Language, ProfileKind
from tests.conftest import HYGIENE, NEED


def test_both_languages_have_the_same_words() -> None:
    for words in (WORDS, FIELDS, KINDS, EXCLUSIONS, BANDS):
        assert set(words) == set(Language)
        assert list(words[Language.SV]) == list(words[Language.EN])
    assert set(KINDS[Language.SV]) == {*ActorKind, *ProfileKind}
    assert set(EXCLUSIONS[Language.SV]) == set(Exclusion)


def test_records_as_json_have_their_fields_in_order_and_a_label_each(matcha: Matcha) -> None:
    need, actor, profile = matcha.need(NEED.id), matcha.actor("a-ko"), matcha.profile(HYGIENE.id)
    shown = [record_json(need), record_json(actor), profile_json(profile)]
    assert [list(row)[:3] for row in shown] == [
        ["id", "title", "text"],
        ["id", "name", "kind"],
        ["id", "actor_id", "version"],
    ]
    assert {name for row in shown for name in row} <= set(FIELDS[Language.SV])
    assert json.dumps(shown[0]) == json.dumps(record_json(matcha.need(NEED.id)))
