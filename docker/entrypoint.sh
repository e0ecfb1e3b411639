#!/bin/sh
# Reads the secrets that this service was given from their files (never from the host's environment) and starts the
# given command.  A service without a login's file has no way into that login's databases.
set -eu

folder="${XUSHI_SECRETS:-/run/secrets}"
server="${XUSHI_POSTGRES_HOST:-postgres}:${XUSHI_POSTGRES_PORT:-5432}"
secret() { tr -d '\r\n' < "$folder/$1"; }
given() { [ -s "$folder/$1" ]; }

if given db_airflow; then
  airflow="xushi_airflow:$(secret db_airflow)@$server/airflow"
  export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg://$airflow"
  export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC="postgresql+psycopg_async://$airflow"
fi
# the desk decides, the pipeline publishes: registry/rights.py says what either may
if given db_desk; then export XUSHI_REGISTRY_URL="postgresql+psycopg://xushi_desk:$(secret db_desk)@$server/registry"; fi
if given db_pipeline; then
  export XUSHI_REGISTRY_URL="postgresql+psycopg://xushi_pipeline:$(secret db_pipeline)@$server/registry"
  export XUSHI_SERVING_URL="postgresql://xushi_pipeline:$(secret db_pipeline)@$server/serving"
fi
if given db_bi; then export XUSHI_BI_SOURCE="postgresql://xushi_bi:$(secret db_bi)@$server/serving"; fi
if given airflow_token; then export AIRFLOW__API_AUTH__JWT_SECRET="$(secret airflow_token)"; fi
if given airflow_session; then export AIRFLOW__API__SECRET_KEY="$(secret airflow_session)"; fi
if given airflow_fernet; then export AIRFLOW__CORE__FERNET_KEY="$(secret airflow_fernet)"; fi
if given superset_admin; then export XUSHI_SUPERSET_PASSWORD="$(secret superset_admin)"; fi
if given notify; then export XUSHI_NOTIFY_FILE="$folder/notify"; fi
# Airflow's own figures go where ours go
if [ -n "${XUSHI_STATSD_HOST:-}" ]; then
  export AIRFLOW__METRICS__STATSD_ON=True AIRFLOW__METRICS__STATSD_PREFIX=airflow
  export AIRFLOW__METRICS__STATSD_HOST="${XUSHI_STATSD_HOST%%:*}"
  case "$XUSHI_STATSD_HOST" in *:*) export AIRFLOW__METRICS__STATSD_PORT="${XUSHI_STATSD_HOST##*:}" ;; esac
fi

exec "$@"
