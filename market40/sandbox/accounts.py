"""The receiving accounts that somebody listens to: which hook hears of each, and its secret."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from market40.sandbox.errors import SandboxError, SetupRefused
from market40.sandbox.loopback import check_target

MAX_FILE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Listener:
    """Where an account's notices go. `secret` signs them; `gateway` None: the bank's own name."""

    hook: str
    secret: str
    gateway: str | None = None


class Accounts:
    """Account number to listener: from a JSON file that is read again when it changes, else all.

    The file maps numbers to `{"gateway", "hook", "secret"}`. An account that is not in it goes to
    `everyone`, in whose hook `{account}` stands for the number; without one nobody hears of it.
    """

    def __init__(self, path: Path | None = None, everyone: Listener | None = None) -> None:
        self._path = path
        self._everyone = everyone
        self._seen: tuple[int, int] | None = None
        self._known: dict[str, Listener] = {}
        if everyone is not None:
            check_target(everyone.hook.replace("{account}", "0"))
        if path is not None:
            self._refresh(path)

    def listener(self, account: str) -> Listener | None:
        """Who hears of this account; a file that is broken just now leaves the last good one."""
        if self._path is not None:
            with contextlib.suppress(SandboxError):
                self._refresh(self._path)
        if account in self._known:
            return self._known[account]
        if self._everyone is None:
            return None
        everyone = self._everyone
        return Listener(everyone.hook.replace("{account}", account), everyone.secret)

    def _refresh(self, path: Path) -> None:
        try:
            stat = path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen == self._seen:
                return
            if stat.st_size > MAX_FILE_BYTES:
                raise SetupRefused("accounts_too_large", "Tệp tài khoản lớn hơn 20 MB.")
            self._known = read_accounts(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as gone:
            raise SetupRefused("accounts_unreadable", "Không đọc được tệp tài khoản.") from gone
        self._seen = seen


def read_accounts(text: str) -> dict[str, Listener]:
    """Parse the accounts file; SetupRefused names the account that is at fault."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise SetupRefused("accounts_not_json", "Tệp tài khoản không phải JSON.") from broken
    if not isinstance(data, dict):
        raise SetupRefused("accounts_not_json", "Tệp tài khoản phải là một đối tượng JSON.")
    found: dict[str, Listener] = {}
    for number, entry in data.items():
        fields = entry if isinstance(entry, dict) else {}
        hook, secret, gateway = (fields.get(name) for name in ("hook", "secret", "gateway"))
        if not isinstance(hook, str) or not isinstance(secret, str) or not secret:
            raise SetupRefused("account_incomplete", f"Tài khoản {number}: thiếu hook hay secret.")
        if gateway is not None and not isinstance(gateway, str):
            raise SetupRefused("account_incomplete", f"Tài khoản {number}: gateway phải là chữ.")
        check_target(hook)
        found[number] = Listener(hook, secret, gateway)
    return found
