"""Files in and out: JSON, CSV and XLSX of actors, contacts, profiles and needs."""

from matcha.interchange.answers import answer_json, explanation_json, match_json, profile_json, record_json
from matcha.interchange.export import export
from matcha.interchange.forms import read_batch

__all__ = ["answer_json", "explanation_json", "export", "match_json", "profile_json", "read_batch", "record_json"]
