#!/bin/sh
# install.sh DIR lays the two newest builds of PostgreSQL and of Redis that Debian offers side by side:
# DIR/postgresql/old/bin, DIR/postgresql/new/bin, DIR/redis/old/bin, DIR/redis/new/bin. Where only one is offered both are that
# one, in two folders. What they need is installed by apt where it is missing, and no service is started.
set -eu
dir=$1

packages() { [ -n "$(apt-cache madison postgresql redis-server 2>/dev/null)" ] || apt-get -qq update; }
packages
pg=$(apt-cache depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1/p')
missing=
for p in "$pg" redis-server; do
  dpkg -s "$p" >/dev/null 2>&1 || missing="$missing $p"
done
if [ -n "$missing" ]; then # in run level 1 no service is started
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing
fi

# lay PRODUCT BIN PACKAGE... unpacks the two newest versions that all of some packages have.
lay() {
  product=$1 bin=$2 first=$3
  shift 2
  newest=$(apt-cache madison "$first" | cut -d '|' -f 2 | tr -d ' ' | sort -Vu | tail -n 2)
  for as in old new; do
    version=$(echo "$newest" | if [ $as = old ]; then head -n 1; else tail -n 1; fi)
    to=$dir/$product/$as
    rm -rf "$to"
    mkdir -p "$to/deb"
    for p in "$@"; do
      (cd "$to/deb" && apt-get -qq -o APT::Sandbox::User=root download "$p=$version")
    done
    for d in "$to"/deb/*.deb; do
      dpkg -x "$d" "$to"
    done
    rm -r "$to/deb"
    ln -s "$to/$bin" "$to/bin"
    echo "$version" >"$to/version"
    echo "$product $as: $version"
  done
}
major=${pg#postgresql-}
umask 022
lay postgresql "usr/lib/postgresql/$major/bin" "$pg" "postgresql-client-$major"
lay redis usr/bin redis-tools redis-server
touch "$dir/complete"
