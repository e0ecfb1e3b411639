"""Durable ids: regions and indicators beside landing, tasks and requirements after it, in one fixed order."""

from ingestion.resolve.landed import resolve_landed
from ingestion.resolve.names import indicator_id, names_landed, names_of, normalised, resolve, task_id

__all__ = ["indicator_id", "names_landed", "names_of", "normalised", "resolve", "resolve_landed", "task_id"]
