#!/bin/sh
# may-lose.sh: all of the set are there and have caught up, so that one may go. The primary goes last: as long as another one
# runs what it runs, that is to go first. The roles of the plan may be others by now: who is primary is asked here.
set -eu
. "$(dirname "$0")/server.sh"

primary=$(primary_among $(all)) || fail 'there is no primary'
for i in $(all); do
  answers "$i" || fail "$i does not answer"
  [ "$i" = "$primary" ] || streams "$primary" "$i" || fail "$i has not caught up with $primary"
done
[ "$INSTANCE" = "$primary" ] || exit 0
for i in $(others); do
  [ "$(readlink "$set_of/$i/bin")" != "$(readlink "$set_of/$INSTANCE/bin")" ] || fail "it is the primary, and $i goes before it"
done
