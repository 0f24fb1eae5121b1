#!/bin/sh
# run.sh SCRIPT [BUILD] runs a script of the product that an instance is: a fleet of several is patched by one plan.
set -eu
exec "$SCRIPTS/fleet-$PRODUCT/$1" ${2:+"$BUILDS/$PRODUCT/$2/bin"}
