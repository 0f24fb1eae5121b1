package advisory

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/version"
)

// osv is a record of OSV, as far as it is looked at.
//
// Source: ossf.github.io/osv-schema, version 1.7. What is below database_specific is onus's own, in the records
// that its catalog has.
type osv struct {
	ID        string   `json:"id"`
	Aliases   []string `json:"aliases"`
	Upstream  []string `json:"upstream"`
	Published day      `json:"published"`
	Withdrawn day      `json:"withdrawn"`
	Affected  []struct {
		Package struct {
			Ecosystem string `json:"ecosystem"`
			Name      string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Type   string `json:"type"`
			Events []struct {
				Introduced   string `json:"introduced"`
				Fixed        string `json:"fixed"`
				LastAffected string `json:"last_affected"`
			} `json:"events"`
		} `json:"ranges"`
		Versions         []string        `json:"versions"`
		DatabaseSpecific json.RawMessage `json:"database_specific"`
	} `json:"affected"`
	DatabaseSpecific json.RawMessage `json:"database_specific"`
}

// ofPackage is what a database keeps beside a package; other databases have other things there.
type ofPackage struct {
	After []string `json:"after_patch"`
	Leaks bool     `json:"leaks_memory"`
}

type ofRecord struct {
	KEV *struct {
		Added day `json:"dateAdded"`
	} `json:"kev"`
}

func (s *Set) readOSV(file string, data []byte) error {
	var in osv
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if !in.Withdrawn.IsZero() {
		return nil
	}
	r := Record{ID: in.ID, Form: "OSV", Public: in.Published.Time, Position: at(file)}
	r.Flaws = flaws(append([]string{in.ID}, append(in.Aliases, in.Upstream...)...))
	if len(r.Flaws) == 0 {
		return errors.New("id is empty, wants a name such as CVE-2025-14847")
	}
	for i := range in.Affected {
		x := &in.Affected[i]
		p, ok := version.Of(s.names.upstream(x.Package.Ecosystem, x.Package.Name))
		if !ok {
			continue
		}
		var own ofPackage
		_ = json.Unmarshal(x.DatabaseSpecific, &own) // others keep other things there
		r.After = append(r.After, own.After...)
		r.Leaks = r.Leaks || own.Leaks
		a, b := Affected{Product: p.Name}, bounds{product: p}
		for _, g := range x.Ranges {
			if g.Type == "GIT" { // commits say nothing of a build
				continue
			}
			var events []Event
			for _, e := range g.Events {
				events = append(events, b.event(Introduced, e.Introduced)...)
				events = append(events, b.event(Fixed, e.Fixed)...)
				events = append(events, b.event(Last, e.LastAffected)...)
			}
			a.Ranges = append(a.Ranges, ordered(events))
		}
		for _, text := range x.Versions {
			if v, ok := b.read(text); ok {
				a.Only = append(a.Only, v)
			}
		}
		a.Unclear = b.unclear
		r.Affects = append(r.Affects, a)
	}
	var own ofRecord
	_ = json.Unmarshal(in.DatabaseSpecific, &own)
	if own.KEV != nil {
		r.Exploit = &Exploited{Since: own.KEV.Added.Time}
	}
	s.add(r)
	return nil
}

func (b *bounds) event(kind Kind, text string) []Event {
	if text == "" {
		return nil
	}
	if v, ok := b.read(text); ok {
		return []Event{{v, kind}}
	}
	return nil
}

// flaws are the identifiers of a record: those of CVE first, by which others know it.
func flaws(all []string) []string {
	all = slices.DeleteFunc(all, func(id string) bool { return id == "" })
	slices.SortStableFunc(all, func(a, b string) int {
		ca, cb := strings.HasPrefix(a, "CVE-"), strings.HasPrefix(b, "CVE-")
		switch {
		case ca == cb:
			return 0
		case ca:
			return -1
		}
		return 1
	})
	var once []string
	for _, id := range all {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	return once
}
