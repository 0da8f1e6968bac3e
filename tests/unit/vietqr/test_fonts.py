"""The fonts are those that their manifest names, under the licence that lies beside them."""

import hashlib
import json
from importlib.resources import files

FONTS = files("market40.vietqr").joinpath("fonts")


def test_the_manifest_holds():
    manifest = json.loads(FONTS.joinpath("MANIFEST.json").read_text("utf-8"))
    listed = {entry["file"] for entry in manifest["files"]}
    present = {entry.name for entry in FONTS.iterdir()} - {"MANIFEST.json"}
    assert listed == present
    for entry in manifest["files"]:
        content = FONTS.joinpath(entry["file"]).read_bytes()
        assert len(content) == entry["bytes"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert manifest["licence"] == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE" in FONTS.joinpath("OFL.txt").read_text("utf-8")
    assert manifest["source"]["package"] == "fontpkg-be-vietnam-pro"
    assert manifest["source"]["version"] == "1.002"
