"""One kind of fact, one file; each module holds its rules in `RULES`, and the registry scans this folder."""
