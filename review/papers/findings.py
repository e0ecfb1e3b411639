"""Findings for the papers from what the registry keeps: as they are, or as they stood when a notice was drafted."""

from __future__ import annotations

from registry.models import Incident, NoticeIncident
from review.papers.words import Finding


def of_incident(
    incident: Incident, *, task: str | None = None, file_name: str | None = None, request: str | None = None
) -> Finding:
    """The finding as it was last seen; `request` is what its check says to do (how_to_mend)."""
    return Finding(
        message=incident.message_zh or "",
        severity=incident.severity,
        task=task,
        quote=incident.source_quote,
        file_name=file_name,
        locator=incident.source_locator,
        arithmetic=incident.arithmetic,
        expected=incident.expected,
        observed=incident.observed,
        request=request,
    )


def of_notice(
    told: NoticeIncident, incident: Incident, *, task: str | None = None, file_name: str | None = None,
    request: str | None = None,
) -> Finding:  # fmt: skip
    """The finding as it stood when the notice was drafted.

    The notice keeps its words and place; arithmetic and figures are the incident's, as long as that still says the
    same, and none afterwards: they would belong to another finding.
    """
    now = of_incident(incident, task=task, file_name=file_name, request=request)
    if (told.message_zh or "", told.source_quote, told.source_locator) == (now.message, now.quote, now.locator):
        return now
    return Finding(
        message=told.message_zh or "",
        severity=incident.severity,
        task=task,
        quote=told.source_quote,
        file_name=file_name,
        locator=told.source_locator,
        request=request,
    )
