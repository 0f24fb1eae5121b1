package responsibility

import (
	"strconv"
	"strings"
	"time"
)

// Support is until when a provider supports each version of its clusters, and where the
// version of one stands.
type Support struct {
	// Clusters are the kinds of objects that make a cluster, or are one.
	Clusters []ClusterKind `json:"clusters"`
	// Until is by version, such as 1.33, the last day, as YYYY-MM-DD.
	Until map[string]string `json:"until"`
	Then  string            `json:"then"` // what comes after it
	// Extended is support that can be had after that; nil for none.
	Extended *ExtendedSupport `json:"extended,omitempty"`
	From     []string         `json:"from"`
}

// ExtendedSupport is how many months longer each version is supported, and what comes then.
type ExtendedSupport struct {
	Months int    `json:"months"`
	Then   string `json:"then"`
}

// ClusterKind is a kind of object by which a cluster is made, and where its version stands.
type ClusterKind struct {
	All     []Condition `json:"all"`     // what the object meets
	Version []string    `json:"version"` // paths of the version in it: the first that is there counts
	// Unless are conditions on the object under which its version is not all that counts:
	// one of them holds.
	Unless []Condition `json:"unless,omitempty"`
}

// SupportOf is the support that an offering has, or the one that it is a special case of;
// nil where nothing is said.
func (c *Catalog) SupportOf(o *Offering) *Support {
	for range c.Offerings { // a chain is no longer than this
		if o == nil || o.Support != nil {
			break
		}
		o = c.Offering(o.Refines)
	}
	if o == nil {
		return nil
	}
	return o.Support
}

// Ends is the last day on which a version is supported; false where the catalog does not say.
func (s *Support) Ends(version string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, s.Until[version]) // a day, by the schema
	return day, err == nil
}

// Newest is the latest version that the catalog has a date for, and its last day: one that comes after
// it is supported for no shorter than that.
func (s *Support) Newest() (minor int, last time.Time) {
	for version := range s.Until {
		n, err := strconv.Atoi(strings.TrimPrefix(version, "1."))
		if day, known := s.Ends(version); err == nil && known && n > minor {
			minor, last = n, day
		}
	}
	return minor, last
}

// checkSupport looks for the sources of the support.
func (l *loader) checkSupport(f *file[Offering]) error {
	if s := f.value.Support; s != nil {
		return l.checkSources(f.doc, f.name, "/support/from", s.From)
	}
	return nil
}
