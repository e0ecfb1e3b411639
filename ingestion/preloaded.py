"""What every worker has from its birth: this module is loaded once, before the first worker is forked.

Readers, rules and vocabularies are loaded where they are first used; a small document uses nearly all of them.
"""

from __future__ import annotations

import contextlib
import os

# Arrow's own allocator reserves a gigabyte with the first table, which a worker's limit would count as taken
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"

from ingestion.extract import extract
from ingestion.read import read, readers
from ingestion.segment import segment

readers()
with contextlib.suppress(Exception):  # a fault of theirs is reported where a real file meets it
    extract(segment(read("截至2023年9月底，已完成改造8户，完成率80%。".encode(), "first.txt")))
