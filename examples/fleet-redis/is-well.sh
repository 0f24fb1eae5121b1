#!/bin/sh
# is-well.sh: the set takes writes, each of which a replica has acknowledged, and both replicas follow.
set -eu
INSTANCE=
. "$(dirname "$0")/server.sh"

primary=$(primary_among $(all)) || fail 'there is no primary'
acknowledged=$(printf 'SET onus:is-well 1 EX 60\nWAIT 1 3000\n' | ask "$primary" | tail -n 1)
[ "${acknowledged:-0}" -ge 1 ] 2>/dev/null || fail "no replica acknowledges a write on $primary: $acknowledged"
for i in $(all); do
  [ "$i" = "$primary" ] || streams "$primary" "$i" || fail "$i does not follow $primary"
done
