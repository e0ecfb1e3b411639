"""What a wording says once places, dates, figures and idle words are taken out: the form that is compared.

form_of("推进连片鱼塘升级改造和尾水治理，蓬江区全年完成0.5万亩。").text == "连片鱼塘升级改造 尾水治理"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from ingestion.resolve.names import without_region_names
from ingestion.wording import fold
from registry.keys import key_of

_FOLDER: Final = files("ingestion.resolve")
#: Characters that are read as words; what a cell holds beyond them counts as one word, the same only where it is equal.
_LONGEST: Final = 4_000
_NUMBER: Final = r"(?:\d+(?:[.,]\d+)*|[一二两三四五六七八九十百千]+(?=[个座家条处宗件项台辆户名次]))"
#: Numbers that are names: 1号泵站, 2#炉, 3标段, 一期, 第二, 10-35蒸吨.
_ORDINAL: Final = re.compile(r"第?([0-9一二三四五六七八九十ⅠⅡⅢⅣⅤⅥIVX]+)(期|号|#|标段|标)")
_ORDINAL_FIRST: Final = re.compile(r"第([0-9一二三四五六七八九十]+)(?!季度)")
_SIZE_CLASS: Final = re.compile(r"(\d+(?:[-~至]\d+)?)(?:蒸吨|T/H|吨/时)(及以上|以上|及以下|以下)?")
_CLASS: Final = re.compile(r"劣?(?:[ⅠⅡⅢⅣⅤ]|IV|V|I{1,3})类")
_YEARS: Final = re.compile(r"(?:19|20)\d\d(?:[-—~至](?:19|20)?\d\d)?年度?")
_DATES: Final = re.compile(
    r"(?:\d{1,2}[-—~至])?\d{1,2}月(?:份|底|末|\d{1,2}日)?(?:之?前)?|\d{1,2}日(?:之?前)?|[上下]半年|第?[一二三四]季度"
    r"|年底(?:之?前)?|年内|年末|每季度|每月|每年"
)
_BARE_NUMBER: Final = re.compile(r"(?<![A-Z\d.])\d+(?:[.,—~至-]\d+)*(?![A-Z\d])%?")
_APART: Final = re.compile(r"(⟨[^⟩]*⟩)")
_BRACKET: Final = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_MARKS: Final = re.compile(r"[^\w.⟨⟩%/#-]+|_")
_JOINTS: Final = re.compile(r"以及|及其|并且|[及与和、，。；：,;:()（）【】“”\"'《》\s|/]+")
_ATOM: Final = re.compile(r"⟨[^⟩]*⟩|[A-Z0-9.]+|.")
_WRITTEN_DIGITS: Final = dict(zip("零一二三四五六七八九十ⅠⅡⅢⅣⅤ", [*map(str, range(11)), *"12345"], strict=True))


@dataclass(frozen=True, slots=True)
class Form:
    """A wording as compared.

    `text` holds its clauses in their order, `key` the same clauses sorted and each once: wordings of one key are one
    task.  `terms` are the words of each exclusive group, `names` the named objects (杰洲污水厂).
    """

    text: str
    key: str
    terms: Mapping[str, frozenset[str]]
    names: frozenset[str]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses in their order."""
        return tuple(self.text.split())

    def atoms(self, clause: str) -> list[str]:
        """The smallest parts of a clause: a character, a number with its letters, an ordinal."""
        return _ATOM.findall(clause)


@cache
def settings(name: str) -> Mapping[str, Any]:
    """A YAML file of this folder; it carries its `version`."""
    data: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    if "version" not in data:
        raise ValueError(f"{name}.yml: a version is expected")
    return data


@lru_cache(maxsize=65536)
def form_of(wording: str) -> Form:
    """The form of a wording; what consists of figures or places alone keeps what it has."""
    folded = fold(wording[:_LONGEST]).upper()
    bare = _spoken(without_region_names(_without_quantities(folded)))
    clauses = tuple(filter(None, _JOINTS.split(bare))) or (_MARKS.sub("", folded) or folded,)
    if rest := wording[_LONGEST:]:
        clauses = (*clauses, key_of(fold(rest)).upper())
    text = " ".join(clauses)
    return Form(text, " ".join(sorted(set(clauses))), _terms(text), frozenset(_names(clauses)))


def label_of(wording: str) -> str:
    """A task's name for people: the wording without its end mark and without clauses that only give its quantity."""
    said = wording.strip()
    parts = re.split(r"([：:，,；;])", said.rstrip("。.；;，, "))
    kept = parts[0]
    for mark, clause in zip(parts[1::2], parts[2::2], strict=False):
        if not (re.search(r"\d", clause) and _is_covered(clause, kept)):
            kept += mark + clause
    return kept.strip() or said


def _is_covered(clause: str, before: str) -> bool:
    """True for a clause that says nothing new but its figures."""
    known = form_of(before).text
    return (
        all(part in known for part in form_of(clause).clauses)
        or not _spoken(without_region_names(_without_quantities(fold(clause).upper()))).strip()
    )


def _without_quantities(folded: str) -> str:
    """Without brackets that hold figures, years, dates and quantities; numbers that are names are set apart."""
    text = _BRACKET.sub(lambda m: "" if _is_figure(m.group()) else m.group(), folded)
    text = _SIZE_CLASS.sub(lambda m: f"⟨{m[1]}T{m[2] or ''}⟩", text)
    text = _CLASS.sub(lambda m: f"⟨{m.group()}⟩", text)
    text = _ORDINAL.sub(lambda m: f"⟨{_digits(m[1])}{m[2]}⟩", text)
    text = _ORDINAL_FIRST.sub(lambda m: f"⟨第{_digits(m[1])}⟩", text)
    return "".join(part if part.startswith("⟨") else _without_figures(part) for part in _APART.split(text))


def _without_figures(text: str) -> str:
    text = _DATES.sub(" ", _YEARS.sub(" ", text))
    return _BARE_NUMBER.sub(" ", _quantity().sub(" ", text))


def _is_figure(bracket: str) -> bool:
    inner = bracket[1:-1]
    if _ORDINAL.search(inner):
        return False
    return bool(_quantity().search(inner) or _YEARS.search(inner) or not _BARE_NUMBER.sub("", inner))


def _digits(written: str) -> str:
    return "".join(_WRITTEN_DIGITS.get(c, c) for c in written)


@cache
def _quantity() -> re.Pattern[str]:
    units = longest_first(settings("vocabulary")["units"].split()).pattern
    return re.compile(rf"(?<![A-Z\d.])[约近超]?{_NUMBER}[余多几]?[百千万亿]*[余多]?(?:{units})+")


def _spoken(text: str) -> str:
    """The text with synonyms as their first spelling and idle words gone; one pass, longest words first."""
    pattern, spelling = _lexicon()
    return pattern.sub(lambda m: spelling[m.group()], text)


@cache
def _lexicon() -> tuple[re.Pattern[str], Mapping[str, str]]:
    vocabulary = settings("vocabulary")
    spelling = dict.fromkeys(vocabulary["idle"].split(), "")
    spelling |= {word: word for word in _whole_words()}
    spelling |= {word: line[0] for line in vocabulary["same"] for word in line}
    return longest_first(spelling), spelling


def _whole_words() -> Iterator[str]:
    vocabulary = settings("vocabulary")
    yield from vocabulary["kept"].split()
    yield from (word for group in vocabulary["exclusive"].values() for word in group if len(word) > 1)


def longest_first(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first, so that a word never hides a longer one."""
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))))


def _terms(text: str) -> Mapping[str, frozenset[str]]:
    """The words of each exclusive group that stand in a text, none inside a longer one of its group."""
    found = {group: frozenset(pattern.findall(text)) for group, pattern in _groups().items()}
    found["ordinal"] = frozenset(re.findall(r"⟨([^⟩]*)⟩", text))
    return {group: words for group, words in found.items() if words}


@cache
def _groups() -> Mapping[str, re.Pattern[str]]:
    return {group: longest_first(words) for group, words in settings("vocabulary")["exclusive"].items()}


def _names(clauses: Iterable[str]) -> Iterator[str]:
    """The objects that a wording names: what stands before a head and is neither a term nor a common word."""
    heads, generic = _naming()
    for clause in clauses:
        masked = generic.sub(lambda m: m.group() if m["head"] else "·" * len(m.group()), clause)
        start = 0
        for head in heads.finditer(masked):
            name = masked[start : head.start()].rpartition("·")[2]
            name = name.rpartition("⟩")[2]
            if name:
                yield name + head.group()
            start = head.end()


@cache
def _naming() -> tuple[re.Pattern[str], re.Pattern[str]]:
    vocabulary = settings("vocabulary")
    heads = vocabulary["heads"].split()
    words = {*vocabulary["common"].split(), *_whole_words(), *vocabulary["weak"].split()}
    words |= {line[0] for line in vocabulary["same"]}
    head, generic = longest_first(heads), longest_first(words - set(heads))
    return head, re.compile(rf"(?P<head>{head.pattern})|{generic.pattern}")
