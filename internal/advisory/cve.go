package advisory

import (
	"encoding/json"
	"strings"

	"github.com/onus-project/onus/internal/version"
)

// cve is a record of CVE, as far as it is looked at.
//
// Source: the schema of records, version 5.1, at github.com/CVEProject/cve-schema.
type cve struct {
	Metadata struct {
		ID        string `json:"cveId"`
		State     string `json:"state"`
		Published day    `json:"datePublished"`
	} `json:"cveMetadata"`
	Containers struct {
		CNA cveContainer   `json:"cna"`
		ADP []cveContainer `json:"adp"`
	} `json:"containers"`
}

type cveContainer struct {
	Public   day           `json:"datePublic"`
	Affected []cveAffected `json:"affected"`
	Metrics  []struct {
		Other struct {
			Type    string          `json:"type"`
			Content json.RawMessage `json:"content"`
		} `json:"other"`
	} `json:"metrics"`
}

type cveAffected struct {
	Vendor   string `json:"vendor"`
	Product  string `json:"product"`
	Versions []struct {
		Version         string `json:"version"`
		LessThan        string `json:"lessThan"`
		LessThanOrEqual string `json:"lessThanOrEqual"`
		Status          string `json:"status"`
	} `json:"versions"`
}

func (s *Set) readCVE(file string, data []byte) error {
	var in cve
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if in.Metadata.State == "REJECTED" {
		return nil
	}
	c := &in.Containers.CNA
	r := Record{ID: in.Metadata.ID, Flaws: []string{in.Metadata.ID}, Form: "CVE", Public: c.Public.Time, Position: at(file)}
	if r.Public.IsZero() {
		r.Public = in.Metadata.Published.Time
	}
	for i := range c.Affected {
		x := &c.Affected[i]
		if p, ok := version.Of(s.names.cve[strings.ToLower(x.Product)]); ok {
			r.Affects = append(r.Affects, x.read(p))
		}
	}
	for i := range in.Containers.ADP {
		for _, m := range in.Containers.ADP[i].Metrics {
			var kev struct {
				Added day `json:"dateAdded"`
			}
			if m.Other.Type == "kev" && json.Unmarshal(m.Other.Content, &kev) == nil {
				r.Exploit = &Exploited{Since: kev.Added.Time}
			}
		}
	}
	s.add(r)
	return nil
}

// read makes ranges of an entry's versions. One without an end is the whole of a branch where it names
// one, and a single version where it names that.
func (x *cveAffected) read(p version.Product) Affected {
	a, b := Affected{Product: p.Name}, bounds{product: p}
	for _, v := range x.Versions {
		if v.Status != "affected" {
			continue
		}
		from, ok := b.read(v.Version)
		if !ok {
			continue
		}
		switch {
		case v.LessThan != "":
			a.add(&b, from, Fixed, v.LessThan)
		case v.LessThanOrEqual != "":
			a.add(&b, from, Last, v.LessThanOrEqual)
		case from.Whole():
			a.Only = append(a.Only, from)
		default:
			a.Ranges = append(a.Ranges, []Event{{from, Introduced}, {from.End(), Last}})
		}
	}
	a.Unclear = b.unclear
	return a
}

// add is a range with an end; one such as 8.0.* ends with its branch, and * never.
func (a *Affected) add(b *bounds, from version.Version, kind Kind, end string) {
	if end == "*" {
		a.Ranges = append(a.Ranges, []Event{{from, Introduced}})
		return
	}
	branch, all := strings.CutSuffix(end, ".*")
	to, ok := b.read(branch)
	switch {
	case !ok:
		a.Ranges = append(a.Ranges, []Event{{from, Introduced}}) // the end is not known: it may be affected
	case all || kind == Last && !to.Whole():
		a.Ranges = append(a.Ranges, []Event{{from, Introduced}, {to.End(), Last}})
	default:
		a.Ranges = append(a.Ranges, []Event{{from, Introduced}, {to, kind}})
	}
}
