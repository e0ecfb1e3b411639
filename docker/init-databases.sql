-- Run once by the PostgreSQL image on an empty volume: Airflow's metadata, our registry and what BI servers query, apart.
create database airflow;
create database registry;
create database serving;
