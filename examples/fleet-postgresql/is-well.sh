#!/bin/sh
# is-well.sh: the set takes writes, each of which a standby has acknowledged, and both standbys follow.
set -eu
INSTANCE=
. "$(dirname "$0")/server.sh"

primary=$(primary_among $(all)) || fail 'there is no primary'
sql "$primary" 'BEGIN; CREATE TABLE onus_is_well (at timestamptz); DROP TABLE onus_is_well; COMMIT' >/dev/null ||
  fail "$primary takes no writes"
for i in $(all); do
  [ "$i" = "$primary" ] || streams "$primary" "$i" || fail "$i does not follow $primary"
done
