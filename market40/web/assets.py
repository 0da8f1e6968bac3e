"""Static files: named by a digest of all of them, so that browsers keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app, request, url_for

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.web.context import kit
from market40.web.guard import may

FOLDER: Final = Path(__file__).parent.parent / "static"
blueprint = Blueprint("assets", __name__)
_EXTENSION: Final = "market40.assets"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}
_PACKED: Final = frozenset({".js", ".css", ".svg", ".json", ".webmanifest", ".txt"})


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    packed: bytes | None
    content_type: str


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Every static file in memory (they are small), and the digest of all."""

    digest: str
    assets: Mapping[str, _Asset]
    stamp: int


def install(app: Flask) -> None:
    """Read the static files and give templates `asset('phone.css')`."""
    app.extensions[_EXTENSION] = _read_all()
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return the address of a static file; raise KeyError for a name that is no file.

    The digest is that of all files together, so that modules and stylesheets may name each
    other by relative addresses.
    """
    shelf = _shelf()
    if name not in shelf.assets:
        raise KeyError(f"no static file {name}")
    return url_for("assets.static_file", digest=shelf.digest, name=name)


def digest() -> str:
    """Return the digest of all static files, as it stands in their addresses."""
    return _shelf().digest


def names() -> list[str]:
    """Return the names of all static files, in order."""
    return list(_shelf().assets)


def content(name: str) -> bytes:
    """Return what is in a static file; raise KeyError for a name that is no file."""
    return _shelf().assets[name].content


@blueprint.get("/static/<digest>/<path:name>")
@may("public")
def static_file(digest: str, name: str) -> Response:
    """Send a static file, packed where the browser takes that."""
    shelf = _shelf()
    found = shelf.assets.get(name)
    if found is None:
        raise NotFound(say("Không có tệp này."))
    packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.packed if packed else found.content)
    response.headers["Content-Type"] = found.content_type
    if found.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    current = digest == shelf.digest
    lasting = "public, max-age=31536000, immutable"
    response.headers["Cache-Control"] = lasting if current else "no-cache"
    return response


def _shelf() -> _Shelf:
    shelf = cast("_Shelf", current_app.extensions[_EXTENSION])
    if kit().settings.environment == "development" and shelf.stamp != _stamp():
        shelf = current_app.extensions[_EXTENSION] = _read_all()  # somebody is editing them
    return shelf


def _read_all() -> _Shelf:
    assets: dict[str, _Asset] = {}
    stamp = _stamp()
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = path.relative_to(FOLDER).as_posix()
            content = path.read_bytes()
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
            assets[name] = _asset(path.suffix, content)
    return _Shelf(digest.hexdigest()[:12], assets, stamp)


def _stamp() -> int:
    """Return a number that changes when a static file does."""
    return hash(tuple((p.name, p.stat().st_mtime_ns) for p in sorted(FOLDER.rglob("*"))))


def _asset(suffix: str, content: bytes) -> _Asset:
    packed = gzip.compress(content, 9, mtime=0) if suffix in _PACKED else None
    guessed = mimetypes.types_map.get(suffix, "application/octet-stream")
    return _Asset(content, packed, _TYPES.get(suffix, guessed))
