// Package fleet patches real databases: sets of PostgreSQL and Redis servers that it starts itself, from the two newest builds
// that Debian offers, by onus plan fleet, onus apply and the scripts of ../../examples, while clients write and somebody watches.
//
//	make fleet-lab
package fleet
