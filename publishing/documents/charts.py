"""The bulletin's chart: a bar for each district, printed at 300 dots an inch, with words for who does not see it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from publishing.documents.fonts import chinese_font
from publishing.documents.tally import Tally

WIDTH_MM: Final = 150
_DPI: Final = 300
#: Told apart in grey too: from dark to light, with hatching where two are near each other.
_RED, _AMBER, _GREEN, _GREY, _PALE = "#B22222", "#E8A33D", "#3C8D5A", "#9AA5B1", "#E3E7EB"
_DARK: Final = frozenset({_RED, _GREEN})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of every bar: its name in the legend, its colour, its count for each district."""

    name: str
    colour: str
    counts: tuple[int, ...]


def parts_of(tallies: Sequence[Tally], *, is_exceptions_only: bool) -> tuple[Part, ...]:
    """The parts of the bars; of a lag table only what it lists, for nothing is known of the rest.

    The parts of a bar add up to the district's requirements; a part that no district has is left out.
    """
    overdue = Part("滞后，已到期", _RED, tuple(t.due_lagging for t in tallies))
    early = Part("滞后，未到期", _AMBER, tuple(t.lagging - t.due_lagging for t in tallies))
    if is_exceptions_only:
        return _filled((overdue, early))
    done = Part("到期完成", _GREEN, tuple(t.due_done for t in tallies))
    unknown = Part("数据待核或未报送", _PALE, tuple(t.silent for t in tallies))
    others = Part("未到期或其他", _GREY, tuple(t.lines - t.lagging - t.due_done - t.silent for t in tallies))
    return _filled((overdue, early, done, others, unknown))


def districts(tallies: Sequence[Tally], parts: Sequence[Part]) -> bytes:
    """The chart as PNG.  Raises FontMissingError where no Chinese font is installed."""
    with mpl.rc_context({"font.family": [chinese_font()], "axes.unicode_minus": False, "font.size": 9}):
        figure = Figure(figsize=(WIDTH_MM / 25.4, (18 + 9 * len(tallies)) / 25.4), dpi=_DPI)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.12, 0.04, 0.84, 0.80 if len(tallies) > 3 else 0.66))
        places = range(len(tallies))
        left = [0] * len(tallies)
        for part in parts:
            bars = axes.barh(places, part.counts, left=left, height=0.62, color=part.colour, label=part.name)
            labels = [str(count) if count else "" for count in part.counts]
            axes.bar_label(bars, labels, label_type="center", color="white" if part.colour in _DARK else "black")
            left = [begin + count for begin, count in zip(left, part.counts, strict=True)]
        axes.set_yticks(list(places), [t.name for t in tallies])
        axes.invert_yaxis()
        axes.set_xlim(0, max([*left, 1]) * 1.05)
        for end, place in zip(left, places, strict=True):
            axes.text(end + max(left) * 0.01, place, f"{end}条", va="center")
        axes.xaxis.set_visible(False)
        axes.tick_params(left=False)
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.44, 1.0), ncols=len(parts), frameon=False, fontsize=8,
            columnspacing=1.0, handlelength=1.2, handletextpad=0.4,
        )  # fmt: skip
        written = io.BytesIO()
        figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def described(tallies: Sequence[Tally], parts: Sequence[Part]) -> str:
    """The chart in words: every figure that it shows."""
    told = (
        f"{tally.name}" + "，".join(f"{part.name}{part.counts[n]}条" for part in parts)
        for n, tally in enumerate(tallies)
    )
    return f"各区情况条形图：{'；'.join(told)}。"


def _filled(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if any(part.counts))
