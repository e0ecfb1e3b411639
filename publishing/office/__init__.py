"""Office files as the bureau prints them: GB/T 9704 papers, worksheets of texts, the same bytes each time."""
