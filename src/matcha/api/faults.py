"""What is wrong with a field, in both languages. What was given is never repeated: it may be a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def words(detail: Mapping[str, Any]) -> tuple[str, str]:
    """Give the words for one of pydantic's errors, Swedish first; an unknown kind is told in pydantic's own words."""
    context = detail.get("ctx", {})
    if detail["type"] == "matcha":
        return context["sv"], context["en"]
    if detail["type"] in _WORDS:
        sv, en = _WORDS[detail["type"]]
        return sv.format(**context), en.format(**context)
    return f"går inte att använda: {detail['msg']}", f"cannot be used: {detail['msg']}"


_WORDS = {
    "missing": ("saknas", "is missing"),
    "extra_forbidden": ("är inget känt fält", "is not a known field"),
    "json_invalid": ("är inte giltig JSON", "is not valid JSON"),
    "enum": ("ska vara något av: {expected}", "must be one of: {expected}"),
    "literal_error": ("ska vara något av: {expected}", "must be one of: {expected}"),
    "string_type": ("ska vara text", "must be text"),
    "string_too_long": ("är för lång; högst {max_length} tecken", "is too long; at most {max_length} characters"),
    "string_too_short": ("är för kort; minst {min_length} tecken", "is too short; at least {min_length} characters"),
    "string_pattern_mismatch": ("har fel form", "has the wrong form"),
    "int_type": ("ska vara ett heltal", "must be a whole number"),
    "int_parsing": ("ska vara ett heltal", "must be a whole number"),
    "int_from_float": ("ska vara ett heltal", "must be a whole number"),
    "float_type": ("ska vara ett tal", "must be a number"),
    "float_parsing": ("ska vara ett tal", "must be a number"),
    "finite_number": ("ska vara ett ändligt tal", "must be a finite number"),
    "bool_type": ("ska vara true eller false", "must be true or false"),
    "bool_parsing": ("ska vara true eller false", "must be true or false"),
    "greater_than_equal": ("ska vara minst {ge}", "must be at least {ge}"),
    "greater_than": ("ska vara mer än {gt}", "must be more than {gt}"),
    "less_than_equal": ("ska vara högst {le}", "must be at most {le}"),
    "less_than": ("ska vara mindre än {lt}", "must be less than {lt}"),
    "too_long": ("har för många delar; högst {max_length}", "has too many parts; at most {max_length}"),
    "too_short": ("har för få delar; minst {min_length}", "has too few parts; at least {min_length}"),
    "list_type": ("ska vara en lista", "must be a list"),
    "tuple_type": ("ska vara en lista", "must be a list"),
    "dict_type": ("ska vara ett objekt", "must be an object"),
    "model_attributes_type": ("ska vara ett objekt", "must be an object"),
    "model_type": ("ska vara ett objekt", "must be an object"),
}
