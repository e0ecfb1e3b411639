#!/bin/sh
# Reads the secrets from their files (never from the environment of the host) and starts the given command.
set -eu

secret() { tr -d '\n' < "/run/secrets/$1"; }

server="xushi:$(secret postgres_password)@postgres:5432"
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg://$server/airflow"
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC="postgresql+psycopg_async://$server/airflow"
export XUSHI_REGISTRY_URL="postgresql+psycopg://$server/registry"
# what BI servers query; docs/serving.md says how each of them gets a login
export XUSHI_SERVING_URL="postgresql://$server/serving"
AIRFLOW__API_AUTH__JWT_SECRET="$(secret airflow_token)"
AIRFLOW__API__SECRET_KEY="$(secret airflow_session)"
AIRFLOW__CORE__FERNET_KEY="$(secret airflow_fernet)"
export AIRFLOW__API_AUTH__JWT_SECRET AIRFLOW__API__SECRET_KEY AIRFLOW__CORE__FERNET_KEY

exec "$@"
