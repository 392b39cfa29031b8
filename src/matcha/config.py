"""Settings: name, default, help. Read once where a program starts, then passed in.

Each may be set in the environment as MATCHA_NAME.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from matcha.values import Language

DEFAULT_MODEL = "multilingual-e5-small"


def default_home() -> Path:
    """The checkout matcha runs from, or else the user's data folder (XDG on Linux)."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "pyproject.toml").is_file() else user_data_path("matcha")


class Engine(StrEnum):
    """What reads texts: the fast form of the default model, or sentence-transformers."""

    FAST = "fast"
    SENTENCE_TRANSFORMERS = "sentence-transformers"


class Vectors(StrEnum):
    """Where vectors are searched: in files that each server keeps, or in PostgreSQL with pgvector."""

    FILES = "files"
    POSTGRES = "postgres"


class Settings(BaseSettings):
    """Where matcha keeps its files and which model it uses."""

    model_config = SettingsConfigDict(env_prefix="MATCHA_", frozen=True)

    home: Path = Field(default_factory=default_home, description="Folder of models/, indexes/ and data/.")
    model: str = Field(
        default=DEFAULT_MODEL,
        description="A folder under models/, a path, or the hub name of any sentence-transformers model.",
    )
    engine: Engine = Field(
        default=Engine.FAST,
        description="fast, which needs no torch, where the model has such a form; or sentence-transformers.",
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL, such as postgresql+psycopg://user@host/matcha; else data/matcha.db.",
    )
    vectors: Vectors = Field(
        default=Vectors.FILES,
        description="files, which each server keeps; or postgres, with pgvector. Answers are the same.",
    )
    log_folder: Path | None = Field(
        default=None, description="Folder of the match log's key and checkpoint; else data/matchlog."
    )
    log_origin: str | None = Field(
        default=None,
        description="Name of the match log, given when its key is made, such as region.example/matcha-log.",
    )
    threads: int = Field(
        default=1, ge=1, description="Threads for encoding and search. One is quickest for one question."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID provider that may vouch for people, as its tokens name it; else passwords only.",
    )
    oidc_client_id: str | None = Field(default=None, description="What the OpenID provider knows matcha by.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, repr=False, description="What matcha proves itself to the OpenID provider with."
    )
    costly: int = Field(default=2, ge=1, description="Matches and the like that one server works on at a time.")
    language: Language = Field(default=Language.SV, description="Language of the answers: sv or en.")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#\p{C}]+$",
        description="Where people reach matcha, such as https://behov.example.org; else what each request says.",
    )
    publisher: str = Field(
        default="Regionen (ange MATCHA_PUBLISHER)",
        pattern=r"^\P{C}{1,200}$",
        description="Who publishes the needs and answers for the pages, by its name.",
    )
    contact_email: str | None = Field(
        default=None,
        pattern=r"^[^\s@<>\p{C}]+@[^\s@<>\p{C}]+$",
        description="Where to write about the data, accessibility and privacy; without it no contact is named.",
    )

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def indexes(self) -> Path:
        return self.home / "indexes"

    @property
    def matchlog(self) -> Path:
        return self.log_folder or self.home / "data" / "matchlog"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'data' / 'matcha.db'}"
