"""The words of the run summary, in Chinese and English, and the way they are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from registry.run_history import by_stage

LANGUAGES: Final = ("zh", "en")
SEVERITIES: Final = ("blocker", "error", "warning", "info")

_WORDS: Final[dict[str, dict[str, str]]] = yaml.safe_load(
    Path(__file__).with_name("summary_text.yml").read_text(encoding="utf-8")
)


def render(report: Mapping[str, Any], language: str = "zh") -> str:
    """The summary that `summary.build` made, as Markdown; `language` is zh or en."""
    return "\n".join(_lines(report, _WORDS[language]))


def _lines(report: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    yield words["title"].format(**report)
    yield headline(report, words) + "\n"
    if answer := report.get("gate_answer"):
        yield words["gate_answer"].format(option=answer["option"], by=answer["by"] or words["nobody"])
    yield from _publication(report, words)
    if (history := report.get("history")) and history["submissions"]:
        yield words["older_rules"].format(**history, told=words[f"replay_{(history['replay'] or {}).get('state')}"])
    yield words["received"].format(**report)
    yield words["filings"].format_map(defaultdict(int, report["filings"], n_rejected=len(report["rejected"])))
    for kind in ("missing", "late", "superseded"):
        for filing in report[kind]:
            yield words[kind].format(**filing, received_on=str(filing["received_at"])[:10])
    for rejected in report["rejected"]:
        yield words["rejected"].format(**rejected)
    for problem in report["problems"]:
        yield words["problem"].format(problem=problem)
    for kind in ("damaged", "mended"):
        for line in report.get(kind) or ():
            yield words[kind].format(line=line)
    yield words["numerals"].format(parts=_numerals(report["numerals"], words))
    found = words["comma"].join(f"{words[s]} {report['findings'].get(s, 0)}" for s in SEVERITIES)
    yield words["findings"].format(found=found, withheld=len(report["withheld"]))
    if report["districts"]:
        yield words["districts"]
        yield from (words["district"].format(**district) for district in report["districts"])
    yield words["where"].format(**report, took=_took(report["seconds"]))
    yield from (words["notification_failed"].format(line=line) for line in report.get("notification_failures") or ())
    yield from (words["dashboard_problem"].format(problem=line) for line in report.get("dashboard_problems") or ())
    told = ("data_docs", "data_docs_error", "dashboard_error", "dashboard")  # the last line is what to open
    yield from (words[name].format(**report) for name in told if report.get(name))


def headline(report: Mapping[str, Any], words: Mapping[str, str] = _WORDS["zh"]) -> str:
    """What became of the run, one sentence."""
    return words[_headline(report)].format(**report, period_list=words["comma"].join(report["periods"])).rstrip()


def _headline(report: Mapping[str, Any]) -> str:
    if report["status"] in ("unchanged", "stopped"):
        return str(report["status"])
    if report["held_back"]:
        return "held_back"
    return "published" if report["is_new"] else "same_content"


def _publication(report: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    """What a reader of the published data must know: a rollback that stands, and a database that lags."""
    for one in report["rolled_back"]:
        yield words["rolled_back"].format(
            rolled_back=one["version"], on=one["at"][:10], by=one["by"], reason=one["reason"], current=report["version"]
        )
    serving = report["serving"]
    if serving and serving["error"]:
        held = words["nothing"] if serving["version"] is None else serving["version"]
        yield words["serving_lags"].format(version=report["version"], held=held, error=serving["error"])
    elif serving:
        yield words["serving"].format(version=serving["version"])


def _numerals(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    total = sum(counts.values())
    if not total:
        return "—"
    return words["comma"].join(f"{words[name]} {count} ({count / total:.1%})" for name, count in counts.items())


def _took(seconds: Mapping[str, float]) -> str:
    return " · ".join(f"{name} {value:.1f} s" for name, value in by_stage(seconds).items())
