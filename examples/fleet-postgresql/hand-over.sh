# hand_over has another server of the set take the place of INSTANCE, which is its primary, and leaves INSTANCE stopped as a
# standby of that one. No write that was acknowledged is lost: the old primary is stopped first, and the new one is promoted
# only once it has all that the old one wrote. Whatever step it was killed at, it goes on from there.
hand_over() {
  mkdir -p "$set_of/$INSTANCE/hand-over"
  to=$(primary_among $(others)) || {
    to=$(cat "$set_of/$INSTANCE/hand-over/to" 2>/dev/null) || to=$(successor)
    echo "$to" >"$set_of/$INSTANCE/hand-over/to"
    say "hands over to $to"
    stop "$INSTANCE"
    if ! within 30 has_all "$to"; then
      start "$INSTANCE"
      rm -r "$set_of/$INSTANCE/hand-over"
      fail "$to has not got all that $INSTANCE wrote: $INSTANCE is primary again"
    fi
    "$set_of/$to/bin/pg_ctl" -D "$set_of/$to/data" -w -t 60 promote >/dev/null
  }
  stop "$INSTANCE"
  for i in $(others); do
    [ "$i" = "$to" ] || follow "$i" "$to"
  done
  follow "$INSTANCE" "$to"
  rm -r "$set_of/$INSTANCE/hand-over"
}

# successor is the standby that has the most, of those on the new build where there are any.
successor() {
  for i in $(others); do
    streams "$INSTANCE" "$i" || continue
    fits=0
    [ "$(version_of "$i")" != "$(build_of "$new")" ] || fits=1
    echo "$fits $(sql "$i" "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')") $i"
  done | sort -k1,1n -k2,2n | tail -n 1 | cut -d ' ' -f 3 | grep . || fail "no standby streams: there is nobody to hand over to"
}

# has_all STANDBY: it has the checkpoint with which INSTANCE was shut down, which is the last thing that it wrote.
has_all() {
  last=$("$set_of/$INSTANCE/bin/pg_controldata" "$set_of/$INSTANCE/data" | sed -n 's/^Latest checkpoint location: *//p')
  [ "$(sql "$1" "SELECT pg_last_wal_receive_lsn() > '$last'" 2>/dev/null)" = t ]
}
