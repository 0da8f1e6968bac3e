"""The directory: every BIN once, every usual name finds its bank."""

import pytest

from market40.vietqr.banks import UnknownBank, all_banks, bank, compiled_on, find, name_of


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
    assert compiled_on() == "2026-11-22"


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


@pytest.mark.parametrize("bin_", ["", "97043", "970488", "９７０４３６"])
def test_an_unknown_bin(bin_):
    with pytest.raises(UnknownBank) as caught:
        bank(bin_)
    assert caught.value.code == "unknown_bank"
    assert caught.value.http_status == 404


def test_a_bin_that_nobody_knows_stands_for_itself():
    assert name_of("970436") == bank("970436").short_name == "Vietcombank"
    assert name_of("000000") == "000000"
