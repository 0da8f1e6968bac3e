"""`market40 demo`: a made-up Hà Giang with a bank that is not there. `make run` runs it."""

from __future__ import annotations

import gc
import os
import secrets
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import Engine

from market40 import migrations
from market40.cli.children import Child, Children
from market40.cli.composition import opened, settings
from market40.config import BadSettings, Settings
from market40.core.clock import SystemClock, local_day
from market40.db.engine import read
from market40.demo import people, sandbox_files
from market40.demo.loading import Step
from market40.demo.loading import load as load_plan
from market40.demo.plan import Plan, Sizes, make_plan

FOLDER = Path("var/demo")
FILES = sandbox_files.Files(FOLDER / "accounts.json", FOLDER / "codes.jsonl")
SEED = 40
PAYMENTS_A_MINUTE = 20
READY_WITHIN_S = 60.0
LOOK_EVERY_S = 2.0
ENVIRONMENT = {
    "MARKET40_DATABASE_URL": "sqlite:///var/demo.sqlite",
    "MARKET40_DEMO": "1",
    "MARKET40_SCOPE": "gso2004:province:02",
}
ROLES = {"vendor": "Tiểu thương", "board": "Ban quản lý", "official": "Cán bộ"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    sizes: Sizes
    seed: int


class DemonstrationStopped(BadSettings):
    """The demonstration cannot start or go on; the message says what to do."""

    code = "demonstration_stopped"


def _sized(command: Callable[..., None]) -> Callable[..., None]:
    usual = Sizes()
    for name, default, words in (
        ("--seed", SEED, "The same number makes the same demonstration."),
        ("--payments", usual.payments, "About how many payments, in the last 90 days."),
        ("--stalls", usual.stalls, "How many stalls in all markets."),
        ("--markets", usual.markets, "How many markets, from the first of the list."),
    ):
        command = click.option(name, default=default, show_default=True, help=words)(command)
    return command


@click.group()
def demo() -> None:
    """The demonstration: made-up markets in a real province, and a bank that is not there."""


@demo.command("load")
@_sized
def load_command(seed: int, payments: int, stalls: int, markets: int) -> None:
    """Bring the schema up to date and load what of the demonstration is missing."""
    _environment()
    with opened() as (found, engine):
        _ready(found, engine, Asked(Sizes(markets, stalls, payments), seed))


@demo.command()
@_sized
@click.option("--rate", default=PAYMENTS_A_MINUTE, show_default=True, help="Payments a minute.")
@click.option("--sandbox-port", default=8041, show_default=True, help="Where the bank listens.")
def run(seed: int, payments: int, stalls: int, markets: int, rate: int, sandbox_port: int) -> None:
    """Load the demonstration, start the service and the sandbox bank, and stay until Ctrl-C."""
    os.environ.setdefault("MARKET40_SANDBOX_URL", f"http://127.0.0.1:{sandbox_port}")
    _environment()
    asked = Asked(Sizes(markets, stalls, payments), seed)
    with opened() as (found, engine), _stopping() as stop:
        _refuse_taken(found.host, found.port, "MARKET40_PORT")
        _refuse_taken("127.0.0.1", sandbox_port, "--sandbox-port")
        plan = _ready(found, engine, asked)
        FOLDER.mkdir(parents=True, exist_ok=True)
        children = Children(FOLDER)
        try:
            service = children.start("service", [*_market40(), "serve"], os.environ)
            _await_answer(f"{_address(found)}/healthz", service, stop)
            mark = _write_files(engine, plan, found)
            children.start("sandbox", _sandbox(sandbox_port, rate), os.environ)
            if not stop.is_set():
                click.echo(_table(found, plan))
            _stay(engine, plan, found, mark, children, stop)
        finally:
            click.echo("Đang dừng…")
            children.end()


def _environment() -> None:
    """Fill in what the demonstration needs and the environment does not say."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if os.environ.get("MARKET40_ENVIRONMENT") == "production":
        raise DemonstrationStopped("the demonstration is refused in production")
    os.environ.setdefault("MARKET40_PUBLIC_URL", _address(settings()))


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C or SIGTERM sets; while it loads, they interrupt it as well."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ready(found: Settings, engine: Engine, asked: Asked) -> Plan:
    """Bring schema and demonstration in, and return the plan that they follow."""
    _ = found
    started = time.monotonic()
    migrations.upgrade(engine)
    now = SystemClock().now()
    try:
        plan = make_plan(asked.sizes, seed=asked.seed, today=local_day(now))
    except ValueError as error:
        raise DemonstrationStopped(str(error)) from error
    # The load makes millions of small values that all live on: collecting garbage among them
    # finds nothing and costs a fifth of the time.
    gc.disable()
    try:
        done = load_plan(
            engine, plan, now=now, secrets=secrets.SystemRandom(), progress=_show_progress
        )
    finally:
        gc.enable()
    if done.markets:
        took = time.monotonic() - started
        click.echo(f"\r{done.markets} chợ, {done.payments:,} lần báo có, {took:.0f} giây.")
    return plan


def _show_progress(step: Step) -> None:
    line = f"Nạp dữ liệu trình diễn: {step.done}/{step.total} chợ, {step.payments:,} lần báo có"
    if sys.stdout.isatty():
        click.echo(f"\r{line}", nl=False)
    elif step.done % 10 == 0 or step.done == step.total:
        click.echo(line)


def _refuse_taken(host: str, port: int, setting: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DemonstrationStopped(
                f"cổng {port} đang có chương trình khác dùng: hãy dừng nó, hoặc đặt {setting} "
                "sang cổng khác"
            ) from error


def _market40() -> list[str]:
    return [sys.executable, "-m", "market40.cli"]


def _sandbox(port: int, rate: int) -> list[str]:
    program = [sys.executable, "-m", "market40.sandbox", "serve", "--port", str(port)]
    files = ["--accounts", str(FILES.accounts), "--codes", str(FILES.codes)]
    return [*program, *files, "--rate", str(rate)]


def _address(found: Settings) -> str:
    host = "127.0.0.1" if found.host in ("0.0.0.0", "::") else found.host  # noqa: S104 - compared
    return f"http://{host}:{found.port}"


def _await_answer(url: str, service: Child, stop: threading.Event) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while not stop.is_set():
        if service.process.poll() is not None or time.monotonic() > until:
            raise DemonstrationStopped(f"the service did not start:\n{service.tail()}")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own http address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)


def _write_files(engine: Engine, plan: Plan, found: Settings) -> tuple[int, ...]:
    now = SystemClock().now()
    address = _address(found)
    listed = read(engine, lambda s: sandbox_files.list_codes(s, plan, public_url=address, now=now))
    sandbox_files.write(listed, FILES)
    return listed.mark


def _stay(
    engine: Engine,
    plan: Plan,
    found: Settings,
    mark: tuple[int, ...],
    children: Children,
    stop: threading.Event,
) -> None:
    """Watch the children, and tell the sandbox of accounts and codes that are added meanwhile."""
    while not stop.wait(LOOK_EVERY_S):
        fallen = children.fallen()
        if fallen is not None:
            code = fallen.process.returncode
            raise DemonstrationStopped(f"{fallen.name} ended with {code}:\n{fallen.tail()}")
        if read(engine, sandbox_files.mark) != mark:
            mark = _write_files(engine, plan, found)


def _table(found: Settings, plan: Plan) -> str:
    """Return the addresses and the log-ins as one reads them in a terminal."""
    address = _address(found)
    lines = [
        "",
        "DỮ LIỆU TRÌNH DIỄN: chợ và tên xã có thật, người, tài khoản và số tiền là bịa.",
        "",
        f"  Trang chủ (home)             {address}/",
        f"  Đăng nhập (log in)           {address}/login",
        f"  Báo cáo phổ cập (adoption)   {address}/reports/",
        f"  Ngân hàng thử (sandbox bank) {found.sandbox_url}/",
        "",
        f"  {'vai (role)':<24} {'đăng nhập':<15} {'PIN / mật khẩu':<16} ai",
    ]
    for person in people.log_ins(plan.markets):
        role = f"{ROLES.get(person.role, 'Vận hành')} ({person.role})"
        lines.append(f"  {role:<24} {person.login:<15} {person.secret:<16} {person.who}")
    lines += ["", f"  Nhật ký (logs): {FOLDER}/*.log. Dừng: Ctrl-C.", ""]
    return "\n".join(lines)
