"""The program as started from a shell: it serves, pays, makes traffic, and ends when told."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sandbox_payloads import payload, png
from sandbox_receiver import SECRET, Receiver

from market40.sandbox.program import main

ROOT = Path(__file__).parents[3]


def test_it_serves_and_makes_traffic_until_it_is_told_to_end(
    receiver: Receiver, tmp_path: Path
) -> None:
    codes, accounts = tmp_path / "codes.jsonl", tmp_path / "accounts.json"
    codes.write_text(json.dumps({"png_url": receiver.url + "/static.png"}))
    here = {"gateway": "Vietcombank", "hook": receiver.url, "secret": SECRET}
    accounts.write_text(json.dumps({"0011001234567": here}))
    command = [sys.executable, "-m", "market40.sandbox", "serve", "--port", "0", "--plain"]
    command += ["--codes", str(codes), "--rate", "600", "--accounts", str(accounts)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as program:
        try:
            assert program.stderr is not None
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", program.stderr.readline())
            assert address
            connection = HTTPConnection("127.0.0.1", int(address[1]), timeout=10)
            asked = json.dumps({"payload": payload("40000")})
            connection.request("POST", "/pay", asked, {"Content-Type": "application/json"})
            assert connection.getresponse().status == 201
            connection.close()
            until = time.monotonic() + 20
            while len(receiver.got) < 5 and time.monotonic() < until:
                time.sleep(0.02)
        finally:
            program.send_signal(signal.SIGTERM)
            said = program.stderr.read()
        assert program.wait(10) == 0
    assert len(receiver.got) >= 5
    assert 40_000 in [told["transferAmount"] for told in receiver.got]
    assert "Traceback" not in said
    assert "0011001234567" not in said, "logs name no account"


@pytest.mark.parametrize(
    "wrong",
    [
        ["serve", "--port", "70000"],
        ["serve", "--rate", "0"],
        ["serve", "--rate", "nan"],
        ["serve", "--minute", "-1"],
        ["serve", "--twice", "1.5"],
        ["pay"],
        [],
    ],
)
def test_arguments_have_limits(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_port_that_is_taken_and_a_host_that_is_elsewhere(
    receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ["--hook", receiver.url, "--secret", SECRET]
    assert main(["serve", "--port", str(receiver.server_port), *to]) == 2
    assert main(["serve", "--host", "0.0.0.0", *to]) == 2
    assert main(["serve", "--port", "0", "--codes", "none.jsonl", *to]) == 2
    assert capsys.readouterr().err.count("[") == 3


def test_an_account_that_nobody_listens_to_is_paid_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.png").write_bytes(png(payload("40000")))
    to = ["--png", str(tmp_path / "a.png"), "--accounts", str(tmp_path / "a.json")]
    assert main(["pay", *to]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["success"], said["told"]) == (True, False)
