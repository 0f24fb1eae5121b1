package database

import (
	"maps"
	"regexp"
	"slices"
)

// Product is how the versions of one product are written, and who tells the
// version of a running one.
type Product struct {
	// Example is a whole version, which names one build.
	Example string
	// Ask is a command that tells the version.
	Ask  string
	form *regexp.Regexp
}

// products are by name. The suffix that a vendor, an image or a distribution
// adds is part of a version: it names a later build of the same patch.
//
// Sources: the versioning pages of the products' manuals; Aurora's release
// notes for MySQL; deb-version(7) for the epoch before a colon.
var products = map[string]Product{
	"mongodb":                    {"8.0.17", "db.version()", regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.~+-]+)?$`)},
	"percona-server-for-mongodb": {"8.0.17-6", "db.version()", regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.~+-]+)?$`)},
	// Two numbers from PostgreSQL 10 on, three before it.
	"postgresql":   {"16.4", "SHOW server_version", regexp.MustCompile(`^([1-9]\d+\.\d+(\.0)?|\d\.\d+\.\d+)(-[0-9A-Za-z.~+-]+| \(.+\))?$`)},
	"redis":        {"7.2.11", "INFO server", regexp.MustCompile(`^(\d+:)?\d+\.\d+\.\d+([-+~][0-9A-Za-z.~+-]+)?$`)},
	"valkey":       {"8.0.2", "INFO server", regexp.MustCompile(`^(\d+:)?\d+\.\d+\.\d+([-+~][0-9A-Za-z.~+-]+)?$`)},
	"keydb":        {"6.3.4", "INFO server", regexp.MustCompile(`^(\d+:)?\d+\.\d+\.\d+([-+~][0-9A-Za-z.~+-]+)?$`)},
	"aurora-mysql": {"8.0.mysql_aurora.3.05.2", "aws rds describe-db-instances", regexp.MustCompile(`^\d+\.\d+\.mysql_aurora(\.\d+){3,4}$`)},
}

// Products are the names of those whose versions are known by their form.
func Products() []string { return slices.Sorted(maps.Keys(products)) }

// Versions is how the product of an instance writes its versions; ok is false
// where that is not known.
func (i *Instance) Versions() (p Product, ok bool) {
	p, ok = products[i.Product]
	return p, ok
}

// Names reports whether text is a whole version of the product. One that names
// a branch, such as 8.0, or something that moves, such as latest, is none.
func (p Product) Names(text string) bool { return p.form.MatchString(text) }
