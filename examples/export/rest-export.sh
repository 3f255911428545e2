#!/bin/sh
# Fetch documents of a Domino Directory through the Domino REST API, as one file that maillint reads.
#
#   BASE=https://mx1.acme.example:8880/api/v1 DATA_SOURCE=names TOKEN=... ./rest-export.sh UNID... > names.json
#
# Needs curl and jq. An administrator must first make a schema and a scope for names.nsf; it is not open by default. The
# UNIDs are shown in the properties of the documents, or listed by a view: see docs/exporting.md.
#
# /raw gives all items of a document. The answers are written under the requests that gave them, so that maillint knows
# that an item which is not there is not set. With plain /document the service shows only the items that its schema names,
# of a list perhaps only the first value, and maillint takes the rest for unknown.
#
# It was written from the description of the service and could not be run against a real server where maillint is made.
set -eu
: "${BASE:?the address of the service}" "${DATA_SOURCE:?the name of the scope}" "${TOKEN:?a token of the service}"
answers='{}'
for unid in "$@"; do
    # The token is read from standard input, so that it shows in no list of processes.
    answer=$(printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
        curl --silent --show-error --fail --config - "$BASE/raw/$unid?dataSource=$DATA_SOURCE")
    answers=$(printf '%s\n%s\n' "$answers" "$answer" |
        jq --slurp --arg request "GET /raw/$unid" '.[0] + {($request): .[1]}')
done
printf '%s\n' "$answers"
