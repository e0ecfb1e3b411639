"""The bureau's printed documents, written from one published version: lag table, completion table, bulletin, sheets."""

from __future__ import annotations

from publishing.documents.edition import Document, Edition
from publishing.documents.selection import Candidate, undetermined
from publishing.documents.writing import write

__all__ = ["Candidate", "Document", "Edition", "undetermined", "write"]
