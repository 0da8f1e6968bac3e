"""Settings: read once from the environment at the composition root, frozen from then on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from market40.core.errors import Market40Error

# Known to everybody who reads this file, so production refuses it.
DEVELOPMENT_KEY = bytes.fromhex("6d61726b657434302d646576656c6f706d656e742d6b65792d6e6f742d736563")

DEFAULT_DATABASE_URL = "sqlite:///var/market40.sqlite"
DEFAULT_PUBLIC_URL = "http://127.0.0.1:8040"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8040
DEFAULT_THREADS = 24

Environment = Literal["development", "test", "production"]


class BadSettings(Market40Error):
    """A setting is missing or wrong; the service does not start."""

    code = "bad_settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between deployments. `docs/configuration.md` has a line for each."""

    environment: Environment = "development"
    database_url: str = DEFAULT_DATABASE_URL
    master_key: bytes = DEVELOPMENT_KEY
    public_url: str = DEFAULT_PUBLIC_URL
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    scope: str = ""
    demo: bool = False
    trusted_proxies: int = 0
    threads: int = DEFAULT_THREADS
    sandbox_url: str = ""
    bank_app_links: bool = True

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database serves, so that web, worker and writer are one process."""
        return self.database_url.startswith("sqlite")

    @property
    def uses_development_key(self) -> bool:
        """Whether the sealed columns stand under a key that everybody knows."""
        return self.master_key == DEVELOPMENT_KEY

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over HTTPS only, where the public address is one."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Settings from `MARKET40_*` variables. Raises BadSettings, naming the variable."""
        environment = env.get("MARKET40_ENVIRONMENT", "development")
        if environment not in ("development", "test", "production"):
            raise BadSettings("MARKET40_ENVIRONMENT is development, test or production")
        key = _master_key(env)
        port = _number(env, "MARKET40_PORT", DEFAULT_PORT, 1, 65535)
        if environment == "production":
            _refuse_development_values(env, key)
        return cls(
            environment=environment,  # type: ignore[arg-type]
            database_url=env.get("MARKET40_DATABASE_URL", DEFAULT_DATABASE_URL),
            master_key=key or DEVELOPMENT_KEY,
            public_url=(env.get("MARKET40_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            host=env.get("MARKET40_HOST", DEFAULT_HOST),
            port=port,
            scope=env.get("MARKET40_SCOPE", ""),
            demo=env.get("MARKET40_DEMO", "") == "1",
            trusted_proxies=_number(env, "MARKET40_TRUSTED_PROXIES", 0, 0, 4),
            threads=_number(env, "MARKET40_THREADS", DEFAULT_THREADS, 1, 256),
            sandbox_url=env.get("MARKET40_SANDBOX_URL", ""),
            bank_app_links=_number(env, "MARKET40_BANK_APP_LINKS", 1, 0, 1) == 1,
        )


def _master_key(env: Mapping[str, str]) -> bytes | None:
    text = env.get("MARKET40_MASTER_KEY", "")
    if file := env.get("MARKET40_MASTER_KEY_FILE", ""):
        try:
            text = Path(file).read_text().strip()
        except OSError as error:
            raise BadSettings(f"MARKET40_MASTER_KEY_FILE cannot be read: {error}") from error
    if not text:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadSettings("MARKET40_MASTER_KEY is 32 bytes in base64") from error
    if len(key) != 32:
        raise BadSettings("MARKET40_MASTER_KEY is 32 bytes in base64")
    return key


def _refuse_development_values(env: Mapping[str, str], key: bytes | None) -> None:
    if key is None or key == DEVELOPMENT_KEY:
        raise BadSettings("production needs MARKET40_MASTER_KEY or MARKET40_MASTER_KEY_FILE")
    if env.get("MARKET40_DEMO", "") == "1":
        raise BadSettings("MARKET40_DEMO is refused in production")
    if env.get("MARKET40_SANDBOX_URL", ""):
        raise BadSettings("MARKET40_SANDBOX_URL is refused in production")
    if not env.get("MARKET40_PUBLIC_URL", "").startswith("https://"):
        raise BadSettings("production needs MARKET40_PUBLIC_URL with https://")


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSettings(f"{name} is a whole number from {low} to {high}")
    return int(text)
