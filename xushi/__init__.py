"""The command line and the monthly refresh: the stages in their order, one call a line."""

__version__ = "0.1.0"
