"""Apache Superset, kept as code: its datasets, charts and dashboard, and the way they reach a server."""
