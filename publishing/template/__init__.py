"""The workbook that each reporting unit fills in: issued from the published snapshot, read back by ingestion."""

from __future__ import annotations

from publishing.template.issue import Issue, Unit, issue_all, units_of
from publishing.template.problems import Problem, problems_of

__all__ = ["Issue", "Problem", "Unit", "issue_all", "problems_of", "units_of"]
