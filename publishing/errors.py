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


class VersionNotKeptError(PublishingError):
    """A version was asked for that never was, or that retention has removed."""


class DamagedVersionError(PublishingError):
    """A version's files are not what its manifest says they are."""


class QueryRefusedError(PublishingError):
    """A statement that is not a query of the published snapshot."""


class ServingError(PublishingError):
    """The PostgreSQL that serves BI could not be brought to a version; the snapshot is published all the same."""


class ServingRightsError(ServingError):
    """The loader lacks a right or a role; the message holds the SQL that an administrator runs once."""


class PackageTargetError(PublishingError):
    """The folder that an export is to be written to holds something else."""
