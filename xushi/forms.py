"""The fields of the form that Airflow shows when a run is started by hand, in Chinese first."""

from __future__ import annotations

from airflow.sdk import Param

from xushi.refresh import HUMAN, WITHHOLD


def inbox() -> Param:
    """The folder that is looked into; empty for the setting's."""
    return Param(
        None, type=["null", "string"], title="收件箱 inbox", description="报送文件所在的文件夹；留空用系统设置"
    )


def period() -> Param:
    """One month, or empty."""
    return Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        title="期次 period",
        description="例如 2023-09；留空时，定时运行和回补取计划日期的上月，手动运行取收件箱内全部期次",
    )


def gate(default: str = HUMAN) -> Param:
    """Whether a person is asked before a release that blockers stand against."""
    return Param(
        default,
        enum=[HUMAN, WITHHOLD],
        title="关口 gate",
        description="有阻断问题时：human 先由人决定是否放行；withhold 扣留有关记录，直接发布",
    )


def gate_hours() -> Param:
    """How long the question stands."""
    return Param(
        None,
        type=["null", "number"],
        exclusiveMinimum=0,
        title="等待时限 gate_hours",
        description="小时；留空按 XUSHI_GATE_HOURS，默认48；逾期扣留有问题的记录后发布",
    )
