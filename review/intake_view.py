"""What the page of a held batch says of each file: where its unit and period come from, and what is to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ingestion.regions import UNKNOWN
from registry.models import Submission
from review.desk import Desk
from review.pages import moment
from review.texts import Language
from xushi.intake_effects import Effect, effects
from xushi.intake_reading import Shown, ShownFile
from xushi.intake_store import Batch

Kind = Literal["stop", "look", "fine"]

_MISSING_TOOL: Final = "missing_tool"
#: What a stamped copy comes as: a scan, or a document that a seal was printed into.
_SCANNED: Final = ("ocr", "pdf")
_UNKNOWN_PERIOD: Final = "unknown_period"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about a file; `stop` will not be published as it is, `look` needs a person's eye."""

    kind: Kind
    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in a language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of the page."""

    file: ShownFile
    effect: Effect
    notices: tuple[Notice, ...]

    @property
    def is_rejected(self) -> bool:
        """True where registering it gives a rejection."""
        return self.file.received.rejection_reason is not None


def view(desk: Desk, batch: Batch, shown: Shown) -> list[FileView]:
    """The files of a batch in their order, with what registering each would do."""
    stamped = {upload.number: upload.is_stamped for upload in batch.uploads}
    return [
        FileView(file, effect, tuple(_notices(desk, file, effect, is_stamped=stamped.get(file.number, False))))
        for file, effect in zip(shown.files, effects(desk.engine, shown.files), strict=True)
    ]


def _notices(desk: Desk, file: ShownFile, effect: Effect, *, is_stamped: bool) -> Iterator[Notice]:
    if effect.known is not None:
        yield from _known(effect.known, is_stamped=is_stamped)
    if effect.twin is not None:
        name = effect.twin.received.file_name
        yield Notice("look", f"与本批的“{name}”内容完全相同。", f"Byte by byte the same as {name} of this batch.")
    if file.received.rejection_reason is not None:
        yield _rejection(file, is_stamped=is_stamped)
        return
    yield from _doubts(desk, file)
    yield from _ranks(effect, is_stamped=is_stamped)
    for other in effect.elsewhere:
        yield Notice(
            "look",
            f"同样内容的文件另已登记为{_told(other)}，请核对单位和期次是否填错。",
            f"The same bytes are also registered as {_told(other)}; check unit and period.",
        )
    yield from _reading(file)


def _known(known: Submission, *, is_stamped: bool) -> Iterator[Notice]:
    yield Notice(
        "look",
        f"这份文件已登记过：{_told(known)}，再次登记不会产生新的报送。",
        f"Registered already: {_told(known)}; registering it again adds nothing.",
    )
    if known.is_stamped != is_stamped:
        before = "盖章件" if known.is_stamped else "未盖章"
        yield Notice(
            "look",
            f"原登记为“{before}”，盖章标记不会随这次登记改变。",
            "Whether it is stamped stays as it was registered first.",
        )


def _rejection(file: ShownFile, *, is_stamped: bool) -> Notice:
    reason, detail = file.received.rejection_reason, file.received.rejection_detail or ""
    if reason == _UNKNOWN_PERIOD:
        return Notice(
            "stop",
            "没有找到期次：登记、文件名和正文中都没有写明。请在上面填写期次后重读；照此登记将退回。",
            "No period in registration, file name or text: fill it in above and read again, or it will be rejected.",
        )
    if reason == _MISSING_TOOL and is_stamped:
        return Notice(
            "stop",
            f"盖章件不能识读，登记后原件照存；同期电子版仍为现行，两者是否一致未能核对，须人工核对。{detail}",
            f"The stamped copy cannot be read. It is kept, the editable file stays current, and a person must compare "
            f"them. {detail}",
        )
    return Notice(
        "stop", f"登记后将退回，其内容不会发布：{detail}", f"It will be registered as rejected, not published: {detail}"
    )


def _doubts(desk: Desk, file: ShownFile) -> Iterator[Notice]:
    received = file.received
    if received.region_code == UNKNOWN:
        unit = received.reporting_unit or "（未写明）"
        yield Notice(
            "look",
            f"报送单位“{unit}”没有对应到行政区划，登记后其记录将作“数据待核”，请核对单位名称。",
            f"{unit} is no division that is known; its records would be under review. Check the name.",
        )
    if file.text_unit:
        yield Notice(
            "look",
            f"正文写的单位是“{file.text_unit}”，与“{received.reporting_unit}”不同，以后者为准，请核对。",
            f"The text names {file.text_unit}, not {received.reporting_unit}; the latter holds. Check it.",
        )
    if file.text_period:
        yield Notice(
            "look",
            f"正文写的期次是 {file.text_period}，与 {received.period} 不同，以后者为准，请核对。",
            f"The text is about {file.text_period}, not {received.period}; the latter holds. Check it.",
        )
    if received.period and received.period > f"{desk.today:%Y-%m}":
        yield Notice(
            "look", f"期次 {received.period} 还没有到，请核对。", f"{received.period} is yet to come. Check it."
        )


def _ranks(effect: Effect, *, is_stamped: bool) -> Iterator[Notice]:
    for old in effect.replaces:
        yield Notice(
            "look",
            f"将作为第 {effect.revision} 次补报，取代已登记的{_told(old)}。",
            f"It becomes revision {effect.revision} and replaces {_told(old)}.",
        )
        if old.is_stamped and not is_stamped:
            yield Notice(
                "look",
                "被取代的是盖章件，而这份没有盖章，请确认是否应当补盖章件。",
                "What it replaces is stamped and this is not: ask for a stamped copy.",
            )
    for copy in effect.copies:
        yield Notice(
            "fine",
            f"是盖章件，作为正式记录；{_told(copy)}成为它的电子版，两者不一致的，刷新后列为错误。",
            f"The stamped record; {_told(copy)} becomes its editable copy, and what differs will be an error.",
        )
    if effect.record is not None:
        yield Notice(
            "fine",
            f"同一版已有盖章件{_told(effect.record)}，以盖章件为准，这份作为它的电子版留存。",
            f"The stamped {_told(effect.record)} is the record; this is kept as its editable copy.",
        )
    if effect.replaced_by is not None:
        yield Notice(
            "look",
            f"已登记的{_told(effect.replaced_by)}在它之后，登记后这份不是现行版。",
            f"{_told(effect.replaced_by)} comes after it; this one would not be current.",
        )


def _reading(file: ShownFile) -> Iterator[Notice]:
    if file.readout is None:
        return
    if file.received.is_stamped and file.received.format not in _SCANNED:
        yield Notice(
            "look",
            f"登记为盖章件，但文件是可编辑的 {file.received.format}，请确认不是电子版。",
            f"Registered as stamped, but it is an editable {file.received.format} file. Check it.",
        )
    if file.received.format == "ocr":
        yield Notice(
            "look", "由图像识别读取，请逐项对照原件。", "Read from a picture: compare each figure with the original."
        )
    if file.readout.fact_count == 0:
        yield Notice("stop", "没有读出任何数据，请核对是否选错了文件。", "Nothing was read: is it the right file?")
    if file.readout.unread_count:
        yield Notice(
            "look",
            f"有 {file.readout.unread_count} 处文字未能读取或未采用，见下表。",
            f"{file.readout.unread_count} pieces of text were not read or not used, see below.",
        )


def _told(one: Submission) -> str:
    seal = "，盖章件" if one.is_stamped else ""
    unit = f"{one.reporting_unit or '单位不明'} {one.period or ''}"
    return f"“{one.file_name}”（{unit}，{moment(one.received_at)} 收到{seal}）"
