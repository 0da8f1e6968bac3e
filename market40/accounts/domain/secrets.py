"""Argon2id of secrets (OWASP: 19 MiB, two passes, one lane), and keys that machines carry."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from market40.core.ids import RandomBits, new_token
from market40.core.text import nfc

_HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_KEY_MARK: Final = "m40"
_PREFIX_CHARS: Final = 10


@dataclass(frozen=True, slots=True)
class HashedSecret:
    """A secret that was checked and hashed before: hashing takes some 30 ms of a core."""

    text: str


@dataclass(frozen=True, slots=True)
class KeyText:
    """A machine's key: `prefix` finds it, `secret` proves it."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{_KEY_MARK}.{self.prefix}.{self.secret}"


def hashed(secret: str) -> HashedSecret:
    """Return the hash of a secret that `logins.check_secret` has let pass."""
    return HashedSecret(_HASHER.hash(nfc(secret)))


def matches(secret_hash: str | None, secret: str) -> bool:
    """Return whether the secret is the hash's; as slow for None, which no secret matches."""
    try:
        _HASHER.verify(secret_hash or _nobodys_hash(), nfc(secret))
    except (VerificationError, InvalidHashError):
        return False
    return secret_hash is not None


def digest(token: str) -> bytes:
    """Return the hash by which a token of 128 bits or more is kept: it needs no slow one."""
    return hashlib.sha256(token.encode()).digest()


def new_key(rng: RandomBits) -> KeyText:
    """Return a fresh machine's key, with 130 random bits of secret."""
    return KeyText(new_token(rng)[:_PREFIX_CHARS], new_token(rng))


def read_key(text: str) -> KeyText | None:
    """Return the parts of a key as it was sent, or None for what is none."""
    mark, _, rest = text.partition(".")
    prefix, _, secret = rest.partition(".")
    if mark != _KEY_MARK or len(prefix) != _PREFIX_CHARS or not secret:
        return None
    return KeyText(prefix, secret)


@functools.cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this secret")
