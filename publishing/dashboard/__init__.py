"""The offline dashboard: static pages of one published version, opened from disk or served behind the desk's login.

    published/dashboards/000002-1a2b3c4d/index.html     one version's pages, never changed
    published/dashboard                                  → dashboards/000002-1a2b3c4d (a relative link)

`areas` says which city a region belongs to, `rows`, `details` and `years` select what the pages show, `mapping` finds
boundaries or lays out a schematic map, `pages` writes a folder and swaps the link.  site/ holds what a browser runs.
"""
