#!/bin/sh
# patch.sh BIN puts one server on the programs in BIN: a standby is restarted on them, a primary hands over first. The same
# script takes a patch back, with the programs that were there before.
set -eu
here=$(dirname "$0")
. "$here/server.sh"
. "$here/hand-over.sh"
new=$1

if [ ! -e "$set_of/$INSTANCE/data/standby.signal" ] || [ -d "$set_of/$INSTANCE/hand-over" ]; then
  hand_over
fi
stop "$INSTANCE"
ln -sfn "$new" "$set_of/$INSTANCE/bin"
start "$INSTANCE" || fail "does not start on $new: $(tail -n 3 "$set_of/$INSTANCE/log" | tr '\n' ' ')"
say "runs $(version_of "$INSTANCE")"
