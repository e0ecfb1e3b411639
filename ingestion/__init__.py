"""From the bytes that a district sends to facts in the lake; knows no Airflow, no dbt, no Great Expectations."""
