"""What this bank says no with: own tree, so that it shares nothing with what it tests."""

from __future__ import annotations


class SandboxError(Exception):
    """Base: `code` is stable, the text is Vietnamese and fit for the payer's screen."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CodeRefused(SandboxError):
    """The picture or the payload is not one that a bank's app would pay."""


class TransferRefused(SandboxError):
    """The code is good, but this amount or memo cannot be sent to it."""


class TargetRefused(SandboxError):
    """An address that is not this very machine: the sandbox never talks to anything else."""


class Unreachable(SandboxError):
    """The address is ours, but nothing answers there, or not in time, or too much."""


class SetupRefused(SandboxError):
    """A command line, an accounts file or a codes file that cannot be used."""
