// Package unit has what the builders of units and the door to all sources agree
// on: what a unit is, what its tool makes of it, and which files it may read.
//
// A unit is what is built and applied together: a kustomization that no other
// one includes, a chart, a release of a chart, or files that stand for
// themselves. Each is an estate of its own.
package unit

import (
	"context"

	"github.com/onus-project/onus/internal/origin"
)

// Kind is what builds a unit. The words are published.
type Kind string

// The kinds of units.
const (
	Files         Kind = "files" // read as they are
	Kustomization Kind = "kustomization"
	Chart         Kind = "chart"
	Flux          Kind = "flux"      // a Kustomization or HelmRelease of Flux
	ArgoCD        Kind = "argocd"    // an Application or one of an ApplicationSet
	Helmfile      Kind = "helmfile"  // a release of a helmfile
	Terraform     Kind = "terraform" // a helm_release of Terraform
)

// Unit names a unit. Name is what --unit picks it by and what findings carry:
// the path below the input for a directory, and for several units in one
// directory that path and what tells them apart. It is unique in one input.
type Unit struct {
	Name string
	Kind Kind
	Path string // the directory or file that makes it a unit, as the user named it
	By   string // the file with the object of Flux or Argo CD that has it applied; empty for others
	// Cluster tells by who applies it, and from where, into which cluster it goes: units of
	// one are side by side there. Empty where nothing tells.
	Cluster string
	// Environment is the one for which a chart makes what applies it, by its file of values;
	// empty where that is not known.
	Environment string
	// Trial says that it is there to be tried, in tests or by those who develop it:
	// a chart with a file of values for that, an overlay in a folder for it.
	Trial bool
	// Alternative says that other units state the same objects in another way, of
	// which one is applied.
	Alternative bool
	// Unlisted says that its files stand beside a kustomization, and that none lists
	// them: no tool applies them from here.
	Unlisted bool
	// Unneeded says why nobody but those who try or develop it needs it: "is applied in
	// staging, and not in production"; empty where others do, or nothing tells.
	Unneeded string
	// Deprecated says that it is a chart which its maintainers gave up, and OwnValues that it is
	// one with its own values alone, which who installs it will set otherwise.
	Deprecated, OwnValues bool
}

// Built is what the tool of a unit makes of it.
type Built struct {
	Documents []Document
	// Missing is what the unit asks for and could not be had, or not be built: a
	// remote base, a dependency, a patch that fits nothing. What it may hold is
	// unread in this unit.
	Missing []origin.Fault
	// Absent are the charts among what it asks for and could not be had.
	Absent []Absent
	// NotBuilt is the one of these for which the tool itself builds nothing of the unit; nil
	// for none.
	NotBuilt *origin.Fault
	// Refused is what the tool does not build with the values at hand, and of which
	// only some may be other than it was read.
	Refused []Refused
	// Notes are what was read otherwise than its author may think.
	Notes []origin.Fault
	// Empty says why it makes no object; empty where it makes some, or nothing is known of why.
	Empty string
	// Released are the directories of charts that releases in it install, and that are rendered
	// in their place.
	Released []string
	// Files were read for it. They are not read again as files of their own.
	Files []string
}

// Refused is what a tool does not build, and what it may hold: any object where
// Any is set, else those that Text, that of its templates, may make.
type Refused struct {
	origin.Fault
	Any  bool
	Text []byte
}

// Absent is a chart that another depends on and that is not there. Own is what its
// objects are named after, where it makes none for the pods of others; empty where it
// may. Text is that of templates that are left out without it.
type Absent struct {
	origin.Fault
	Own  string
	Text []byte
}

// Document is one Kubernetes object in YAML or JSON, and where its source
// stands: in a base, a template or a file as the user named it.
type Document struct {
	Bytes []byte
	File  string
	Line  int // 1-based; 0 where it is not known
	// Lines are, for each line of Bytes, the line of File that gave it, 1-based; 0 where that
	// is not known. They hold as long as Bytes has as many lines.
	Lines []int
	// Whole says that Bytes are the file as it stands, with as many objects as it
	// has.
	Whole bool
}

// Builder finds units of one kind in an input.
type Builder func(ctx context.Context, in *Tree) []Found

// Found is a unit that was found, and how to build it. Build does not fail:
// what could not be built is missing. It may be called from several goroutines
// for several units.
type Found struct {
	Unit
	// Owns are directories of which no file is read as it is: a chart's.
	Owns  []string
	Build func(ctx context.Context) Built
	Chart *ChartValues // of a chart; nil for others
	// With builds a kustomization where some of its files hold other texts, and Read
	// reads one of them as it is; nil for others.
	With func(ctx context.Context, texts map[string][]byte) Built
	Read func(file string) ([]byte, error)
}

// ChartValues is what can be asked of the values of a chart.
type ChartValues struct {
	// With builds it with more values, each in the form of Helm's --set.
	With func(ctx context.Context, set []string) Built
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
	// Line is where a value stands that counts, by the path of it: in the last file of those
	// that it is rendered with, or in the chart's own; and that value. It is zero where none
	// has it, and where that lies in an archive.
	Line func(key string) (origin.Position, any)
	// Default is the same in the chart's own file of values alone.
	Default func(key string) (origin.Position, any)
	// Budgets are the settings by which it makes PodDisruptionBudgets, each as one
	// string or more for With: switched on as they are, and so that one pod may go.
	Budgets func() [][]string
	// Autoscalers are the settings by which it makes autoscalers that keep two pods.
	Autoscalers func() [][]string
}
