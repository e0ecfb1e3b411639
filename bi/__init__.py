"""BI as code: datasets, charts and a dashboard of Apache Superset, from the metrics that the warehouse defines."""
