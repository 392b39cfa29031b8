"""Files in and out: JSON, CSV and XLSX of actors, contacts, profiles and needs."""

from matcha.interchange.answers import answer_json
from matcha.interchange.export import export
from matcha.interchange.forms import read_batch

__all__ = ["answer_json", "export", "read_batch"]
