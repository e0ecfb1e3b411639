-- Run once by the PostgreSQL image on an empty volume: Airflow's metadata and our registry, apart.
create database airflow;
create database registry;
