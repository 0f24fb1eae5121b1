package estate

import (
	"context"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Files is the kind, and for files that stand for themselves the name, of a unit
// that nothing builds.
const Files = "files"

// Unit is what is built and applied together, as an estate of its own: two
// overlays are two environments.
type Unit struct {
	Name string // unique among those that were read
	Kind string // what builds it: kustomization, chart; or Files
	Path string // of the directory or file that makes it a unit, as the user named it
	By   string // the file with the object of Flux or Argo CD that has it applied; empty for others
	// Cluster tells units apart by where they go: those of one are in one cluster. Empty
	// where that is not known.
	Cluster string
	// Environment is the one for which a chart makes what applies it, by its file of values;
	// empty where that is not known.
	Environment string
	// Trial says that it is there to be tried, in tests or by those who develop it:
	// what it has in common with others is theirs. Whether anybody else needs it
	// says Unneeded of its estate.
	Trial bool
	// Alternative says that other units state the same objects in another way, of
	// which one is applied: what is said of several is said once.
	Alternative bool
	// Copies are the units that make a workload of plain files as it stands there: what is said
	// of it is said of those.
	Copies map[kubernetes.Ref][]*Unit
	// Empty says why it holds no object; empty where it holds some.
	Empty string
	Chart *Chart // that makes it; nil where none does
	// Kustomization is what builds it; nil where none does.
	Kustomization *Kustomization
	*Estate
}

// Kustomization is what can be asked of one.
type Kustomization struct {
	// Files were read for it, as the user named them, and Read reads one.
	Files []string
	Read  func(file string) ([]byte, error)
	// With is what it makes where some of its files hold other texts; nil where
	// kustomize makes nothing of them.
	With func(ctx context.Context, texts map[string][]byte) *kubernetes.Estate
}

// Chart is what can be asked of the chart that makes a unit.
type Chart struct {
	// With is what it makes with more values, each in the form of Helm's --set; nil
	// where it makes nothing. Where Helm refuses them, it is what was rendered all the
	// same, with what Helm says.
	With func(ctx context.Context, set []string) (*kubernetes.Estate, *origin.Fault)
	// Named are the values that a template names for a field of the object that
	// begins on a line of it.
	Named func(file string, line int, field string) []string
	// Written is the line on which that template writes the field as it is, without
	// any value; 0 for none.
	Written func(file string, line int, field string) int
	// Lacks reports whether that template has no line for a field of the spec, and
	// nothing that may bring one.
	Lacks func(file string, line int, field string) bool
	// Switches are the values on which the template decides whether to write it, of
	// those that are off.
	Switches func(file string, line int, field string) []string
	// Guards are those that are on of the values on which it decides whether to write it, or
	// where no field is named, the object.
	Guards func(file string, line int, field string) []string
	// Line is where a value stands that counts, by the path of it, in the files that it is
	// rendered with or its own, and that value; zero where none has it.
	Line func(key string) (origin.Position, any)
	// Default is the same in the chart's own values alone.
	Default func(key string) (origin.Position, any)
	// Budgets are the settings by which it makes PodDisruptionBudgets, each as one
	// string or more for With: switched on as they are, and so that one pod may go.
	Budgets func() [][]string
	// Autoscalers are the settings by which it makes autoscalers that keep two pods.
	Autoscalers func() [][]string
	// Overrides are values that files elsewhere in the input have for it, where it is
	// made with its defaults, each for With.
	Overrides func() []Override
}

// Override are values of a chart, in the form of Helm's --set, and the file that has them.
type Override struct {
	File string
	Set  []string
}

// Whole is all that was read: one unit or more, side by side.
type Whole struct {
	Units []*Unit
	Files int // that were read, each counted once
	// NoReader counts files of known forms that onus does not read yet, by the
	// name of the form: "Terraform state". They are among what was skipped.
	NoReader map[string]int
	Aside    Aside
	// Others counts applications that are no units, as they are the same that production has, for
	// each other environment by its name.
	Others map[string]int
	Told   []Told
	// Unreadable is what could not be read of the input: files, documents, single
	// objects, and what builds ask for. Each fault is there once, with the first
	// unit that has it. All else was read.
	Unreadable []origin.Fault
	// Notes are what was read otherwise than its author may think, each once as well.
	Notes []origin.Fault
}

// Aside is what stands in folders of which nothing is deployed from here: code of
// others, and what tests read. None of it was read.
type Aside struct {
	Files   int      // of those that would be read elsewhere
	Folders []string // their names
	Holds   []string // what they hold, in words
}

// Add adds what others hold.
func (a *Aside) Add(o Aside) {
	if o.Files == 0 {
		return
	}
	a.Files += o.Files
	for _, both := range []struct {
		to   *[]string
		from []string
	}{{&a.Folders, o.Folders}, {&a.Holds, o.Holds}} {
		*both.to = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(*both.to), both.from...))))
	}
}

// Gather makes a whole of its units: faults that several of them have are one.
func (w *Whole) Gather() {
	type place struct {
		file   string
		line   int
		reason string
	}
	seen := map[place]bool{}
	once := func(into *[]origin.Fault, all []origin.Fault) {
		for _, f := range all {
			at := place{f.File, f.Line, f.Reason}
			if !seen[at] {
				seen[at] = true
				*into = append(*into, f)
			}
		}
	}
	for _, u := range w.Units {
		once(&w.Unreadable, u.Unreadable)
		once(&w.Notes, u.Notes)
	}
}

// Seen is what was looked at for all units together.
func (w *Whole) Seen() kubernetes.Seen {
	var all kubernetes.Seen
	for _, u := range w.Units {
		all.Add(u.Kubernetes.Seen)
	}
	all.Files = w.Files
	return all
}

// Accounts are those of all sections, each over all units.
func (w *Whole) Accounts() []origin.Account {
	var all []origin.Account
	for i, u := range w.Units {
		for k, a := range u.Accounts() {
			if i == 0 {
				all = append(all, a)
				continue
			}
			sum := &all[k]
			sum.Contexts = append(slices.Clone(sum.Contexts), a.Contexts...)
			sum.Unread = append(slices.Clone(sum.Unread), a.Unread...)
			sum.Objects += a.Objects
			sum.Checked, sum.Simulated = sum.Checked || a.Checked, sum.Simulated || a.Simulated
		}
	}
	return all
}

// Unread is what could not be read of clusters, for any unit.
func (w *Whole) Unread() []origin.Unread {
	var all []origin.Unread
	for _, u := range w.Units {
		all = append(all, u.Unread()...)
	}
	return all
}

// Objects counts what was read for all units.
func (w *Whole) Objects() int {
	n := 0
	for _, u := range w.Units {
		n += u.Objects()
	}
	return n
}

// Checked reports whether some unit holds what a check can be about.
func (w *Whole) Checked() bool {
	return slices.ContainsFunc(w.Units, func(u *Unit) bool { return u.Checked() })
}

// Simulated are the units that hold what can be simulated.
func (w *Whole) Simulated() []*Unit {
	var all []*Unit
	for _, u := range w.Units {
		if u.Simulated() {
			all = append(all, u)
		}
	}
	return all
}
