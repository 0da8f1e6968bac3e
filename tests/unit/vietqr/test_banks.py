"""The directory: every BIN once, every usual name finds its bank."""

import json
import unicodedata
from collections import defaultdict
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from market40.core.text import squeeze
from market40.vietqr import banks
from market40.vietqr.banks import (
    SOURCED,
    Bank,
    UnknownBank,
    all_banks,
    bank,
    compiled_on,
    find,
    name_of,
    shared_names,
    source,
    sources_of,
)


def test_every_entry_is_whole_and_every_bin_stands_once():
    entries = all_banks()
    assert len(entries) == 72
    assert len({entry.bin for entry in entries}) == 72
    assert len({entry.code.casefold() for entry in entries}) == 72
    for entry in entries:
        assert entry.bin.isascii()
        assert entry.bin.isdigit()
        assert len(entry.bin) == 6
        assert entry.short_name
        assert entry.name_vi
        assert entry.kind in ("bank", "wallet", "finance company")
        assert entry.swift is None or len(entry.swift) == 8
        assert bank(entry.bin) is entry
        assert find(entry.bin) is entry
        assert find(entry.code) is entry
        assert find(entry.short_name) is entry
    assert compiled_on() == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "bin_"),
    [
        ("Vietcombank", "970436"),
        ("vcb", "970436"),
        ("BFTVVNVX", "970436"),
        ("ngân hàng TMCP ngoại thương việt nam", "970436"),
        ("NGOAI THUONG", "970436"),
        ("BIDV", "970418"),  # a public library has 970488 here: money to nowhere
        ("mb bank", "970422"),
        ("Đông Á", "970406"),
        ("dong a", "970406"),
        ("OceanBank", "970414"),
        ("LienVietPostBank", "970449"),
        ("Bản Việt", "970454"),
        ("Maritime Bank", "970426"),
        ("MoMo", "971025"),
    ],
)
def test_names_people_use(name, bin_):
    assert find(name).bin == bin_


@pytest.mark.parametrize("name", ["", "  ", "ngân hàng", "Mirae Asset (Việt Nam)", "x" * 10_000])
def test_a_name_that_none_or_two_bear_finds_none(name):
    assert find(name) is None
    assert find("Công ty Tài chính TNHH MTV Mirae Asset (Việt Nam)") is None


def test_whether_the_app_scans_is_said_only_where_sources_agree():
    assert bank("970436").scans is True
    assert bank("970406").scans is False
    assert bank("422589").scans is None  # the two sources disagree
    assert bank("533948").scans is None  # not stated
    assert bank("971133").scans is True


def test_a_name_is_one_banks_unless_it_is_said_to_be_shared():
    bearers = defaultdict(set)
    for entry in all_banks():
        for name in entry.names:
            bearers[squeeze(name)].add(entry.bin)
    shared = {name for name, bins in bearers.items() if len(bins) > 1}
    assert shared == {squeeze(name) for name in shared_names()}


def test_each_field_says_where_it_comes_from_and_of_when():
    told = {field.name for field in fields(Bank)} - {"former"}
    assert told == set(SOURCED)
    for entry in all_banks():
        sources = sources_of(entry)
        stated = {name for name in SOURCED if getattr(entry, name) not in (None, ())}
        assert set(sources) == stated
        for name, found in sources.items():
            assert found, f"{entry.bin} {name}"
            assert [one.date for one in found] == sorted((o.date for o in found), reverse=True)
    assert sources_of(bank("970436"))["swift"] == (source("npm"),)
    assert sources_of(bank("970459"))["name_vi"] == (source("sbv"),)
    assert sources_of(bank("970414"))["short_name"] == (source("changelog"),)
    assert source("sbv").date == "2024-03-05"
    with pytest.raises(KeyError):
        source("hearsay")


def test_rows_stand_by_their_bin_and_are_counted():
    content = json.loads((Path(banks.__file__).parent / "banks.json").read_text("utf-8"))
    bins = [row["bin"] for row in content["banks"]]
    assert bins == sorted(set(bins))
    assert content["meta"]["count"] == len(bins)


def test_renamed_banks_are_told_with_their_old_name_and_its_end():
    (ocean,) = bank("970414").former
    assert (ocean.name, ocean.until, ocean.source.key) == (
        "Ocean Bank",
        date(2025, 6, 6),
        "changelog",
    )
    assert {entry.bin for entry in all_banks() if entry.former} == {
        "970406", "970414", "970426", "970430", "970449", "970454"
    }  # fmt: skip
    for entry in all_banks():
        for former in entry.former:
            assert find(former.name) is entry
            assert former.name not in (entry.short_name, entry.name_vi)


def test_links_know_the_five_apps_that_fill_the_form_in():
    fill = {entry.app_id: str(entry.fills_since) for entry in all_banks() if entry.fills_since}
    assert fill == {
        "ocb": "2024-05-28", "acb": "2025-10-31", "bidv": "2026-01-09",
        "icb": "2026-02-13", "mb": "2026-07-31",
    }  # fmt: skip
    apps = [entry.app_id for entry in all_banks() if entry.app_id]
    assert len(apps) == len(set(apps)) == 15
    assert bank("970403").app_id is None  # Sacombank has none
    for entry in all_banks():
        if entry.link_code is not None:
            assert entry.link_code == entry.code.lower()
            assert entry.link_code.isalnum()
    assert bank("970414").link_code is None  # renamed after its code was copied


@pytest.mark.parametrize("bin_", ["", "97043", "970488", "９７０４３６"])
def test_an_unknown_bin(bin_):
    with pytest.raises(UnknownBank) as caught:
        bank(bin_)
    assert caught.value.code == "unknown_bank"
    assert caught.value.http_status == 404


def test_a_bin_that_nobody_knows_stands_for_itself():
    assert name_of("970436") == bank("970436").short_name == "Vietcombank"
    assert name_of("000000") == "000000"


def test_the_directory_is_written_in_one_form_of_unicode():
    """Two forms of one letter look alike and are never equal: a name would be found by neither."""
    text = (Path(banks.__file__).parent / "banks.json").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
