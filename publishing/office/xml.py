"""The few strokes by which WordprocessingML is written: elements, children in their place, runs of text."""

from __future__ import annotations

from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

W_P, W_R, W_T, W_BR = qn("w:p"), qn("w:r"), qn("w:t"), qn("w:br")
W_PPR, W_PSTYLE, W_VAL = qn("w:pPr"), qn("w:pStyle"), qn("w:val")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def child(parent: Any, tag: str, *, first: bool = False, last: bool = False) -> Any:
    """The child of a tag, made where there is none (`last`: always a new one), in front where it must be first."""
    found = None if last else parent.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        parent.insert(0, found) if first else parent.append(found)
    return found


def element(tag: str, attributes: dict[str, str]) -> Any:
    """An element with attributes, both named with their prefix."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made


def fill(paragraph: Any, style: str, text: str) -> None:
    """Make a paragraph one of a style and a text, whatever it held."""
    for old in list(paragraph):
        paragraph.remove(old)
    properties = etree.SubElement(paragraph, W_PPR)
    etree.SubElement(properties, W_PSTYLE).set(W_VAL, style)
    if text:
        add_run(paragraph, text)


def add_run(parent: Any, text: str) -> Any:
    """A run of text; a line break of the text is one of the run."""
    run = etree.SubElement(parent, W_R)
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(run, W_BR)
        said = etree.SubElement(run, W_T)
        said.text = line
        said.set(_SPACE, "preserve")
    return run


def points(millimetres: float) -> float:
    """Millimetres in points."""
    return millimetres / 25.4 * 72
