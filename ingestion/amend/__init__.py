"""Stewards' decisions laid over what was landed: corrections of single values, changes of requirements."""

from ingestion.amend.amendments import Amended, amend_landed, fact_as_it_stands, facts_as_they_stand, region_contexts
from ingestion.amend.overlay import CORRECTABLE, CorrectionError, MismatchError, corrected, text_of, value_of

__all__ = [
    "CORRECTABLE", "Amended", "CorrectionError", "MismatchError", "amend_landed", "corrected", "fact_as_it_stands",
    "facts_as_they_stand", "region_contexts", "text_of", "value_of",
]  # fmt: skip
