"""The files of an edition from the published version that it rests on; what they depend on besides is one digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version as installed
from typing import Any, Final

from publishing import documents
from publishing.documents import Candidate
from publishing.documents.edition import Edition as Imprint
from publishing.documents.edition import Form, Stage
from publishing.documents.report import read
from publishing.errors import NotPublishedError
from publishing.manifest import Manifest
from publishing.query import Ask, opened
from publishing.versions import database_of
from registry.editions import Filed
from xushi import edition_store
from xushi.edition_contents import Entry, contents, to_json
from xushi.home import PROJECT_ROOT, Home

FORMS: Final[tuple[Form, ...]] = ("submission", "checking")
CONTENTS: Final = "contents.jsonl"
_CODE: Final = ("publishing/documents", "publishing/office")
_LIBRARIES: Final = ("python-docx", "openpyxl", "matplotlib", "lxml")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a bureau sets for its documents: its city where several are published, its districts' order, the subject.

    `dashboard` is the address that links to the evidence begin with; None: a folder beside the document.
    """

    city: str | None = None
    order: tuple[str, ...] = ()
    subject: str | None = None
    dashboard: str | None = None

    def to_json(self) -> str:
        """As it stands with an edition."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, kept: str) -> Layout:
        """As it stood with an edition."""
        given = json.loads(kept)
        return replace(cls(**given), order=tuple(given.get("order", ())))


def names_of(given: str | None) -> tuple[str, ...]:
    """The names of a setting or an option, between commas or 顿号."""
    return tuple(name.strip() for name in re.split("[,，、]", given or "") if name.strip())


@dataclass(frozen=True, slots=True)
class Source:
    """A published version, opened: its manifest, and a way to ask it."""

    manifest: Manifest
    ask: Ask


@contextmanager
def source(home: Home, version: int | None = None) -> Iterator[Source]:
    """A published version, or the current one.  Raises NotPublishedError where it is not there (any more)."""
    database = home.published_database if version is None else database_of(home.published, version)
    try:
        manifest = Manifest.read(database.resolve(strict=True).parent)
    except (OSError, ValueError, TypeError) as error:
        named = "还没有已发布的数据" if version is None else f"第{version}版数据不在或已损坏"
        raise NotPublishedError(f"{named}：{database} / the published version cannot be read ({error})") from error
    with opened(database) as ask:
        yield Source(manifest, ask)


def entries(found: Source, period: str, layout: Layout) -> tuple[Entry, ...]:
    """What the version says of a period.  Raises DocumentError where it says nothing."""
    return contents(read(found.ask, period, city=layout.city, order=layout.order))


def candidates(found: Source, period: str, layout: Layout) -> tuple[Candidate, ...]:
    """The lagging candidates of a period without the bureau's verdict."""
    return documents.undetermined(found.ask, period, city=layout.city)


def write(
    home: Home, found: Source, period: str, layout: Layout, imprint: Imprint, say: Say | None = None
) -> tuple[Filed, ...]:
    """Write the documents of a period in both forms and keep them; `imprint` says everything but the form."""
    return tuple(
        filed(home, imprint.stage, form, document.file_name, document.kind, document.region_code, document.content)
        for form in FORMS
        for document in rendered(found, period, layout, replace(imprint, form=form), say)
    )


def rendered(
    found: Source, period: str, layout: Layout, imprint: Imprint, say: Say | None = None
) -> tuple[documents.Document, ...]:
    """The documents of one form, not kept."""
    set_by_the_bureau = {"subject": layout.subject, "dashboard": layout.dashboard}
    given: dict[str, Any] = {name: value for name, value in set_by_the_bureau.items() if value}
    return documents.write(
        found.ask, period, imprint, version=str(found.manifest.version), city=layout.city, order=layout.order,
        say=say, **given,
    )  # fmt: skip


def write_contents(home: Home, stage: Stage, said: tuple[Entry, ...]) -> Filed:
    """Keep what an edition says as data, for the next one to be compared with."""
    return filed(home, stage, "data", CONTENTS, "contents", None, to_json(said))


def filed(
    home: Home, stage: Stage, form: Any, name: str, kind: str, region_code: str | None, content: bytes
) -> Filed:  # fmt: skip
    """Keep a file; returns what the registry says of it."""
    kept = edition_store.keep(home, content, name)
    return Filed(
        stage=stage, form=form, name=name, kind=kind, region_code=region_code, sha256=kept.sha256,
        size_bytes=kept.size_bytes,
    )  # fmt: skip


def imprint_of(stage: Stage, agency: str, day: date, **given: Any) -> Imprint:
    """What the documents of a stage say of themselves, in whichever form."""
    return Imprint(form="submission", stage=stage, agency=agency, day=day, **given)


def code_version() -> str:
    """A digest of the code and the libraries that turn a version into bytes."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yml"}:
                digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}=={installed(library)}".encode())
    return digest.hexdigest()[:16]
