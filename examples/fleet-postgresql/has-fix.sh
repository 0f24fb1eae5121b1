#!/bin/sh
# has-fix.sh BIN: the server runs the programs in BIN, and has caught up with its primary, where it is not that itself.
set -eu
. "$(dirname "$0")/server.sh"
new=$1

[ "$(readlink "$set_of/$INSTANCE/bin")" = "$new" ] || fail "runs $(readlink "$set_of/$INSTANCE/bin"), and not $new"
answers "$INSTANCE" || fail 'does not answer'
runs=$(version_of "$INSTANCE")
[ "$runs" = "$(build_of "$new")" ] || fail "runs $runs, and $new has $(build_of "$new")"
is_primary "$INSTANCE" && exit
primary=$(primary_among $(others)) || fail 'there is no primary'
streams "$primary" "$INSTANCE" || fail "has not caught up with $primary"
