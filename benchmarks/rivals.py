"""The named alternatives, each behind one function; runs by itself in an environment that has them.

`python rivals.py NAME` reads a JSON request from its input and answers with JSON: the seconds of each repeat (loading
excluded, one warming run before) and what came out, or why there is nothing.  No module of the project is imported.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Work = Callable[[], Any]


def jionlp(request: Request) -> Work:
    """Times of each text: end dates in the order in which they stand; `by` is whole text or line."""
    with redirect_stdout(io.StringIO()):  # it greets
        import jionlp as jio

    def times(text: str, base: dict[str, int]) -> list[list[str]]:
        return [found["detail"]["time"] for found in jio.ner.extract_time(text, time_base=base, with_parsing=True)
                if isinstance(found["detail"]["time"], list)]  # fmt: skip

    def run() -> list[list[list[str]]]:
        out = []
        for text, base in request["texts"]:
            pieces = [text] if request["by"] == "text" else text.splitlines()
            out.append([time for piece in pieces if piece.strip() for time in times(piece, base)])
        return out

    return run


def markitdown(request: Request) -> Work:
    """Markdown of each file."""
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda: [converter.convert(path).text_content for path in request["files"]]


def docling(request: Request) -> Work:
    """Markdown of each file."""
    from docling.document_converter import DocumentConverter

    converter = DocumentConverter()
    return lambda: [converter.convert(Path(path)).document.export_to_markdown() for path in request["files"]]


def python_docx(request: Request) -> Work:
    """Merely visiting the cells of every row once; what the texts are is not asked."""
    import docx

    def run() -> list[int]:
        visited = 0
        for path in request["files"]:
            for table in docx.Document(path).tables:
                for row in table.rows:
                    visited += len(row.cells)
        return [visited]

    return run


RIVALS = {function.__name__: function for function in (jionlp, markitdown, docling, python_docx)}


def answer(name: str, request: Request) -> dict[str, Any]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {request["core"]})
    try:
        run = RIVALS[name](request)
        found = run()
    except ImportError as error:
        return {"missing": f"not installed: {error}"}
    except Exception as error:  # noqa: BLE001 - whatever stops an alternative is said, not raised
        return {"missing": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
    seconds = []
    for _ in range(request["repeats"]):
        before = time.process_time()
        run()
        seconds.append(time.process_time() - before)
    return {"seconds": seconds, "found": found}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    out = sys.stdout
    with redirect_stdout(sys.stderr):
        told = answer(sys.argv[1], asked)
    json.dump(told, out, ensure_ascii=False)
