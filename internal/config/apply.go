package config

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/waive"
	"github.com/onus-project/onus/internal/words"
)

// Ignores reports whether a file or a folder is not to be read.
func (x *Config) Ignores(file string) bool {
	if x == nil {
		return false
	}
	path := x.path(file)
	return path != "" && slices.ContainsFunc(x.form.Ignore, func(p string) bool { return globOf(p).MatchString(path) })
}

// Estate puts into an estate what is said of floors and timings. What an object says
// of itself is nearer.
func (x *Config) Estate(e *kubernetes.Estate) {
	if x == nil {
		return
	}
	for _, t := range []struct {
		written *string
		into    *time.Duration
	}{{x.form.Timings.NodeReady, &e.Timings.NodeReady}, {x.form.Timings.PodReady, &e.Timings.PodReady},
		{x.form.Timings.PodStop, &e.Timings.PodStop}} {
		if t.written != nil {
			*t.into, _ = words.ParseDuration(*t.written) // which was checked
		}
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if w.Floor != nil {
			continue
		}
		t := x.workload(w)
		for k := range slices.Backward(x.form.Floors) {
			if f := &x.form.Floors[k]; f.about(t) {
				w.Floor = f.Floor
				break
			}
		}
	}
}

func (x *Config) workload(w *kubernetes.Workload) thing {
	return thing{x.path(w.Position.File), subject.OfRef(w.Ref), labels.Merge(w.Template.Labels, w.Labels)}
}

// Places puts things where the configuration says that they run. What is proved of
// nodes, pools and workloads by themselves stays.
func (x *Config) Places(c *responsibility.Catalog, u *estate.Unit, p *locate.Places) {
	if x == nil || len(x.form.Offerings) == 0 {
		return
	}
	set := func(at *locate.Place, t thing) {
		if at.Basis == locate.Proof || at.Basis == locate.Asked {
			return
		}
		for i := range slices.Backward(x.form.Offerings) {
			if o := &x.form.Offerings[i]; o.about(t) {
				*at = locate.Place{Offering: c.Offering(o.Offering), Basis: locate.Proof,
					Evidence: locate.Seen("set by " + x.at("/offerings", i).String())}
				return
			}
		}
	}
	e := u.Kubernetes
	for i := range e.Workloads {
		set(&p.Workloads[i], x.workload(&e.Workloads[i]))
	}
	for i := range e.Pools {
		set(&p.Pools[i], thing{x.path(e.Pools[i].Position.File), finding.Subject{Kind: "NodePool", Name: e.Pools[i].Name}, e.Pools[i].Labels})
	}
	for i := range e.Nodes {
		set(&p.Nodes[i], thing{x.path(e.Nodes[i].Position.File), finding.Subject{Kind: "Node", Name: e.Nodes[i].Name}, e.Nodes[i].Labels})
	}
	set(&p.Fallback, thing{path: x.path(filepath.Join(u.Path, "x"))})
}

// at is where an entry of a list stands.
func (x *Config) at(list string, i int) origin.Position {
	return origin.Position{File: x.File, Line: x.doc.Line(item(jsontext.Pointer(list), i))}
}

// Findings are what is said of the findings of one unit.
type Findings struct {
	config *Config
	labels map[finding.Subject]labels.Set
}

// Of is what is said of the findings of a unit.
func (x *Config) Of(u *estate.Unit) *Findings {
	f := &Findings{config: x, labels: map[finding.Subject]labels.Set{}}
	if x == nil {
		return f
	}
	e := u.Kubernetes
	for i := range e.Workloads {
		t := x.workload(&e.Workloads[i])
		f.labels[t.subject] = t.labels
	}
	for i := range e.Budgets {
		f.labels[subject.OfRef(e.Budgets[i].Ref())] = e.Budgets[i].Labels
	}
	for i := range e.Pools {
		f.labels[finding.Subject{Kind: "NodePool", Name: e.Pools[i].Name}] = e.Pools[i].Labels
	}
	return f
}

func (f *Findings) thing(s finding.Subject, at origin.Position) thing {
	s.Unit = ""
	return thing{f.config.path(at.File), s, f.labels[s]}
}

// Severity is the one that is set for a finding, or its own.
func (f *Findings) Severity(x *finding.Finding) string {
	if f.config == nil {
		return x.Severity
	}
	for i := range slices.Backward(f.config.form.Severities) {
		s := &f.config.form.Severities[i]
		if (len(s.Obligations) == 0 || slices.Contains(s.Obligations, x.Obligation)) && s.about(f.thing(x.Subject, x.Position)) {
			return s.Severity
		}
	}
	return x.Severity
}

// Owner is the one that is set for what a finding is about; empty for none.
func (f *Findings) Owner(x *finding.Finding) string {
	if f.config == nil {
		return ""
	}
	for i := range slices.Backward(f.config.form.Owners) {
		if o := &f.config.form.Owners[i]; o.about(f.thing(x.Subject, x.Position)) {
			return o.Owner
		}
	}
	return ""
}

// Waivers are those that count, and those that do not.
func (f *Findings) Waivers() (waivers []*waive.Waiver, ignored []waive.Ignored) {
	if f.config == nil {
		return nil, nil
	}
	for i := range f.config.form.Waivers {
		w := &f.config.form.Waivers[i]
		for _, id := range w.Obligations {
			made := &waive.Waiver{Obligation: id, Reason: strings.TrimSpace(w.Reason), Until: w.Until, By: "configuration",
				Position: f.config.at("/waivers", i), On: func(s finding.Subject, at origin.Position) bool { return w.about(f.thing(s, at)) }}
			if why, hint := f.config.rules.Wrong(made); why != "" {
				ignored = append(ignored, waive.Ignored{Text: id, Reason: why, Hint: hint, By: made.By, Position: made.Position})
				continue
			}
			waivers = append(waivers, made)
		}
	}
	return waivers, ignored
}
