package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// check looks at what can be seen without an estate.
func (f *File) check() error {
	if f.form.Start != nil {
		if _, err := ParseStart(*f.form.Start); err != nil {
			return f.fault("/start", "", "%s", err)
		}
	}
	if f.form.Horizon != nil {
		if err := horizonFault(time.Duration(*f.form.Horizon)); err != nil {
			return f.fault("/horizon", "", "%s", err)
		}
	}
	if f.form.Runs != nil {
		if err := CheckRuns(*f.form.Runs); err != nil {
			return f.fault("/runs", "", "%s", err)
		}
	}
	if err := f.checkTimings(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f.form.Floors)) {
		if n := f.form.Floors[name]; n < 0 {
			return f.fault(jsontext.Pointer("/floors").AppendToken(name), "", "is %d, wants 0 or more ready pods", n)
		}
	}
	if f.form.Window != nil {
		if _, err := f.window(); err != nil {
			return err
		}
	}
	if err := f.checkTerms(); err != nil {
		return err
	}
	if slow := f.form.Mishap.Slow; slow != nil && (*slow <= 0 || *slow > 1000) {
		return f.fault("/mishap/slow", "", "is %g, wants more than 0 and no more than 1000: by how much longer pods take to start", *slow)
	}
	if len(f.form.Triggers) == 0 {
		return f.fault("/triggers", "add one: triggers: [{kind: drift}]", "there are none, so nothing would happen")
	}
	for i := range f.form.Triggers {
		if err := f.checkTrigger(i); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) checkTimings() error {
	none := func(at jsontext.Pointer, d *duration) error {
		switch {
		case d == nil:
			return nil
		case *d < 0:
			return f.fault(at, "", "is %s, wants 0 or more", words.Duration(time.Duration(*d)))
		case time.Duration(*d) > year:
			return f.fault(at, "", "is %s, wants no more than a year (365d)", words.Duration(time.Duration(*d)))
		}
		return nil
	}
	for _, x := range []struct {
		name string
		d    *duration
	}{{"nodeReady", f.form.Timings.NodeReady}, {"podReady", f.form.Timings.PodReady}, {"podStop", f.form.Timings.PodStop}} {
		if err := none(jsontext.Pointer("/timings").AppendToken(x.name), x.d); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.form.Own)) {
		o, at := f.form.Own[name], jsontext.Pointer("/own").AppendToken(name)
		for _, x := range []struct {
			name string
			d    *duration
		}{{"podReady", o.PodReady}, {"podStop", o.PodStop}} {
			if x.d != nil && *x.d == 0 {
				return f.fault(at.AppendToken(x.name), "1ms is as good as none", "is 0 s, wants more: 0 stands for what timings says")
			}
			if err := none(at.AppendToken(x.name), x.d); err != nil {
				return err
			}
		}
		if err := f.checkCrashes(at+"/crashes", o.Crashes); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) checkCrashes(at jsontext.Pointer, c *crashes) error {
	if c == nil {
		return nil
	}
	for _, x := range []struct {
		name, what string
		d          *duration
	}{{"after", "how long a pod is ready until it crashes", c.After}, {"for", "how long it takes until it is ready again", c.For}} {
		switch {
		case x.d == nil:
			return f.fault(at, "", "lacks %s: %s", x.name, x.what)
		case *x.d < duration(time.Second) || time.Duration(*x.d) > year:
			return f.fault(at.AppendToken(x.name), "", "is %s, wants 1s to a year (365d): %s", words.Duration(time.Duration(*x.d)), x.what)
		}
	}
	return nil
}

// Scenario finds what the file names, and fills in what it leaves out.
func (f *File) Scenario(k Known, g Given) (simulate.Scenario, error) {
	s := g.base()
	if f.form.Start != nil {
		s.Start, _ = ParseStart(*f.form.Start)
	}
	if f.form.Runs != nil {
		s.Runs = *f.form.Runs
	}
	if f.form.Seed != nil {
		s.Seed = *f.form.Seed
	}
	set(&s.Timings.NodeReady, f.form.Timings.NodeReady)
	set(&s.Timings.PodReady, f.form.Timings.PodReady)
	set(&s.Timings.PodStop, f.form.Timings.PodStop)
	s.Assumed.PodReady = s.Assumed.PodReady && f.form.Timings.PodReady == nil
	s.Assumed.PodStop = s.Assumed.PodStop && f.form.Timings.PodStop == nil
	if err := f.ofWorkloads(&s, k); err != nil {
		return s, err
	}
	if f.form.Window != nil {
		s.Window, _ = f.window()
	}
	var err error
	if s.Terms, err = f.terms(k); err != nil {
		return s, err
	}
	m := f.form.Mishap
	s.Fault = simulate.Fault{OneDown: m.OneDown, NoCapacity: m.NoCapacity, ExtraDrain: m.Twice}
	if m.Slow != nil {
		s.Fault.Slow = *m.Slow
	}
	last := time.Duration(0)
	for i := range f.form.Triggers {
		t, err := f.trigger(i, k)
		if err != nil {
			return s, err
		}
		s.Triggers = append(s.Triggers, t)
		last = max(last, t.At)
	}
	s.Horizon = last + DefaultHorizon
	set(&s.Horizon, f.form.Horizon)
	g.over(&s)
	for i, t := range s.Triggers {
		if t.At >= s.Horizon {
			return s, f.fault(jsontext.Pointer(fmt.Sprintf("/triggers/%d/at", i)), "",
				"is %s, at or beyond the horizon of %s: it would never happen", words.Duration(t.At), words.Duration(s.Horizon))
		}
	}
	return s, nil
}

// set takes over a time that is given.
func set(into *time.Duration, d *duration) {
	if d != nil {
		*into = time.Duration(*d)
	}
}

// ofWorkloads adds what the file says of single workloads: their own timings,
// crashes and floors.
func (f *File) ofWorkloads(s *simulate.Scenario, k Known) error {
	for _, name := range slices.Sorted(maps.Keys(f.form.Own)) {
		ref, err := f.workload(jsontext.Pointer("/own").AppendToken(name), name, k)
		if err != nil {
			return err
		}
		var t simulate.Timings
		set(&t.PodReady, f.form.Own[name].PodReady)
		set(&t.PodStop, f.form.Own[name].PodStop)
		if s.WorkloadTimings == nil {
			s.WorkloadTimings = map[string]simulate.Timings{}
		}
		s.WorkloadTimings[ref.Namespace+"/"+ref.Name] = t
		if c := f.form.Own[name].Crashes; c != nil {
			if s.Crashes == nil {
				s.Crashes = map[string]simulate.Crashes{}
			}
			s.Crashes[ref.Namespace+"/"+ref.Name] = simulate.Crashes{After: time.Duration(*c.After), For: time.Duration(*c.For)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.form.Floors)) {
		ref, err := f.workload(jsontext.Pointer("/floors").AppendToken(name), name, k)
		if err != nil {
			return err
		}
		if s.Floors == nil {
			s.Floors = map[string]int{}
		}
		s.Floors[ref.Namespace+"/"+ref.Name] = f.form.Floors[name]
	}
	return nil
}

// workload finds one by namespace/name or namespace/kind/name.
func (f *File) workload(at jsontext.Pointer, name string, k Known) (kubernetes.Ref, error) {
	parts := strings.Split(name, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return kubernetes.Ref{}, f.fault(at, "", "%q wants a namespace and a name, such as default/web or default/Deployment/web", name)
	}
	spelled := func(r kubernetes.Ref) string {
		if len(parts) == 3 {
			return r.String()
		}
		return r.Namespace + "/" + r.Name
	}
	var found []kubernetes.Ref
	for _, r := range k.Workloads {
		if strings.EqualFold(spelled(r), name) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		names := make([]string, len(k.Workloads))
		for i, r := range k.Workloads {
			names[i] = spelled(r)
		}
		return kubernetes.Ref{}, f.unknown(at, "workload", name, names)
	}
	return kubernetes.Ref{}, f.fault(at, "name it as "+found[0].String()+" or "+found[1].String(), "there is more than one workload %q", name)
}

// unknown is the fault of a name that is none of those that were read.
func (f *File) unknown(at jsontext.Pointer, what, name string, names []string) error {
	hint := didYouMean(name, names)
	if hint == "" && len(names) > 0 {
		shown := names[:min(len(names), 5)]
		hint = "there is " + strings.Join(shown, ", ")
		if more := len(names) - len(shown); more > 0 {
			hint += fmt.Sprintf(" and %d more", more)
		}
	}
	if len(names) == 0 {
		return f.fault(at, "", "there is no %s %q: none was read", what, name)
	}
	return f.fault(at, hint, "there is no %s %q", what, name)
}

func didYouMean(name string, among []string) string {
	if near := responsibility.Nearest(name, among); len(near) > 0 {
		return "did you mean " + words.Or(near) + "?"
	}
	return ""
}
