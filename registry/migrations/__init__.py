"""Alembic's scripts: versions of the registry's schema."""
