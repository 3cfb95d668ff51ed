#!/bin/sh
# Gives the application's role its password, when the database is first made.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$PASSNUM_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
ALTER ROLE passnum_app PASSWORD :'password';
SQL
