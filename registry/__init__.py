"""The control store: what was expected, received, extracted, found, decided and published.

Everything here takes an engine and plain values: the registry imports neither ingestion nor xushi, they import it.
`registry.migrate.upgrade(url)` opens it; the modules are named after what they hold (submissions, runs, crosswalk,
incidents, publications, expected); `registry.export` writes the tables as Parquet under the lake.
Every function is one transaction, safe beside other processes, and may be repeated without effect.
"""
