"""Files in and out: JSON, CSV and XLSX of actors, contacts, profiles and needs.

The names are imported when they are first asked for, as in `matcha` itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcha.interchange.answers import answer_json, explanation_json, match_json, profile_json, record_json
    from matcha.interchange.exporting import export
    from matcha.interchange.forms import read_batch

__all__ = ["answer_json", "explanation_json", "export", "match_json", "profile_json", "read_batch", "record_json"]

_HOMES = {"export": "matcha.interchange.exporting", "read_batch": "matcha.interchange.forms"}

if not TYPE_CHECKING:  # a type checker sees the imports above, and no other name

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(_HOMES.get(name, "matcha.interchange.answers"))
        found = globals()[name] = getattr(module, name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
