package advisory

import (
	"encoding/json"
	"slices"
	"strings"
)

// names are what records call products.
type names struct {
	cve map[string]string // in small letters, as records of CVE have it
	osv []string          // ecosystems whose packages are the products
}

// readNames adds what records call products; those that are read later go by it.
func (s *Set) readNames(_ string, data []byte) error {
	var in struct {
		Names struct {
			CVE map[string]string `json:"cve"`
			OSV []string          `json:"osv"`
		} `json:"names"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	for name, product := range in.Names.CVE {
		s.names.cve[strings.ToLower(name)] = product
	}
	s.names.osv = append(s.names.osv, in.Names.OSV...)
	return nil
}

// upstream is the product that a package of an ecosystem is, where its numbers are the product's own.
// Distributions have numbers of their own.
func (n *names) upstream(ecosystem, name string) string {
	if ecosystem == "" || slices.Contains(n.osv, ecosystem) {
		return name
	}
	return ""
}
