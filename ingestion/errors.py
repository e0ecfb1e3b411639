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

    def __reduce__(self) -> tuple[object, ...]:
        """Errors travel from worker processes; the constructors of subclasses differ, so none is called again."""
        return _restored, (type(self), self.file_name, self.message)


def _restored(kind: type[IngestionError], file_name: str, message: str) -> IngestionError:
    error = kind.__new__(kind)
    IngestionError.__init__(error, file_name, message)
    return error


class UnreadableFileError(IngestionError):
    """The bytes are not what their kind promises: broken, empty, encrypted."""

    reason = "unreadable"


class UnsupportedFormatError(IngestionError):
    """A kind of file that no reader takes."""

    reason = "unsupported_format"


class MissingToolError(UnsupportedFormatError):
    """A kind of file that is read where an optional program is installed, which it is not here."""

    reason = "missing_tool"


class UnknownLayoutError(IngestionError):
    """A readable document in which no task item and no statement was found."""

    reason = "unknown_layout"


class UnplacedSubmissionError(IngestionError):
    """No period could be found in the register, the file name or the text."""

    reason = "unknown_period"


class MisaddressedWorkbookError(IngestionError):
    """An issued workbook that was registered for another month or another place than it was issued for."""

    reason = "misaddressed_workbook"


class TimeLimitError(IngestionError):
    """Working on the file took longer than a file may take."""

    reason = "time_limit"


class MemoryLimitError(IngestionError):
    """Working on the file needed more memory than a file may take."""

    reason = "memory_limit"


class WorkerDiedError(IngestionError):
    """The process that worked on the file ended without a word: a fault in a library, or the system ended it."""

    reason = "worker_died"
