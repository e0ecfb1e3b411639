"""What a count counts: done, closed, at a stage, started, remaining, a part, or the total of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from ingestion.extract.contexts import (
    ahead,
    clause_end,
    left,
    left_span,
    next_figure,
    previous_figure,
    right,
    sentence_spans,
    without_brackets,
)
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import canonical, is_measured

Role = Literal["done", "closed", "stage", "started", "remaining", "part", "total"]

_ROLES: Final = tuple((r["code"], re.compile(either(r["words"]))) for r in load("count_roles")["roles"])
_BESIDE: Final = {
    code: (re.compile(rf"{either(found)}(?:有|为)?$"), re.compile(either(found)))
    for code, found in load("count_roles")["beside"].items()
}
_TOLD: Final = re.compile("|".join(load("count_roles")["told"]))
#: 有6项没有完成, 进度滞后3项: still to be done, whatever verb follows.
_UNDONE: Final = (
    rf"(?:(?:尚未|还未|仍未|未能|没有|没能|不能|无法|难以|未)(?:[按如]期|按时|及时|全部|全面|通过|按要求|按计划|按序时|按进度|按节点)*"
    rf"{either(words('count_roles', 'undone'))}|{either(words('count_roles', 'slow'))})"
)
_NEGATED: Final = re.compile(_UNDONE)
_NEGATED_NEAR: Final = re.compile(rf"[^，,。;]{{0,10}}?{_UNDONE}")
_DONE: Final = re.compile(r"已|完成|累计")
_PROCEDURE: Final = re.compile(rf"启动[^，,。;]{{0,12}}{either(words('count_roles', 'procedures'))}")
_STILL_AHEAD: Final = re.compile(
    rf"^[^，,。;已]{{0,10}}?(?<!年度)(?<!全年)(?<!按)(?<!按照){either(words('count_roles', 'ahead'))}(?!投资|总)"
)
_POINTER: Final = re.compile(r"详见|见附[件表图]|如下|附后")
_TELLING: Final = re.compile(
    rf"(?:开工|完成|建设|投资)[^，,。;]{{0,6}}{either(words('count_roles', 'nouns_of_telling'))}"
)
_PART: Final = re.compile(either(words("count_roles", "part")))
_PREDICATE: Final = re.compile(r"已|均|全部|完成|未完成|开工|竣工|建成|投产|办结|整改|关停")
#: A verb that is the attribute of a noun tells nothing: 整改任务, 开工项目.
_NOUN_OF_DOING: Final = re.compile(
    r"(?:整改|关停|开工|竣工|投产|完成|完工|建成)(?=任务|项目|问题|事项|工作|企业|清单|点位)"
)
#: What may stand before a whole: nothing, a place, an attribute.
_ATTRIBUTE: Final = re.compile(
    r"^(?:全市|全省|全县|全区|我市|我省|我县|我区|本市|其中|目前|今年|上半年|[ ])*"
    r"(?:[^，,。;]{0,24}(?:的|内|中|共有|共|共计|合计|涉及))?$"
)
#: A clause that only tells how many of the whole before it were done.
_FOLLOWS: Final = re.compile(
    r"^[，,;](?:其中|目前|现|截至目前)?(?:已经|已|均)?"
    r"(?:完成|整改|办结|建成|完工|竣工|开工|投产|销号)[^，,。;]{0,3}$"
)
#: Verbs of a list drawn up before anything of it was done.
_AMONG: Final = re.compile(r"中(?!心|学|小|央|医|国|型|等|间|部|标|水)")
#: 已完成30个点位中的12个: the first is the whole.
_OF_THEM: Final = re.compile(r"[中内里]的?(?:已|已经)?(?:完成|整治|整改)?了?$")
_LISTING: Final = re.compile(either(words("count_roles", "listing")))
_LIST_MARK: Final = re.compile(r"(?:^|\))[、,]$")
_LISTED: Final = re.compile(r"(?:[、和及与]|以及)[ ]?$")
#: A first figure that is told as done already, or for a time of its own.
_TOLD_DONE: Final = re.compile(
    r"已|累计|实际|完成|共(?!有)|目前|截至|现|均|了|达|占|其中|较|同比|上半年|季度|[本当上]月|本周|今年以来|\d月|以来|还有|剩余|仅|只|新开"
)
_OF_ANYTHING: Final = frozenset({"完成", "整改", "到位", "办结", "支出", "建成", "落实"})
_ANSWER_WORDS: Final = (
    r"(?:完成|建成|开工|动工|竣工|完工|投用|投入使用|整治|改造|办结|整改|支出|到位|销号|启动|通水|治理"
    r"|拨付|兑现|落实|修复|拆除|关闭|验收|新增|建设|新建|实施|淘汰|出让|发放|执行|播种?|种植?|栽植?|收割"
    r"|铺设|安装|培训|采购|筹集|交付|收储|服务|惠及|受益|救助|资助|筛查|覆盖|提供|帮扶|接种|改造|更换)"
)
#: 开工262253户，完工251539户: two results.
_ENDS_DONE: Final = re.compile(
    r"(?:开工|动工|完工|竣工|建成|投用|办结|整改|支出|到位|启动|关停|拆除|销号|拨付)(?:了|约|近|共|建设)*[ ]*$"
)
_ANSWER_VERB: Final = re.compile(_ANSWER_WORDS)
_ANSWER: Final = re.compile(
    rf"[ ]*(?:截至[^，,。;]{{1,10}}?)?(?P<marker>(?:(?:目前|现)?(?:已经?|实际|仅|只)|目前|眼下|迄今|至今|现已)(?:实际"
    rf"|共|累计)*)?(?:全部|基本)?{_ANSWER_WORDS}{{1,2}}(?:完毕|到位|投资|资金)?(?:了|约|近|共)*[ ]*"
)
#: 为620名学生配发书包，已配发655名: the verb of the first, told as done.
_ANSWER_BY_ITS_VERB: Final = re.compile(
    r"[ ]*(?P<marker>(?:目前|现)?(?:已经?|实际|仅|只)(?:实际|共|累计)*)(?P<verb>[\u4e00-\u9fa5]{1,3})(?:了|约|近)?[ ]*"
)
_ONLY: Final = re.compile(r"[ ]*(?:仅|只|已|实际)")
#: How far behind a count its predicate may stand.
_NEEDED: Final = re.compile(r"^[^，,。;]{0,10}(?:需要?|待|应|亟[待需])(?!求)")
_NOUN: Final = 10
#: A figure that answers another stands this near behind it.
_FOLLOWS_WITHIN: Final = 120
#: 清单内94家企业 is a whole, whatever is told of it.
_ON_LIST: Final = re.compile(r"(?:清单|名单|台账|任务表|名录)(?:内|中|上)的?(?:共|共有)?$")
_LIST_NAME: Final = 8
#: 管网总长度196公里: the size of the whole works.
_SIZE_OF_ALL: Final = re.compile(
    r"^(?!.*(?:已|累计|建成|完成|达)).*(?:总长度?|总面积|总里程|总规模|建设规模|规划面积|设计规模|全长)(?:约|为|共)*$"
)
#: 6个小区改造正在施工中(90%): the share is of the works, the count is all of them.
_UNDER_WAY: Final = re.compile(
    r"[^，,。;:()、\d]{1,24}(?:施工|建设|推进|改造|装修|安装)中\([约近]?\d{1,3}(?:\.\d+)?%\)"
)
_BEHIND: Final = 24


def _role(text: str, marks: Marks, figure: Mark) -> str | None:
    before = left(text, marks, figure)
    behind = right(text, marks, figure)[:_BEHIND]
    if _POINTER.search(before) or _POINTER.search(behind) or _TELLING.search(behind):
        return None  # 14个市州开工情况详见附件 counts nothing done
    if _STILL_AHEAD.search(behind) and not _DONE.search(before):
        return "remaining"  # 这5项预计10月底前完成
    if _NEEDED.search(behind):  # nothing of it is done; 共有10家企业需要治理 is a whole
        return "total" if re.search(r"(?:共有|共计|涉及)$", before) else None
    if next_figure(text, marks, figure):
        behind = behind.split("、")[0]  # 完成5家、关停1家: the second verb is the next figure's
    if _NEGATED.search(before) or _NEGATED_NEAR.match(behind):
        return "remaining"
    for code, pattern in _ROLES:
        if pattern.search(before) or pattern.search(behind):
            return "done" if _is_done_all_the_same(figure, code, before, behind) else str(code)
    for code, (ending, beginning) in _BESIDE.items():
        if ending.search(before) or beginning.match(behind):
            return str(code)
    return "part" if _PART.search(before) else None


def _is_done_all_the_same(figure: Mark, code: str, before: str, behind: str) -> bool:
    """启动磋商案件2宗 is done, and 新开工项目完成投资20亿元 is money spent, no start."""
    if code == "started" and _PROCEDURE.search(before + behind):
        return True
    unit = canonical(figure.unit or "")
    return code in ("started", "stage") and unit is not None and unit[0] == "元" and bool(_DONE.search(before))


def _counts(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    if not marks.of("quantity"):
        return
    for start, end in sentence_spans(text, SENTENCE_ENDS + ";"):
        figures = [m for m in marks.of("quantity", start=start, end=end) if not marks.at(m.start, *_OTHER)]
        last: str | None = None
        for i, figure in enumerate(figures):
            if _is_total(text, marks, figure, (figures[k] for k in range(i + 1, len(figures)))):
                role: str | None = "total"
            else:
                role = _role(text, marks, figure) or (last if _goes_on(text, marks, figure) else None)
            last = role if role in _SHARED else None
            if role:
                yield _mark(figure, role)


def _goes_on(text: str, marks: Marks, figure: Mark) -> bool:
    """True for a count that stands behind 、 in a list and has no verb of its own."""
    start, end = left_span(text, marks, figure)
    return previous_figure(text, marks, figure) is not None and bool(_NEXT_OF_LIST.match(text[start:end]))


#: Roles that a list shares: 造林3万亩、抚育2万亩; 其中主管5公里、支管3公里.
_SHARED: Final = frozenset({"done", "part"})
_NEXT_OF_LIST: Final = re.compile(r"^[^，,。;、]{0,8}(?:、|和|及|以及|与)")
_OTHER: Final[tuple[Kind, ...]] = ("change", "previous", "target", "gap")


def _is_total(text: str, marks: Marks, figure: Mark, later: Iterable[Mark]) -> bool:
    """A count with no verb of its own, followed in its sentence by a count of the same thing that has one."""
    if _UNDER_WAY.match(text, figure.end):
        return True
    if _SIZE_OF_ALL.search(ahead(text, figure.start)):
        return True
    if _ON_LIST.search(text[max(0, figure.start - _LIST_NAME) : figure.start]):
        return True
    follower = next((m for m in later if _same_unit(m, figure)), None)
    if follower is not None and _is_answered(text, figure, follower):
        return True
    if follower is None or follower.value is None or figure.value is None or follower.value > figure.value:
        return False
    between = text[figure.end : follower.start]
    if _LISTED.search(between):
        return False
    if is_measured(figure.unit) and re.search(r"[，,;]", between) and "其中" not in between:
        return False  # lengths and areas of two clauses are two things
    own_clause = re.split(r"[，,;]", between)[0]
    if _is_bare(text, marks, figure):
        told = _NOUN_OF_DOING.sub("", own_clause)
        if len(own_clause) < len(between) and (_PREDICATE.search(told) or _TOLD.search(told)):
            return "其中" in between  # 9项均已开工，其中1项已完成: the first tells of all, and still is the whole
        if len(own_clause) == len(between) and _AMONG.search(own_clause):
            return True
        if len(own_clause) < len(between) and re.search(r"[中内]$", own_clause):
            return True  # 12个断面中，11个…
        return bool(_PREDICATE.search(between) or _PREDICATE.search(right(text, marks, follower)) or "还有" in between)
    if _OF_THEM.search(own_clause):
        return True
    is_noun = len(own_clause) <= _NOUN and not _PREDICATE.search(own_clause)
    follows = bool(_FOLLOWS.match(between[len(own_clause) :])) and not right(text, marks, follower).strip()
    return is_noun and follows and bool(_LISTING.search(left(text, marks, figure)))


def _is_answered(text: str, figure: Mark, follower: Mark) -> bool:
    """新增泊位1500个，目前完成960个: the first tells what there is to do, the second what was done of it."""
    if follower.start - figure.end > _FOLLOWS_WITHIN:
        return False
    before = ahead(text, figure.start)
    own = ahead(text, follower.start)
    if follower.start - len(own) <= figure.start:  # 下达2600万元仅支出731万元
        own = own[figure.end - (follower.start - len(own)) :]
        if not _ONLY.match(own):
            return False
    if _TOLD_DONE.search(before) or _PART.search(text[figure.end : follower.start]):
        return False
    done = _ANSWER.fullmatch(own) or _ANSWER_BY_ITS_VERB.fullmatch(own)
    if (
        done
        and "verb" in done.groupdict()
        and done.group("verb") not in before + text[figure.end : follower.start - len(own)]
    ):
        return False
    if not done or _ENDS_DONE.search(before):
        return False
    behind = re.sub(
        r"\(.*|以上|左右|多|余",
        "",
        text[follower.end : min(clause_end(text, follower.end), follower.end + _FOLLOWS_WITHIN)],
    ).strip()
    told = before + text[figure.end : min(clause_end(text, figure.end), figure.end + _FOLLOWS_WITHIN)]
    if behind and not any(behind[i : i + 2] in told for i in range(max(1, len(behind) - 1))):
        return False  # 将12家企业纳入名录，完成3家学校排查
    verbs = [v for v in _ANSWER_VERB.findall(own) if v not in _OF_ANYTHING]
    return bool(done.group("marker")) or (
        bool(verbs) and all(v in before + text[figure.end : figure.end + _NOUN] for v in verbs)
    )


def _is_bare(text: str, marks: Marks, figure: Mark) -> bool:
    """True where nothing but an attribute stands before a count in its clause."""
    start, end = left_span(text, marks, figure)
    before = text[start:end]
    for mark in marks.of("as_of", "date", "name", start=start, end=end):
        before = before.replace(text[mark.start : mark.end], "", 1)
    before = without_brackets(before).strip()
    if previous_figure(text, marks, figure):
        return bool(_LIST_MARK.search(before))  # two figures side by side count one thing: 两批30个
    return bool(_ATTRIBUTE.match(before))


def _same_unit(a: Mark, b: Mark) -> bool:
    first, second = canonical(a.unit or ""), canonical(b.unit or "")
    return bool(first and second and first[0] == second[0])


def _mark(figure: Mark, role: str) -> Mark:
    return Mark(kind="count_role", start=figure.start, end=figure.end, rule="count_role.words", code=role)


RULES: Final = (
    Rule(
        id="count_role.words",
        version=2,
        order=76,
        description_zh="数量的含义：已完成、关停、处于某阶段、开工、剩余、其中、总数",
        description_en="What a count counts, from the words beside it",
        find=_counts,
    ),
)
