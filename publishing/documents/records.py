"""What a month's documents say, as plain records: a report of districts, their items, the requirements of each item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BEHIND = "behind_schedule"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words behind a figure: its role (target, deadline, actual, status, stage), their place, what they say."""

    role: str
    file_name: str
    locator: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A requirement in a period, as now known.

    Figures are in the unit written beside them, percentages in percent, `gap_pp` in points (actual less plan),
    `target_gap_pct` in percent of a ceiling (above it: more than 0),
    `days_overdue` in days (0 on the day itself).  Measures are None unless `publication` is published.  `reason` is
    one sentence with the arithmetic; `phrase` the bureau's own words for its verdict, where it used some.
    `item_phrase` is the district's verdict on the item as a whole.  `is_issued`: its document is the city's own;
    `is_listed_by_city`: that document is a lag table.
    """

    key: str
    requirement_id: str
    sub_item: str | None
    scope_no: int
    scope: str | None
    text: str
    kind: str | None
    indicator: str | None
    deadline: date | None
    comparator: str | None
    target: Decimal | None
    target_class: str | None
    target_stage: str | None
    target_unit: str | None
    actual: Decimal | None
    actual_class: str | None
    unit: str | None
    done_pct: Decimal | None
    planned_pct: Decimal | None
    gap_pp: Decimal | None
    target_gap_pct: Decimal | None
    stage: str | None
    publication: str
    reported: str | None
    reported_phrase: str | None
    item_phrase: str | None
    computed: str | None
    determined: str | None
    phrase: str | None
    determined_by: str | None
    is_due: bool
    is_overdue: bool
    days_overdue: int | None
    is_lagging: bool
    is_listed_by_city: bool
    is_issued: bool
    is_contradicted: bool
    is_rateable: bool
    streak: int
    is_caught_up: bool
    is_rebaselined: bool
    change_state: str
    footnote: str | None
    reason: str | None
    quote: str | None
    locator: str | None
    file_name: str | None
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_candidate(self) -> bool:
        """Whether it may fill the lag table and the bureau has not yet said so."""
        return self.is_lagging and self.determined is None

    @property
    def is_determined_lag(self) -> bool:
        """Whether the bureau's own verdict lists it: determined behind, or on a lag table that the city issued."""
        return self.is_lagging and (self.determined == BEHIND or self.is_listed_by_city)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of a table: a task with what was asked and what was done, as the documents say it."""

    key: str
    region: str
    region_code: str
    task: str
    content: str | None
    requirement: str
    progress: str | None
    is_key: bool
    lines: tuple[Line, ...]

    @property
    def publication(self) -> str:
        """Published, or the most that is held back of it: under_review before not_reported."""
        states = {line.publication for line in self.lines}
        return next((s for s in ("under_review", "not_reported") if s in states), "published")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a district owed and filed for the period: counts of reports, and whether one is missing or was refused."""

    expected: int = 0
    received: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district with its items in the order of its documents."""

    name: str
    code: str
    items: tuple[Item, ...]
    filing: Filing

    @property
    def lines(self) -> tuple[Line, ...]:
        """All its requirements."""
        return tuple(line for item in self.items for line in item.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A period's documents before they are laid out; `titles` are those of tables that the city itself issued."""

    period: str
    as_of: date
    city: str
    districts: tuple[District, ...]
    titles: dict[str, str]
    status_names: dict[str, str]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, district by district."""
        return tuple(item for district in self.districts for item in district.items)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All requirements, district by district."""
        return tuple(line for district in self.districts for line in district.lines)

    @property
    def is_of_one(self) -> bool:
        """Whether the city answers for itself, without districts."""
        return [district.name for district in self.districts] == [self.city]

    @property
    def is_exceptions_only(self) -> bool:
        """Whether all of it comes from a lag table of the city: then nothing is known of what it does not list."""
        return all(line.is_listed_by_city for line in self.lines)
