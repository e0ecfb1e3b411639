"""One exception per meaning; each is one clear line for a person, Chinese first."""

from __future__ import annotations

from publishing.errors import PublishingError


class ChartLibraryMissingError(PublishingError):
    """The bundled chart library is not installed."""


class BoundaryError(PublishingError):
    """A file of boundaries that a bureau put into its home cannot be used as it is."""
