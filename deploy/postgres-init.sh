#!/bin/sh
# Runs once in the postgres container, when its data directory is new.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres \
    -v owner_password="$KAITAK_OWNER_PASSWORD" -v program_password="$KAITAK_PROGRAM_PASSWORD" \
    -f /kaitak/postgresql.sql
