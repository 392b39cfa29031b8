"""From values to HTML: one Jinja environment a language, everything escaped, an unknown name an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from matcha.values import Language
from matcha.web.assets import asset
from matcha.web.saying import Words


@cache
def environment(language: Language) -> Environment:
    """Give what renders pages in a language."""
    words = Words(language)
    made = Environment(
        loader=PackageLoader("matcha.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(words=words, language=language, asset=asset)
    made.filters.update(label=words.label, day=words.day, moment=words.moment, number=words.number, capital=_capital)
    return made


def render(template: str, language: Language, values: Mapping[str, Any]) -> str:
    """Render a template."""
    return environment(language).get_template(template).render(values)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
