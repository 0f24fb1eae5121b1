package advisory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/version"
)

// form is one that advisories come in.
type form struct {
	name string
	is   func(keys map[string]json.RawMessage) bool
	read func(s *Set, file string, data []byte) error
}

var forms = []form{
	{"CVE", func(k map[string]json.RawMessage) bool { return string(k["dataType"]) == `"CVE_RECORD"` }, (*Set).readCVE},
	{"names of products", func(k map[string]json.RawMessage) bool { return has(k, "names") }, (*Set).readNames},
	{"KEV", func(k map[string]json.RawMessage) bool { return has(k, "catalogVersion", "vulnerabilities") }, (*Set).readKEV},
	{"endoflife.date", func(k map[string]json.RawMessage) bool { return has(k, "result") }, (*Set).readEndOfLife},
	{"OSV", func(k map[string]json.RawMessage) bool { return has(k, "id", "modified") }, (*Set).readOSV},
}

func has(keys map[string]json.RawMessage, names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { _, ok := keys[n]; return !ok })
}

// Read adds what one file says: a record of OSV (its schema 1.x) or of CVE (5.x), the list of known
// exploited vulnerabilities of CISA, or a product of endoflife.date (its API, version 1). A fault
// names the file, the line and the way out; what was read before it stays.
func (s *Set) Read(file string, data []byte) *document.Error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return fault(file, data, err)
	}
	i := slices.IndexFunc(forms, func(f form) bool { return f.is(keys) })
	if i < 0 {
		return &document.Error{
			File: file, Line: 1, Msg: "is no advisory that onus knows",
			Hint: "give a record of OSV or CVE (version 5) as JSON, CISA's list of known exploited vulnerabilities, " +
				"or https://endoflife.date/api/v1/products/NAME",
		}
	}
	if err := forms[i].read(s, file, data); err != nil {
		return fault(file, data, fmt.Errorf("reading it as %s: %w", forms[i].name, err))
	}
	return nil
}

// fault says at which line of the file something is wrong.
func fault(file string, data []byte, err error) *document.Error {
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	e := &document.Error{File: file, Line: 1, Msg: err.Error()}
	switch {
	case errors.As(err, &syntax):
		e.Line = 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		e.Hint = "an advisory is JSON"
	case errors.As(err, &typed):
		e.Line = 1 + bytes.Count(data[:min(int(typed.Offset), len(data))], []byte("\n"))
		e.Field = typed.Field
		e.Msg = fmt.Sprintf("is a %s, wants a %s", typed.Value, typed.Type.Kind())
	}
	return e
}

// day is a time stamp as these sources write them: RFC 3339, one without a zone, or a day.
type day struct{ time.Time }

func (d *day) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil { // a date that is false, or null: none is set
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			d.Time = t
			return nil
		}
	}
	return fmt.Errorf("%q is no time, as 2025-12-19T11:00:22Z is", text)
}

// bounds reads the ends of ranges.
type bounds struct {
	product version.Product
	unclear []string
}

func (b *bounds) read(text string) (version.Version, bool) {
	v, ok := b.product.Bound(text)
	if !ok {
		b.unclear = append(b.unclear, fmt.Sprintf("%q", text))
	}
	return v, ok
}

// ordered sorts the events of a range: a file may have them in any order, and a range that ends where
// another one begins goes on.
func ordered(events []Event) []Event {
	slices.SortStableFunc(events, func(a, b Event) int {
		if c := a.At.Patch(b.At); c != 0 {
			return c
		}
		return rank(a.Kind) - rank(b.Kind)
	})
	return events
}

// rank has what is fixed at a version come before what begins there.
func rank(k Kind) int {
	if k == Introduced {
		return 1
	}
	return 0
}

func at(file string) origin.Position { return origin.Position{File: file, Line: 1} }
