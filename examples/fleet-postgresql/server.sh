# What the other scripts share: a set of PostgreSQL servers on this machine. Source it after INSTANCE, DEPLOYMENT and FLEET are set.
#
#   $FLEET/DEPLOYMENT/INSTANCE/data          the data directory; its postgresql.conf has: include '../upstream.conf'
#   $FLEET/DEPLOYMENT/INSTANCE/upstream.conf primary_conninfo, written by follow
#   $FLEET/DEPLOYMENT/INSTANCE/port          the port, on this machine
#   $FLEET/DEPLOYMENT/INSTANCE/bin           a link to the programs that it runs
#
# For servers elsewhere, put ssh "$HOST" before what touches files or runs pg_ctl.

: "${FLEET:?}" "${DEPLOYMENT:?}"
set_of=$FLEET/$DEPLOYMENT

say() { echo "$DEPLOYMENT/${INSTANCE:-}: $*"; }
fail() { say "$*" >&2; exit 1; }

all() { for d in "$set_of"/*/; do basename "$d"; done; }
others() { all | grep -vx "$INSTANCE"; }
port() { cat "$set_of/$1/port"; }

# sql SERVER QUERY prints what a server answers; it fails where none does within 5 s.
sql() {
  PGCONNECT_TIMEOUT=5 PGOPTIONS='-c statement_timeout=5s' \
    "$set_of/$1/bin/psql" -qAtX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(port "$1")" -U postgres -d postgres -c "$2"
}

answers() { [ "$(sql "$1" 'SELECT 1' 2>/dev/null)" = 1 ]; }
is_primary() { [ "$(sql "$1" 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; }

# primary_among SERVER... prints the one that takes writes; it fails where there is none.
primary_among() {
  for i in "$@"; do
    if is_primary "$i"; then echo "$i"; return; fi
  done
  return 1
}

# version_of SERVER is what runs, build_of BIN what is installed: 15.20 (Debian 15.20-0+deb12u1).
version_of() { sql "$1" 'SHOW server_version'; }
build_of() { "$1/postgres" -V | sed 's/^postgres (PostgreSQL) //'; }

# streams PRIMARY STANDBY: the standby has written down all but the last MiB of what its primary has.
streams() {
  [ "$(sql "$1" "SELECT count(*) FROM pg_stat_replication WHERE application_name = '$2' AND state = 'streaming'
    AND pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) < 1048576" 2>/dev/null)" = 1 ]
}

# within SECONDS COMMAND... tries until it ends well.
within() {
  tries=$(($1 * 5)); shift
  until "$@"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.2
  done
}

start() {
  ctl=$set_of/$1/bin/pg_ctl
  "$ctl" -D "$set_of/$1/data" status >/dev/null 2>&1 ||
    "$ctl" -D "$set_of/$1/data" -p "$set_of/$1/bin/postgres" -l "$set_of/$1/log" -o "-p $(port "$1")" -w -t 60 start >/dev/null
}

# stop ends a server and all of its connections. A primary waits until each standby that streams has all that it wrote.
stop() {
  ctl=$set_of/$1/bin/pg_ctl
  ! "$ctl" -D "$set_of/$1/data" status >/dev/null 2>&1 || "$ctl" -D "$set_of/$1/data" -m fast -w -t 60 stop >/dev/null
}

# follow STANDBY PRIMARY has a server take its WAL from another one, now or when it is started.
follow() {
  touch "$set_of/$1/data/standby.signal"
  echo "primary_conninfo = 'host=127.0.0.1 port=$(port "$2") user=postgres application_name=$1'" >"$set_of/$1/upstream.conf.new"
  mv "$set_of/$1/upstream.conf.new" "$set_of/$1/upstream.conf"
  if answers "$1"; then sql "$1" 'SELECT pg_reload_conf()' >/dev/null; fi
}
