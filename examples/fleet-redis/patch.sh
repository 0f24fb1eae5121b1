#!/bin/sh
# patch.sh BIN puts one server on the programs in BIN: a replica is restarted on them, a primary hands over first. The same
# script takes a patch back, with the programs that were there before.
set -eu
. "$(dirname "$0")/server.sh"
new=$1

# successor is a replica that follows, on the new build where there is one.
successor() {
  for i in $(others); do
    streams "$INSTANCE" "$i" || continue
    fits=0
    [ "$(version_of "$i")" != "$(build_of "$new")" ] || fits=1
    echo "$fits $i"
  done | sort -n | tail -n 1 | cut -d ' ' -f 2 | grep . || fail 'no replica follows: there is nobody to hand over to'
}

no_failover() { [ "$(info "$INSTANCE" master_failover_state)" = no-failover ]; }

# hand_over has a replica take the place of INSTANCE, without losing a write: FAILOVER holds writes back until that replica has
# all of them. Whatever step it was killed at, it goes on from there.
hand_over() {
  within 30 no_failover || fail 'a failover is under way that does not end'
  if is_primary "$INSTANCE"; then
    to=$(successor)
    say "hands over to $to"
    answer=$(ask "$INSTANCE" FAILOVER TO 127.0.0.1 "$(port "$to")" TIMEOUT 20000)
    [ "$answer" = OK ] || fail "FAILOVER: $answer"
    within 30 no_failover || fail 'the failover does not end'
    is_primary "$to" || fail "$to did not get all in time: $INSTANCE is primary still"
  fi
}

# settle writes down who follows whom, as it is.
settle() {
  primary=$(primary_among $(all)) || fail 'there is no primary'
  : >"$set_of/$primary/replica.conf"
  for i in $(all); do
    [ "$i" = "$primary" ] || follow "$i" "$primary"
  done
}

if answers "$INSTANCE"; then hand_over; fi
settle
stop "$INSTANCE" || fail 'does not stop'
ln -sfn "$new" "$set_of/$INSTANCE/bin"
start "$INSTANCE" || fail "does not start on $new: $(tail -n 3 "$set_of/$INSTANCE/log" | tr '\n' ' ')"
say "runs $(version_of "$INSTANCE")"
