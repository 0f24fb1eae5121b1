// Package version knows how products write their versions, and which of two is later.
package version

import (
	"maps"
	"regexp"
	"slices"
)

// Product is how the versions of one product are written, and who tells the
// version of a running one.
type Product struct {
	// Name is that of the product, such as mongodb.
	Name string
	// Example is a whole version, which names one build.
	Example string
	// Ask is a command that tells the version.
	Ask string
	// Upstream is the product whose numbers, and so whose flaws, it takes over; empty where it is its own.
	Upstream string
	form     *regexp.Regexp
	branch   func(numbers []uint64) int // how many numbers name a branch that gets patches
}

const suffix = `(-[0-9A-Za-z.~+-]+)?`

// packaged is what distributions add: an epoch before, a revision behind.
const packaged = `^(\d+:)?(?P<n>\d+\.\d+\.\d+)([-+~][0-9A-Za-z.~+-]+)?$`

func two([]uint64) int { return 2 }

// byMajor: PostgreSQL counts one number from 10 on, two before it.
func byMajor(n []uint64) int {
	if n[0] >= 10 {
		return 1
	}
	return 2
}

// products are by name. The suffix that a vendor, an image or a distribution
// adds is part of a version: it names a later build of the same patch.
//
// Sources: the versioning pages of the products' manuals; Aurora's release
// notes for MySQL; deb-version(7) for the epoch before a colon.
var products = byName(
	Product{Name: "mongodb", Example: "8.0.17", Ask: "db.version()",
		form: regexp.MustCompile(`^(?P<n>\d+\.\d+\.\d+)` + suffix + `$`), branch: two},
	Product{Name: "percona-server-for-mongodb", Example: "8.0.17-6", Ask: "db.version()", Upstream: "mongodb",
		form: regexp.MustCompile(`^(?P<n>\d+\.\d+\.\d+)` + suffix + `$`), branch: two},
	// Two numbers from PostgreSQL 10 on, three before it.
	Product{Name: "postgresql", Example: "16.4", Ask: "SHOW server_version", branch: byMajor,
		form: regexp.MustCompile(`^(?P<n>[1-9]\d+\.\d+(\.0)?|\d\.\d+\.\d+)(-[0-9A-Za-z.~+-]+| \(.+\))?$`)},
	Product{Name: "redis", Example: "7.2.11", Ask: "INFO server", form: regexp.MustCompile(packaged), branch: two},
	Product{Name: "valkey", Example: "8.0.2", Ask: "INFO server", form: regexp.MustCompile(packaged), branch: two},
	Product{Name: "keydb", Example: "6.3.4", Ask: "INFO server", form: regexp.MustCompile(packaged), branch: two},
	// AWS numbers its own builds behind the version of MySQL that they speak.
	Product{Name: "aurora-mysql", Example: "8.0.mysql_aurora.3.05.2", Ask: "aws rds describe-db-instances",
		form: regexp.MustCompile(`^\d+\.\d+\.mysql_aurora\.(?P<n>\d+(\.\d+){2,3})$`), branch: two},
)

func byName(all ...Product) map[string]Product {
	m := make(map[string]Product, len(all))
	for _, p := range all {
		m[p.Name] = p
	}
	return m
}

// Products are the names of those whose versions are known by their form.
func Products() []string { return slices.Sorted(maps.Keys(products)) }

// Of is how a product writes its versions; ok is false where that is not known.
func Of(product string) (p Product, ok bool) {
	p, ok = products[product]
	return p, ok
}

// Flaws is the product whose advisories are about this one: its upstream's, or its own.
func (p Product) Flaws() string {
	if p.Upstream != "" {
		return p.Upstream
	}
	return p.Name
}

// Names reports whether text is a whole version of the product. One that names
// a branch, such as 8.0, or something that moves, such as latest, is none.
func (p Product) Names(text string) bool { return p.form.MatchString(text) }
