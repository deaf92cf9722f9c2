#!/bin/sh
# Makes the database and its two roles: one owns the tables, the other reads and writes rows.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE kvalitet_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE kvalitet_app LOGIN PASSWORD :'app_password';
CREATE DATABASE kvalitet OWNER kvalitet_owner;
SQL
