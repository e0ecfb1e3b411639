#!/bin/sh
# What has to be there before any service starts; the entrypoint has read the secrets.  A second run changes nothing.
set -eu
here="$(dirname "$0")"
python "$here/set_up_databases.py"
exec python "$here/set_up_airflow.py" "${XUSHI_SECRETS:-/run/secrets}/airflow_admin"
