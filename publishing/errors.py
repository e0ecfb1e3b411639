"""One exception per meaning; each is one clear line for a person."""

from __future__ import annotations


class PublishingError(Exception):
    """Something about a publication; what was current before stays current."""


class NothingToPublishError(PublishingError):
    """The build database or its schema of marts is not there."""


class UnfaithfulCopyError(PublishingError):
    """The snapshot does not hold what the build database holds."""


class NotPublishedError(PublishingError):
    """Nothing has been published yet, or the current version's files are gone."""


class QueryRefusedError(PublishingError):
    """A statement that is not a query of the published snapshot."""
