"""Whether an issued edition is what was issued: files unaltered, its version whole, the same bytes written again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from ingestion.lake import file_sha256
from publishing.errors import PublishingError
from publishing.versions import database_of
from registry import editions
from registry.edition_states import IllegalEditionStepError, called, name_of
from registry.editions import Signature
from registry.models import Edition, EditionFile
from xushi import edition_store, edition_writing
from xushi.edition_writing import FORMS, Layout, source
from xushi.editions import final_imprint
from xushi.home import Home


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """A file: `is_intact` as kept, `is_written_again` None where its version could not be asked."""

    name: str
    form: str
    is_intact: bool
    is_written_again: bool | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found.  `is_same_code` is False where another version of the program wrote the files.

    `unknown` are files that would be written today and were not issued.  `trouble` says why the published version could
    not be used; None where it is the one that was issued from.
    """

    number: str
    files: tuple[ProvenFile, ...]
    unknown: tuple[str, ...]
    is_same_code: bool
    trouble: str | None

    @property
    def is_unaltered(self) -> bool:
        """Every file has the bytes that were issued."""
        return all(file.is_intact for file in self.files)

    @property
    def is_reproduced(self) -> bool:
        """The same bytes were written again from the published version."""
        is_same_set = self.trouble is None and not self.unknown
        return is_same_set and all(file.is_written_again for file in self.files)

    @property
    def is_sound(self) -> bool:
        """Unaltered, and what could not be reproduced is explained by another version of the program."""
        return self.is_unaltered and self.trouble is None and (self.is_reproduced or not self.is_same_code)


def verify(home: Home, engine: Engine, key: str) -> Proof:
    """Prove an issued edition.  Raises IllegalEditionStepError for one that is not issued."""
    edition = editions.get(engine, key)
    if edition.state != "issued" or not edition.number:
        raise IllegalEditionStepError(
            f"{called(edition)}现为“{name_of(edition.state)}”，只有已签发的可以验证 (only an issued edition is proven)"
        )
    stage = "correction" if edition.corrects else "issued"
    kept = [f for f in editions.files(engine, key, round_number=edition.round) if f.stage == stage]
    written, trouble = _written_again(home, engine, edition)
    known = {(f.form, f.name) for f in kept}
    return Proof(
        number=edition.number,
        files=tuple(_proven(home, file, written) for file in kept),
        unknown=tuple(sorted(name for form, name in written or () if (form, name) not in known)),
        is_same_code=edition.code_version == edition_writing.code_version(),
        trouble=trouble,
    )


def _proven(home: Home, file: EditionFile, written: dict[tuple[str, str], str] | None) -> ProvenFile:
    again = None if written is None else written.get((file.form, file.name)) == file.sha256
    return ProvenFile(file.name, file.form, edition_store.is_intact(home, file.sha256, file.name), again)


def _written_again(
    home: Home, engine: Engine, edition: Edition
) -> tuple[dict[tuple[str, str], str] | None, str | None]:
    """(form, name) → sha256 of what is written today, or why it cannot be."""
    assert edition.number and edition.signatory and edition.issued_on  # noqa: S101 (an issued edition has them)
    signature = Signature(number=edition.number, signatory=edition.signatory, issued_on=edition.issued_on)
    imprint, layout = final_imprint(engine, edition, signature), Layout.from_json(edition.layout)
    try:
        with source(home, edition.snapshot_version) as found:
            if trouble := _damage(home, edition, found.manifest.sha256, found.manifest.content_digest):
                return None, trouble
            return {
                (form, document.file_name): hashlib.sha256(document.content).hexdigest()
                for form in FORMS
                for document in edition_writing.rendered(found, edition.period, layout, replace(imprint, form=form))
            }, None
    except PublishingError as error:
        return None, str(error)


def _damage(home: Home, edition: Edition, sha256: str, content_digest: str) -> str | None:
    version = edition.snapshot_version
    if content_digest != edition.snapshot_digest:
        return f"第{version}版数据不是签发时所依据的那一版 / version {version} is not the one that was issued from"
    if file_sha256(database_of(home.published, version)) != sha256:
        return f"第{version}版数据文件已被改动 / the file of version {version} was altered"
    return None
