"""Sealed columns: one key per vendor or source, wrapped by a master key; erasure destroys a key.

Account details and transaction history are sensitive personal data (Law 91/2025/QH15, Decree
356/2025/NĐ-CP), so raw bodies, memos, names, phones and account numbers are stored sealed and
found again by keyed hash. A sealed value names its key, so that it can be read wherever it lies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import threading
import time
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market40.core.entropy import Entropy
from market40.core.errors import Market40Error
from market40.db.base import Instant, Key, Table

VERSION = b"\x01"
NONCE_BYTES = 12
HEADER_BYTES = 1 + 16 + NONCE_BYTES
CACHE_S = 60.0
CACHE_LIMIT = 10_000
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class SealBroken(Market40Error):
    """A sealed value was changed, or sealed for another column or by another master key."""

    code = "seal_broken"
    http_status = 500


class DataKey(Table):
    """State: the key of one vendor or source. `wrapped` is emptied when it is destroyed."""

    __tablename__ = "data_key"

    id: Mapped[Key]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    destroyed_at: Mapped[Instant | None]


class Vault:
    """Seals and opens values; holds the master key and a short-lived cache of opened keys."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key is 32 bytes")
        self._wrap = AESGCM(_derived(master_key, b"wrap"))
        self._own = AESGCM(_derived(master_key, b"own"))
        self._lookup_key = _derived(master_key, b"lookup")
        self._sign_key = _derived(master_key, b"sign")
        secret = int.from_bytes(_derived(master_key, b"publish")) % (_P256_ORDER - 1) + 1
        self._publish_key = ec.derive_private_key(secret, ec.SECP256R1())
        self._keys: dict[uuid.UUID, tuple[float, AESGCM | None]] = {}
        self._lock = threading.Lock()
        self._entropy = Entropy()

    def new_key(self, session: Session, *, key_id: uuid.UUID, now: dt.datetime) -> uuid.UUID:
        """Make a key in this transaction and return its id, to seal with from now on."""
        raw = AESGCM.generate_key(bit_length=256)
        nonce = self._entropy.take(NONCE_BYTES)
        wrapped = nonce + self._wrap.encrypt(nonce, raw, key_id.bytes)
        session.add(DataKey(id=key_id, wrapped=wrapped, created_at=now, destroyed_at=None))
        session.flush()
        return key_id

    def seal(
        self, session: Session, key_id: uuid.UUID, value: str | bytes, *, column: str
    ) -> bytes:
        """Seal a value for one column (`"credit.memo"`); it opens nowhere else."""
        cipher = self._cipher(session, key_id)
        if cipher is None:
            raise SealBroken("the key of this data has been destroyed")
        plain = value.encode() if isinstance(value, str) else value
        nonce = self._entropy.take(NONCE_BYTES)
        return VERSION + key_id.bytes + nonce + cipher.encrypt(nonce, plain, column.encode())

    def seal_if_kept(
        self, session: Session, key_id: uuid.UUID, value: str | None, *, column: str
    ) -> bytes | None:
        """Like `seal`; None stays None, and of who was erased nothing is kept.

        Raises SealBroken for a key that was never there: that is no erasure.
        """
        if value is None:
            return None
        if self._cipher(session, key_id) is not None:
            return self.seal(session, key_id, value, column=column)
        erased = select(DataKey.destroyed_at).where(DataKey.id == key_id)
        if session.scalar(erased) is None:
            raise SealBroken("there is no key to seal this data with")
        return None

    def open_bytes(self, session: Session, sealed: bytes, *, column: str) -> bytes | None:
        """The value, or None where its key has been destroyed. Raises SealBroken."""
        if len(sealed) < HEADER_BYTES or sealed[:1] != VERSION:
            raise SealBroken("not a sealed value")
        cipher = self._cipher(session, uuid.UUID(bytes=sealed[1:17]))
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed[17:HEADER_BYTES], sealed[HEADER_BYTES:], column.encode())
        except InvalidTag as error:
            raise SealBroken(f"sealed value of {column} does not open") from error

    def open_text(self, session: Session, sealed: bytes | None, *, column: str) -> str | None:
        """Like `open_bytes`, for text; None stays None."""
        plain = None if sealed is None else self.open_bytes(session, sealed, column=column)
        return None if plain is None else plain.decode()

    def seal_own(self, value: bytes, *, column: str) -> bytes:
        """Seal what is nobody's own and is deleted within weeks, by the deployment's key."""
        nonce = self._entropy.take(NONCE_BYTES)
        return nonce + self._own.encrypt(nonce, value, column.encode())

    def open_own(self, sealed: bytes, *, column: str) -> bytes:
        """The value that `seal_own` sealed for this column. Raises SealBroken."""
        try:
            return self._own.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"sealed value of {column} does not open") from error

    def destroy(self, session: Session, key_id: uuid.UUID, *, now: dt.datetime) -> None:
        """Erase: what was sealed with this key can never be read again."""
        row = session.get_one(DataKey, key_id)
        row.wrapped, row.destroyed_at = None, now
        with self._lock:
            self._keys.pop(key_id, None)

    def lookup(self, purpose: str, value: str) -> bytes:
        """A keyed hash (16 bytes) by which an equal value of the same purpose is found."""
        return hmac.digest(self._lookup_key, f"{purpose}\0{value}".encode(), hashlib.sha256)[:16]

    def sign(self, purpose: str, value: bytes) -> bytes:
        """A keyed hash (32 bytes) for tokens and form protection, apart from `lookup`."""
        return hmac.digest(self._sign_key, purpose.encode() + b"\0" + value, hashlib.sha256)

    def publish(self, purpose: str, value: bytes) -> bytes:
        """Sign what leaves and is checked without us: ECDSA over P-256 and SHA-256, r and s.

        64 bytes, as WebCrypto takes them; over the purpose, a zero byte and the value.
        """
        said = purpose.encode() + b"\0" + value
        r, s = decode_dss_signature(self._publish_key.sign(said, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    def published_key(self) -> bytes:
        """Return the key by which `publish` is checked: 65 bytes, an uncompressed point."""
        return self._publish_key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def _cipher(self, session: Session, key_id: uuid.UUID) -> AESGCM | None:
        found = self._keys.get(key_id)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        wrapped = session.scalar(select(DataKey.wrapped).where(DataKey.id == key_id))
        cipher = None
        if wrapped is not None:
            raw = self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.bytes)
            cipher = AESGCM(raw)
        with self._lock:
            if len(self._keys) >= CACHE_LIMIT:
                self._keys.clear()
            # Another process may destroy the key, so what was opened is forgotten after a while.
            self._keys[key_id] = (time.monotonic() + CACHE_S, cipher)
        return cipher


def key_of(sealed: bytes) -> uuid.UUID:
    """Return the key that a sealed value names: what belongs to it is sealed by the same."""
    return uuid.UUID(bytes=sealed[1:17])


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"market40/" + purpose)
    return kdf.derive(master_key)
