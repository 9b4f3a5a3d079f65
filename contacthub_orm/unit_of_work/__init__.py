"""The unit of work: what changed (identity map), what would be sent (plan), what became of it (flush, report)."""

from __future__ import annotations

from contacthub_orm.unit_of_work.operations import Operation
from contacthub_orm.unit_of_work.plan import Plan
from contacthub_orm.unit_of_work.report import CommitReport, Outcome, OutcomeState

__all__ = ["CommitReport", "Operation", "Outcome", "OutcomeState", "Plan"]
