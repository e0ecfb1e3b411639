"""The text of a Word paragraph: runs in order, tracked changes accepted, hidden runs apart, note marks left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ingestion.read.archive import attribute, child, children, local, value
from ingestion.read.raised import raised

_DELETED: Final = frozenset({"del", "moveFrom"})
#: Elements whose text is none of the paragraph's: codes of fields, properties, reading aids, boxes, old copies.
_PASSED: Final = frozenset(
    {"Fallback", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "txbxContent", "rt", "object"}
)
_BREAKS: Final = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": ""}
_OFF: Final = frozenset({"0", "false", "off", "none"})
_SOFT_HYPHEN: Final = "\u00ad"

#: Signs of symbol fonts that forms and tables use, by the low byte of their place.
_SYMBOLS: Final = {
    "wingdings": {0x6F: "□", 0x71: "□", 0xA8: "□", 0xFB: "✘", 0xFC: "✔", 0xFD: "☒", 0xFE: "☑", 0x6C: "●", 0x9F: "•"},
    "wingdings 2": {0x4F: "✘", 0x50: "✔", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "□"},
    "symbol": {0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB0: "°", 0x6D: "μ", 0xB9: "≠", 0xBB: "≈"},
}
_UNKNOWN_SYMBOL: Final = "□"


@dataclass(frozen=True, slots=True)
class Words:
    """What a paragraph shows, what it hides, and how many embedded objects stand in it."""

    shown: str
    hidden: str
    objects: int = 0


def words(paragraphs: Iterable[etree._Element], hidden_styles: frozenset[str] = frozenset()) -> Words:
    """The text of one paragraph, or of several that a deleted paragraph mark made one."""
    shown: list[str] = []
    hidden: list[str] = []
    objects = 0
    run: etree._Element | None = None
    is_hidden = is_raised = False
    for paragraph in paragraphs:
        for own_run, element in _text_elements(paragraph):
            if own_run is not run:  # a run's properties are looked at once, however many pieces it has
                run, properties = own_run, child(own_run, "rPr")
                is_hidden = properties is not None and _is_hidden(properties, hidden_styles)
                is_raised = properties is not None and value(properties, "vertAlign") == "superscript"
            if local(element) == "object":
                objects += 1
            elif is_hidden:
                hidden.append(_plain(element))
            elif is_raised:
                shown.append(raised(_plain(element), shown[-1] if shown else ""))
            else:
                shown.append(_plain(element))
    return Words("".join(shown).replace(_SOFT_HYPHEN, ""), "".join(hidden), objects)


def is_mark_deleted(paragraph: etree._Element) -> bool:
    """True where a tracked change takes the paragraph's end away: the next one goes on with it."""
    properties = child(child(paragraph, "pPr"), "rPr")
    return any(local(element) in _DELETED for element in (properties if properties is not None else ()))


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """The ids of the styles that hide what is set in them."""
    return frozenset(
        attribute(style, "styleId") or "" for style in children(styles, "style") if _vanishes(child(style, "rPr"))
    )


def is_placeholder(control: etree._Element) -> bool:
    """True for a content control that shows only its invitation to write."""
    shown = child(child(control, "sdtPr"), "showingPlcHdr")
    return shown is not None and (attribute(shown, "val") or "") not in _OFF


def _text_elements(parent: etree._Element) -> Iterator[tuple[etree._Element | None, etree._Element]]:
    """Each element that holds text with its run; an explicit stack, as fields and controls nest freely."""
    stack: list[tuple[etree._Element | None, Iterator[etree._Element]]] = [(None, iter(parent))]
    marked: etree._Element | None = None  # the run whose note mark its author wrote himself
    while stack:
        run, elements = stack[-1]
        element = next(elements, None)
        if element is None:
            stack.pop()
            continue
        name = local(element)
        if name in ("footnoteReference", "endnoteReference") and attribute(element, "customMarkFollows"):
            marked = run
        elif name in ("t", "sym", "object") or name in _BREAKS:
            if run is None or run is not marked:
                yield run, element
        elif name not in _DELETED and name not in _PASSED and not (name == "sdt" and is_placeholder(element)):
            stack.append((element if name == "r" else run, iter(element)))


def _plain(element: etree._Element) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    if name == "sym":
        return _symbol(element)
    return _BREAKS[name]


def _symbol(element: etree._Element) -> str:
    """A sign of a symbol font; one that is not listed shows as a box, so that it is seen."""
    font, place = (attribute(element, "font") or "").lower(), attribute(element, "char") or ""
    try:
        code = int(place, 16)
    except ValueError:
        return ""
    if font in _SYMBOLS or 0xF000 <= code <= 0xF0FF:
        return _SYMBOLS.get(font, {}).get(code & 0xFF, _UNKNOWN_SYMBOL)
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code <= 0xDFFF else ""


def _is_hidden(properties: etree._Element, styles: frozenset[str]) -> bool:
    vanish = child(properties, "vanish")
    if vanish is not None:
        return attribute(vanish, "val") not in _OFF
    return bool(styles) and (value(properties, "rStyle") or "") in styles


def _vanishes(properties: etree._Element | None) -> bool:
    vanish = child(properties, "vanish")
    return vanish is not None and attribute(vanish, "val") not in _OFF


__all__ = ["Words", "hidden_styles", "is_mark_deleted", "is_placeholder", "words"]
