"""Logs as lines of JSON, with facts and without personal data."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO


class JsonLines(logging.Formatter):
    """One object a line: at, level, logger, event, and the record's `facts`.

    `traces` adds what exceptions said, which may be personal data: for development only.
    """

    def __init__(self, *, traces: bool = False) -> None:
        super().__init__()
        self._traces = traces

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; of an exception only its type is told."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line |= facts
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            if self._traces:
                line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def install(stream: TextIO, *, level: int = logging.INFO, traces: bool = False) -> None:
    """Send the service's logs to `stream`; the commands call this, tests do not."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(traces=traces))
    root = logging.getLogger("market40")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
