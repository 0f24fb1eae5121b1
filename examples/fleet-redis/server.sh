# What the other scripts share: a set of Redis or Valkey servers on this machine. Source it after INSTANCE, DEPLOYMENT and
# FLEET are set.
#
#   $FLEET/DEPLOYMENT/INSTANCE/redis.conf    its configuration; it has: include replica.conf, and dir, port, pidfile
#   $FLEET/DEPLOYMENT/INSTANCE/replica.conf  replicaof, written by follow; empty for the primary
#   $FLEET/DEPLOYMENT/INSTANCE/port          the port, on this machine
#   $FLEET/DEPLOYMENT/INSTANCE/bin           a link to the programs that it runs: redis-server, redis-cli
#
# For servers elsewhere, put ssh "$HOST" before what touches files or starts redis-server.

: "${FLEET:?}" "${DEPLOYMENT:?}"
set_of=$FLEET/$DEPLOYMENT

say() { echo "$DEPLOYMENT/${INSTANCE:-}: $*"; }
fail() { say "$*" >&2; exit 1; }

all() { for d in "$set_of"/*/; do basename "$d"; done; }
others() { all | grep -vx "$INSTANCE"; }
port() { cat "$set_of/$1/port"; }

# ask SERVER COMMAND... prints what a server answers.
ask() {
  of=$1; shift
  timeout 5 "$set_of/$of/bin/redis-cli" -h 127.0.0.1 -p "$(port "$of")" "$@" | tr -d '\r'
}

# info SERVER FIELD is one field of INFO.
info() { ask "$1" INFO 2>/dev/null | sed -n "s/^$2://p"; }

answers() { [ "$(ask "$1" PING 2>/dev/null)" = PONG ]; }
is_primary() { [ "$(info "$1" role)" = master ]; }

# primary_among SERVER... prints the one that takes writes; it fails where there is none.
primary_among() {
  for i in "$@"; do
    if is_primary "$i"; then echo "$i"; return; fi
  done
  return 1
}

# version_of SERVER is what runs, build_of BIN what is installed: 7.0.15 e08dbad3e06f3fb.
version_of() { echo "$(info "$1" redis_version) $(info "$1" redis_build_id)"; }
build_of() { "$1/redis-server" -v | sed 's/.* v=\([^ ]*\).* build=\([^ ]*\).*/\1 \2/'; }

# streams PRIMARY REPLICA: the replica follows, and is less than a MiB behind.
streams() {
  [ "$(info "$2" master_port)" = "$(port "$1")" ] && [ "$(info "$2" master_link_status)" = up ] &&
    [ $(($(info "$1" master_repl_offset) - $(info "$2" slave_repl_offset))) -lt 1048576 ]
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
  answers "$1" || "$set_of/$1/bin/redis-server" "$set_of/$1/redis.conf" --daemonize yes >/dev/null
  within 30 answers "$1"
}

gone() { ! kill -0 "$1" 2>/dev/null; }

# stop ends a server, which writes its data down before.
stop() {
  pid=$(info "$1" process_id)
  [ -n "$pid" ] || return 0
  ask "$1" SHUTDOWN SAVE >/dev/null 2>&1 || true
  within 60 gone "$pid"
}

# follow REPLICA PRIMARY has a server follow another one, now and when it is started.
follow() {
  echo "replicaof 127.0.0.1 $(port "$2")" >"$set_of/$1/replica.conf"
  if answers "$1" && [ "$(info "$1" master_port)" != "$(port "$2")" ]; then
    ask "$1" REPLICAOF 127.0.0.1 "$(port "$2")" >/dev/null
  fi
}
