#!/bin/sh
# Makes the secrets that are not there yet, in docker/secrets (or the folder that is named); those that are stay.
# The folder is its owner's alone; the files in it are bound into containers whose user is another one, so they are
# readable there.
set -eu
umask 022
folder="${1:-$(dirname "$0")/secrets}"
mkdir -p "$folder"
chmod 700 "$folder"

keep() {
  if [ ! -e "$folder/$1" ]; then
    cat > "$folder/.$1"
    chmod 444 "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
    echo "$1"
  fi
}

for name in postgres_password db_airflow db_pipeline db_desk db_bi airflow_token airflow_session; do
  openssl rand -hex 32 | keep "$name"
done
openssl rand -base64 32 | tr '+/' '-_' | keep airflow_fernet
# these are typed by a person once
for name in airflow_admin desk_admin superset_admin; do
  openssl rand -hex 12 | keep "$name"
done
# where notifications go: a URL a line, as docs/production.md says; nowhere until somebody fills it in
keep notify < /dev/null
