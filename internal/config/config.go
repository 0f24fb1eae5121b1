// Package config reads .onus.yaml: what a team says of its estate once, and not with
// flags each time. It finds and reads the file; what it says is handed on as values.
package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/custom"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/strict"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/waive"
	"github.com/onus-project/onus/internal/words"
)

// Name is what the file is called.
const Name = ".onus.yaml"

// most is more than any configuration has.
const most = 1 // MiB

// form is the file as it is written. Of several entries of a list that are about a
// thing the last one counts.
type form struct {
	Offerings  []offering `json:"offerings"`
	Floors     []floor    `json:"floors"`
	Timings    timings    `json:"timings"`
	Severities []severity `json:"severities"`
	Owners     []owner    `json:"owners"`
	Waivers    []waiver   `json:"waivers"`
	// Obligations are those of the team's own.
	Obligations []obligation `json:"obligations"`
	Ignore      []string     `json:"ignore"`
	FailOn      string       `json:"failOn"`
	Baseline    string       `json:"baseline"`
}

type offering struct {
	Offering string `json:"offering"`
	On
}

type floor struct {
	Floor *int `json:"floor"`
	On
}

type timings struct {
	NodeReady *string `json:"nodeReady"`
	PodReady  *string `json:"podReady"`
	PodStop   *string `json:"podStop"`
}

type severity struct {
	Obligations []string `json:"obligations"`
	Severity    string   `json:"severity"`
	On
}

type owner struct {
	Owner string `json:"owner"`
	On
}

type waiver struct {
	Obligations []string `json:"obligations"`
	Reason      string   `json:"reason"`
	Until       string   `json:"until"`
	On
}

// Config is one that was read and checked.
type Config struct {
	File  string
	dir   string // absolute, from which paths count
	doc   *document.Document
	form  form
	rules waive.Rules
	own   []*custom.Obligation
}

// FailOn is the severity from which on what is broken fails a run; empty for each.
func (c *Config) FailOn() string {
	if c == nil {
		return ""
	}
	return c.form.FailOn
}

// Baseline is the file of the baseline, from the working directory; empty for none.
func (c *Config) Baseline() string {
	if c == nil || c.form.Baseline == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(c.File), filepath.FromSlash(c.form.Baseline))
}

// Read reads a configuration for a catalog. Faults are *document.Error.
func Read(file string, c *responsibility.Catalog, rules waive.Rules) (*Config, error) {
	data, err := document.ReadFile(file, most)
	if err != nil {
		return nil, document.PathError(file, err)
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("finding where %s stands: %w", file, err)
	}
	x := &Config{File: file, dir: dir, rules: rules}
	x.rules.Obligations = slices.Clone(rules.Obligations)
	if x.doc, err = document.Parse(data, 1); err != nil {
		return nil, document.In(file, err)
	}
	if x.doc == nil {
		return x, nil
	}
	if err := strict.Decode(file, x.doc, &x.form); err != nil {
		return nil, err
	}
	return x, x.check(c)
}

// fault places what is wrong with a value.
func (x *Config) fault(at jsontext.Pointer, hint, format string, args ...any) error {
	return &document.Error{File: x.File, Line: x.doc.Line(at), Field: document.Field(at), Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// onLine is a fault on a line of a text that stands on several, from the line after its key.
func onLine(err error, line int, several bool) error {
	var fault *document.Error
	if several && errors.As(err, &fault) {
		fault.Line += line
	}
	return err
}

// meant is a hint for a name that is none of names.
func meant(name string, names []string) string {
	if near := responsibility.Nearest(name, names); len(near) > 0 {
		return "did you mean " + words.Or(near) + "?"
	}
	return ""
}

func (x *Config) check(c *responsibility.Catalog) error {
	if err := x.checkOwn(c); err != nil {
		return err
	}
	var offerings []string
	for _, o := range c.On("compute") {
		offerings = append(offerings, o.ID)
	}
	for i, o := range x.form.Offerings {
		if at := item("/offerings", i); !slices.Contains(offerings, o.Offering) {
			return x.fault(at+"/offering", meant(o.Offering, offerings), "is %q, which is no offering that workloads run on", o.Offering)
		} else if err := x.checkOn(at, &x.form.Offerings[i].On); err != nil {
			return err
		}
	}
	for i, f := range x.form.Floors {
		if at := item("/floors", i); f.Floor == nil || *f.Floor < 0 {
			return x.fault(at+"/floor", "", "wants 0 or more ready pods")
		} else if err := x.checkOn(at, &x.form.Floors[i].On); err != nil {
			return err
		}
	}
	for i, s := range x.form.Severities {
		at := item("/severities", i)
		if !slices.Contains(finding.Severities, s.Severity) {
			return x.fault(at+"/severity", meant(s.Severity, finding.Severities), "is %q, wants %s", s.Severity, words.Or(finding.Severities))
		}
		if err := x.checkObligations(at+"/obligations", s.Obligations); err != nil {
			return err
		}
		if err := x.checkOn(at, &x.form.Severities[i].On); err != nil {
			return err
		}
	}
	for i, o := range x.form.Owners {
		if at := item("/owners", i); o.Owner == "" {
			return x.fault(at, "", "names no owner")
		} else if err := x.checkOn(at, &x.form.Owners[i].On); err != nil {
			return err
		}
	}
	return x.checkRest()
}

func (x *Config) checkRest() error {
	for i := range x.form.Waivers {
		if err := x.checkWaiver(i); err != nil {
			return err
		}
	}
	for i, p := range x.form.Ignore {
		if p == "" {
			return x.fault(item("/ignore", i), "", "is empty")
		}
	}
	allowed := append(slices.Clone(finding.Severities), "never")
	if f := x.form.FailOn; f != "" && !slices.Contains(allowed, f) {
		return x.fault("/failOn", meant(f, allowed), "is %q, wants %s", f, words.Or(allowed))
	}
	t := &x.form.Timings
	for name, value := range map[jsontext.Pointer]*string{"nodeReady": t.NodeReady, "podReady": t.PodReady, "podStop": t.PodStop} {
		if value == nil {
			continue
		}
		if d, err := words.ParseDuration(*value); err != nil {
			return x.fault("/timings/"+name, "", "%s", err)
		} else if d < 0 {
			return x.fault("/timings/"+name, "", "is %s, wants 0 or more", *value)
		}
	}
	return nil
}

// checkWaiver tells a waiver that is wrongly written from one that does not count any
// more: the first is a fault of the file, the second no reason not to check.
func (x *Config) checkWaiver(i int) error {
	w, at := &x.form.Waivers[i], item("/waivers", i)
	if err := x.checkObligations(at+"/obligations", w.Obligations); err != nil {
		return err
	}
	if len(w.Obligations) == 0 {
		return x.fault(at, "obligations: [single-replica]", "names no obligation")
	}
	return x.checkOn(at, &w.On)
}

func (x *Config) checkObligations(at jsontext.Pointer, all []string) error {
	for i, id := range all {
		if !slices.Contains(x.rules.Obligations, id) {
			return x.fault(item(at, i), meant(id, x.rules.Obligations), "is %q, which is no obligation that onus checks", id)
		}
	}
	return nil
}

func (x *Config) checkOn(at jsontext.Pointer, on *On) error {
	if on.Selector != "" {
		selector, err := labels.Parse(on.Selector)
		if err != nil {
			return x.fault(at+"/selector", "such as app=web,tier!=test", "%s", err)
		}
		on.selector = selector
	}
	for i, n := range on.Workloads {
		if !subject.Name(n).Valid() {
			return x.fault(item(at+"/workloads", i), "", "is %q, wants NAME, KIND/NAME, NAMESPACE/NAME or NAMESPACE/KIND/NAME", n)
		}
	}
	for i, p := range on.Paths {
		if p == "" {
			return x.fault(item(at+"/paths", i), "", "is empty")
		}
		on.globs = append(on.globs, globOf(p))
	}
	return nil
}

func item(list jsontext.Pointer, i int) jsontext.Pointer {
	return list + jsontext.Pointer(fmt.Sprintf("/%d", i))
}
