"""Every table of the registry says who may do what to it: what is not declared is nobody's in production."""

from __future__ import annotations

from registry.models import Base
from registry.rights import RIGHTS


def test_every_table_of_the_registry_has_its_rights_declared() -> None:
    missing = sorted(set(Base.metadata.tables) - set(RIGHTS))
    assert not missing, f"registry/rights.py: say what the pipeline and the desk may do to {', '.join(missing)}"
    assert set(RIGHTS) - set(Base.metadata.tables) == {"alembic_version"}, "of tables that are gone"


def test_nobody_rewrites_what_is_only_added_to() -> None:
    for table in ("audit_log", "crosswalk", "requirement_changes"):
        assert {"update", "delete"}.isdisjoint(f"{RIGHTS[table].pipeline}, {RIGHTS[table].desk}".split(", ")), table
