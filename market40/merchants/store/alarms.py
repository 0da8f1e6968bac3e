"""Queries of alarms: what inspections found wrong and buyers reported, and is not answered yet."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from market40.db.engine import vault_of
from market40.merchants.domain.inspection import CALM
from market40.merchants.store.inspections import COLUMNS, InspectionSeen
from market40.merchants.tables import AlarmAnswer, Inspection, IssuedCode, NameReport

SAID, NOTE = "name_report.said", "alarm_answer.note"

_ANSWERED = and_(
    AlarmAnswer.market_id == Inspection.market_id, AlarmAnswer.subject_id == Inspection.id
)
_REPORT_ANSWERED = and_(
    AlarmAnswer.market_id == NameReport.market_id, AlarmAnswer.subject_id == NameReport.id
)


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """A buyer's report: `said` is the name that the bank showed, None where it was not given."""

    id: uuid.UUID
    stall_id: uuid.UUID
    code_id: uuid.UUID
    reported_at: dt.datetime
    said: str | None


def open_alarms(
    session: Session, market_id: uuid.UUID, *, stall_id: uuid.UUID | None = None
) -> list[InspectionSeen]:
    """Return inspections that found something wrong and that the board has not answered."""
    query = (
        select(*COLUMNS)
        .outerjoin(AlarmAnswer, _ANSWERED)
        .where(
            Inspection.market_id == market_id,
            Inspection.verdict.not_in(sorted(CALM)),
            AlarmAnswer.subject_id.is_(None),
        )
        .order_by(Inspection.inspected_at.desc(), Inspection.id.desc())
    )
    if stall_id is not None:
        query = query.where(Inspection.stall_id == stall_id)
    return [InspectionSeen(*row) for row in session.execute(query)]


def open_reports(session: Session, market_id: uuid.UUID) -> list[ReportSeen]:
    """Return buyers' reports that the board has not answered, the newest first."""
    query = (
        select(
            NameReport.id,
            IssuedCode.stall_id,
            NameReport.code_id,
            NameReport.reported_at,
            NameReport.said,
        )
        .join(
            IssuedCode,
            and_(IssuedCode.market_id == NameReport.market_id, IssuedCode.id == NameReport.code_id),
        )
        .outerjoin(AlarmAnswer, _REPORT_ANSWERED)
        .where(NameReport.market_id == market_id, AlarmAnswer.subject_id.is_(None))
        .order_by(NameReport.reported_at.desc(), NameReport.id.desc())
    )
    vault = vault_of(session)
    return [
        ReportSeen(*row[:-1], vault.open_text(session, row.said, column=SAID))
        for row in session.execute(query)
    ]


def alarm_counts(session: Session, market_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return how many alarms and reports each of the markets has that are not answered."""
    counts = dict.fromkeys(market_ids, 0)
    found = (
        select(Inspection.market_id, func.count())
        .outerjoin(AlarmAnswer, _ANSWERED)
        .where(
            Inspection.market_id.in_(market_ids),
            Inspection.verdict.not_in(sorted(CALM)),
            AlarmAnswer.subject_id.is_(None),
        )
        .group_by(Inspection.market_id),
        select(NameReport.market_id, func.count())
        .outerjoin(AlarmAnswer, _REPORT_ANSWERED)
        .where(NameReport.market_id.in_(market_ids), AlarmAnswer.subject_id.is_(None))
        .group_by(NameReport.market_id),
    )
    for query in found:
        for market_id, count in session.execute(query):
            counts[market_id] += count
    return counts


def reports_since(
    session: Session, market_id: uuid.UUID, code_id: uuid.UUID, since: dt.datetime
) -> int:
    """Return how often buyers reported a code since an instant."""
    query = select(func.count()).where(
        NameReport.market_id == market_id,
        NameReport.code_id == code_id,
        NameReport.reported_at >= since,
    )
    return session.scalar(query) or 0


def is_answered(session: Session, market_id: uuid.UUID, subject_id: uuid.UUID) -> bool:
    """Tell whether the board has answered an inspection or a report."""
    query = select(AlarmAnswer.subject_id).where(
        AlarmAnswer.market_id == market_id, AlarmAnswer.subject_id == subject_id
    )
    return session.scalar(query) is not None


def stall_of_alarm(
    session: Session, market_id: uuid.UUID, subject_id: uuid.UUID
) -> uuid.UUID | None:
    """Return the stall of an inspection that found something wrong, or of a report; else None."""
    found = select(Inspection.stall_id).where(
        Inspection.market_id == market_id,
        Inspection.id == subject_id,
        Inspection.verdict.not_in(sorted(CALM)),
    )
    reported = (
        select(IssuedCode.stall_id)
        .join(
            NameReport,
            and_(IssuedCode.market_id == NameReport.market_id, IssuedCode.id == NameReport.code_id),
        )
        .where(NameReport.market_id == market_id, NameReport.id == subject_id)
    )
    return session.scalar(found) or session.scalar(reported)
