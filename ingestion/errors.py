"""One exception per meaning; each names the file, the place, what was found and what is valid."""

from __future__ import annotations


class IngestionError(Exception):
    """Something about one submission; the rest of the batch goes on.

    `reason` is a stable code for the warehouse; the message is one line for a person.
    """

    reason = "ingestion_error"

    def __init__(self, file_name: str, message: str) -> None:
        self.file_name = file_name
        self.message = message
        super().__init__(f"{file_name}: {message}")


class UnreadableFileError(IngestionError):
    """The bytes are not what their kind promises: broken, empty, encrypted."""

    reason = "unreadable"


class UnsupportedFormatError(IngestionError):
    """A kind of file that no reader takes."""

    reason = "unsupported_format"


class UnknownLayoutError(IngestionError):
    """A readable document in which no task item and no statement was found."""

    reason = "unknown_layout"


class UnplacedSubmissionError(IngestionError):
    """No period could be found in the register, the file name or the text."""

    reason = "unknown_period"
