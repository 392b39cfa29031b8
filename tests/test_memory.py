"""Many texts in one piece of memory, and where each stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.memory import Strings

TEXTS = st.lists(st.text(max_size=4), unique=True)
ANY = st.text(max_size=4) | st.just("\ud800")  # half a character, which a command line can give


@given(TEXTS, ANY)
def test_texts_are_found_where_they_stand_in_the_order_of_code_points(texts: list[str], other: str) -> None:
    held = Strings(sorted(texts))
    assert list(held) == sorted(texts)
    assert [held.place(text) for text in sorted(texts)] == list(range(len(texts)))
    if other not in texts:
        with pytest.raises(KeyError):
            held.place(other)


@given(TEXTS)
def test_texts_in_any_order_are_found_by_an_order_of_their_places(texts: list[str]) -> None:
    held, order = Strings(texts), sorted(range(len(texts)), key=texts.__getitem__)
    assert [held.place(text, order) for text in texts] == list(range(len(texts)))
