"""Audited marts become an immutable versioned snapshot; publishing copies, it never changes a figure."""
