// Package baseline tells what is new from what a team knows of since it took a
// baseline: a file with the fingerprints of what was found then.
package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/finding"
)

// Schema is that of the file.
const Schema = "onus.baseline/v1"

// findingsSchema is that of a saved result, which serves as a baseline, too.
const findingsSchema = "onus.findings/v1"

// most is more than any baseline or result has.
const most = 256 // MiB

// Baseline is what was known at one time.
type Baseline struct {
	Schema string `json:"schema"`
	// Units are those that were checked: a finding of one that was not there then may
	// be of one that has another name now.
	Units    []string `json:"units"`
	Findings []Entry  `json:"findings"`
}

// Entry is a finding that is known.
type Entry struct {
	Fingerprint string          `json:"fingerprint"`
	Obligation  string          `json:"obligation"`
	Verdict     finding.Verdict `json:"verdict"`
	Subject     finding.Subject `json:"subject"`
	// Also are the fingerprints of what was told with it: what it leads to, and where
	// else the same holds.
	Also []string `json:"also,omitempty"`
}

// Take is the baseline of what is found: all that is broken or unknown, and not waived.
func Take(all []finding.Finding, units []string) Baseline {
	b := Baseline{Schema: Schema, Units: units, Findings: []Entry{}}
	for i := range all {
		x := &all[i]
		verdict := x.Verdict
		if verdict == finding.Known {
			verdict = x.Was
		}
		if verdict != finding.Broken && verdict != finding.Unknown {
			continue
		}
		e := Entry{Fingerprint: x.Fingerprint, Obligation: x.Obligation, Verdict: verdict, Subject: x.Subject}
		for _, o := range x.LeadsTo {
			e.Also = append(e.Also, o.Fingerprint)
		}
		for _, a := range x.AlsoIn {
			e.Also = append(e.Also, a.Fingerprint)
		}
		b.Findings = append(b.Findings, e)
	}
	return b
}

// Write writes a baseline to a file, one finding a line, so that it reads well where
// two are compared.
func (b *Baseline) Write(file string) error {
	var out bytes.Buffer
	units, err := json.Marshal(b.Units)
	if err != nil {
		return fmt.Errorf("writing units: %w", err)
	}
	fmt.Fprintf(&out, "{\"schema\": %q,\n\"units\": %s,\n\"findings\": [", b.Schema, units)
	for i := range b.Findings {
		line, err := json.Marshal(&b.Findings[i])
		if err != nil {
			return fmt.Errorf("writing a finding: %w", err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(line)
	}
	out.WriteString("\n]}\n")
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	return nil
}

// Read reads a baseline, or takes that of a result that was saved with -o json.
func Read(file string) (*Baseline, error) {
	data, err := document.ReadFile(file, most)
	if err != nil {
		return nil, document.PathError(file, err)
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, &document.Error{File: file, Line: lineOf(data, err), Msg: "is no JSON: " + err.Error(), Hint: "--write-baseline writes one"}
	}
	switch head.Schema {
	case Schema:
		b := &Baseline{}
		if err := json.Unmarshal(data, b); err != nil {
			return nil, &document.Error{File: file, Line: lineOf(data, err), Msg: err.Error(), Hint: "--write-baseline writes it anew"}
		}
		return b, nil
	case findingsSchema:
		var f struct {
			Units []struct {
				Name string `json:"name"`
			} `json:"units"`
			Findings []finding.Finding `json:"findings"`
		}
		if err := json.Unmarshal(data, &f); err != nil {
			return nil, &document.Error{File: file, Line: lineOf(data, err), Msg: err.Error()}
		}
		var units []string
		for _, u := range f.Units {
			units = append(units, u.Name)
		}
		b := Take(f.Findings, units)
		return &b, nil
	}
	return nil, &document.Error{File: file, Line: 1, Field: "schema",
		Msg: fmt.Sprintf("is %q, wants %s or %s", head.Schema, Schema, findingsSchema), Hint: "--write-baseline writes one"}
}

// lineOf is the line on which JSON is at fault; 1 where that is not known.
func lineOf(data []byte, err error) int {
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	at := int64(0)
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typed):
		at = typed.Offset
	}
	return 1 + bytes.Count(data[:min(at, int64(len(data)))], []byte("\n"))
}

// Since is what became of a baseline.
type Since struct {
	Known int
	Cured []Entry // looked at again, and held or waived
	Gone  []Entry // not found any more: the object, or what was said of it
}

// Compare marks what is known among findings as that, and says what became of the rest
// of the baseline. Others are findings that were left out: they are still there. What
// was unknown and is broken is new.
func (b *Baseline) Compare(all []*finding.Finding, others []finding.Finding, units []string) Since {
	known, used := b.index(units), map[int]bool{}
	var since Since
	looked := map[int]bool{}
	mark := func(x *finding.Finding, own bool) {
		i, moved, ok := known.of(x)
		if !ok || moved && used[i] {
			return // of one folder that was renamed there are not two
		}
		switch {
		case x.Verdict == finding.Held || x.Verdict == finding.Waived:
			looked[i] = true
			return
		case x.Verdict == finding.Broken && b.Findings[i].Verdict == finding.Unknown:
		case own:
			x.Was, x.Verdict = x.Verdict, finding.Known
			since.Known++
		}
		used[i] = true
	}
	for _, x := range all {
		mark(x, true)
	}
	for i := range others {
		mark(&others[i], false)
	}
	for i, e := range b.Findings {
		switch {
		case used[i]:
		case looked[i]:
			since.Cured = append(since.Cured, e)
		default:
			since.Gone = append(since.Gone, e)
		}
	}
	return since
}

// index finds entries by fingerprint, and those of units that are no more by what they
// are about.
type index struct {
	by    map[string]int
	moved map[string]int
	units []string // of the baseline
}

func (b *Baseline) index(units []string) *index {
	x := &index{by: map[string]int{}, moved: map[string]int{}, units: b.Units}
	for i, e := range b.Findings {
		for _, f := range e.Also {
			x.by[f] = i
		}
	}
	for i, e := range b.Findings {
		x.by[e.Fingerprint] = i
		if e.Subject.Unit != "" && !slices.Contains(units, e.Subject.Unit) {
			x.moved[bare(e.Obligation, e.Subject)] = i
		}
	}
	return x
}

// of is the entry of a finding. One of a unit that was not there when the baseline was
// taken may be of a folder that was renamed.
func (x *index) of(f *finding.Finding) (i int, moved, ok bool) {
	if i, ok := x.by[f.Fingerprint]; ok {
		return i, false, true
	}
	if f.Subject.Unit == "" || slices.Contains(x.units, f.Subject.Unit) {
		return 0, false, false
	}
	i, ok = x.moved[bare(f.Obligation, f.Subject)]
	return i, true, ok
}

func bare(obligation string, s finding.Subject) string {
	s.Unit = ""
	return finding.Fingerprint(obligation, s)
}
