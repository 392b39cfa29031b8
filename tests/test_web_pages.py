"""Every page that anybody may look at, in both languages, in a real browser."""

from __future__ import annotations

import pytest

from matcha.values import Language
from tests.browsing import Visiting


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", ["/", "/logga-in", "/losenord"])
@pytest.mark.parametrize("width", [1200, 320])
def test_a_page_is_accessible(visiting: Visiting, path: str, language: Language, width: int) -> None:
    visit = visiting(language=language, width=width)
    visit.go(path)
    visit.check()
