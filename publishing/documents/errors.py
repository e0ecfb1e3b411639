"""What can be wrong with a document before it is written; each is one clear line for a person."""

from __future__ import annotations

from publishing.errors import PublishingError


class DocumentError(PublishingError):
    """A document cannot be written."""


class NothingToReportError(DocumentError):
    """The published version holds nothing of the period that is asked for."""


class SeveralCitiesError(DocumentError):
    """The period's districts belong to several cities, and none was named."""


class FontMissingError(DocumentError):
    """No font with Chinese characters is installed, so a chart would show boxes."""
