package source

import (
	"bytes"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/unit"
)

// faultsOf adds the faults of a file that may hold anything: one, or several
// that are joined.
func (r *reading) faultsOf(err error) {
	var several interface{ Unwrap() []error }
	var fault *document.Error
	switch {
	case err == nil:
	case errors.As(err, &several):
		for _, one := range several.Unwrap() {
			r.faultsOf(one)
		}
	case errors.As(err, &fault):
		r.fault(manifest.Fault{Error: fault, Any: true})
	}
}

// Faults are those of a reader, as they are published.
func Faults(all []*document.Error) []origin.Fault {
	var faults []origin.Fault
	for _, f := range all {
		faults = append(faults, said(f))
	}
	return faults
}

// said is a fault as it is published.
func said(f *document.Error) origin.Fault {
	reason := f.Msg
	if f.Field != "" {
		reason = f.Field + ": " + reason
	}
	return origin.Fault{File: f.File, Line: f.Line, Reason: reason, Hint: f.Hint}
}

// fault adds what could not be read, and notes what it may hold.
func (r *reading) fault(f manifest.Fault) {
	said := said(f.Error)
	said.Unit = r.unitName()
	if f.Msg == manifest.LastCounts { // it was read
		if r.unit.Kind == unit.Kustomization || r.unit.Kind == unit.Flux {
			said.Reason += ", but kustomize refuses it"
		}
		r.notes = append(r.notes, said)
		return
	}
	r.faults = append(r.faults, said)
	hidden := origin.Unread{Of: said.At(), Cause: origin.Unreadable, Reason: said.Reason, Scope: r.scope(f.File),
		Unseen: f.Kind == document.Unopened}
	hidden.Scope.Namespace = f.Namespace
	r.kubernetes.Glimpses.Add(hidden.Of, r.glimpse(&f))
	if f.Hint != "" {
		hidden.Reason += "; " + f.Hint
	}
	if f.Rest && r.kubernetes.Seen.Objects > 0 {
		r.kubernetes.Unread = append(r.kubernetes.Unread, rest(hidden)...)
	}
	if f.Any {
		r.kubernetes.Hidden = append(r.kubernetes.Hidden, hidden)
		return
	}
	for _, kind := range f.Kinds {
		hidden.Kind = kind
		r.kubernetes.Hidden = append(r.kubernetes.Hidden, hidden)
	}
}

// mostGlimpsed is how much is kept of a file that could not be read: what pods are called
// by stands near the beginning.
const mostGlimpsed = 16 << 10

// glimpse is the beginning of a file that may hold pods and could not be read, where it is
// one of plain files: which of them a budget elsewhere is for, its text may tell.
func (r *reading) glimpse(f *manifest.Fault) string {
	if r.scope(f.File).Directory == "" || !f.Any && !slices.ContainsFunc(f.Kinds, kubernetes.MakesPods) {
		return ""
	}
	if info, err := os.Stat(f.File); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return head(f.File, mostGlimpsed)
}

// rest is what follows in a list that broke off: it may hold any kind that is read,
// and of what is known from its beginning nothing is known to be all there is.
func rest(of origin.Unread) []origin.Unread {
	all := make([]origin.Unread, len(kubernetes.Kinds))
	for i := range all {
		all[i] = of
		all[i].Resource, all[i].Kind = kubernetes.Kinds[i].GroupResource(), kubernetes.Kinds[i].Name
	}
	return all
}

// missing adds what a build asks for and cannot have. It may hold anything, unless its name
// says of what kind it is.
func (r *reading) missing(f origin.Fault) {
	f = r.unfilled(f)
	f.Unit = r.unitName()
	r.faults = append(r.faults, f)
	hidden := origin.Unread{Of: f.At(), Cause: origin.Unreadable, Reason: f.Reason, Kind: ofOneKind(f.Lacks)}
	r.kubernetes.Hidden = append(r.kubernetes.Hidden, hidden)
}

// ofOneKind is the kind of the objects that what is lacked holds by its name; empty where that
// does not tell.
func ofOneKind(l origin.Lack) string {
	switch l.What {
	case origin.LackingRemote:
		return responsibility.SingleKind(l.Name, true)
	case origin.LackingPath:
		return responsibility.SingleKind(l.Name, false)
	}
	return ""
}

// unfilled calls a kustomization that cannot be parsed what it is where it is a template.
func (r *reading) unfilled(f origin.Fault) origin.Fault {
	if !kustomize.Is(f.File) || f.Line == 0 || f.Hint != "" {
		return f
	}
	text, err := os.ReadFile(f.File)
	if err != nil {
		return f
	}
	if reason, hint, line, is := manifest.Unfilled(text); is {
		f.Reason, f.Hint, f.Line = reason, hint, line
	}
	return f
}

// settings adds what a ConfigMap or a Secret is made of and is not there: no other object is
// missing with it.
func (r *reading) settings(f origin.Fault) {
	r.missing(f)
	hidden := &r.kubernetes.Hidden[len(r.kubernetes.Hidden)-1]
	hidden.Kind = "ConfigMap"
}

// absent adds a chart that is not there. It may hold anything, or what is its own, and
// templates that need it may make what their text tells.
func (r *reading) absent(f unit.Absent) {
	r.missing(f.Fault)
	hidden := &r.kubernetes.Hidden[len(r.kubernetes.Hidden)-1]
	kinds, anyKind := origin.Kinds(nil), f.Own == ""
	if len(bytes.TrimSpace(f.Text)) > 0 && !anyKind {
		kinds, anyKind = manifest.MayMake(f.Text)
	}
	if anyKind {
		return
	}
	hidden.Scope.Chart = f.Own
	for _, kind := range kinds {
		r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{Of: hidden.Of, Kind: kind, Cause: hidden.Cause, Reason: hidden.Reason})
	}
}

// refused adds what a tool does not build. It may hold what its text may make.
func (r *reading) refused(f unit.Refused) {
	hidden := manifest.Fault{Error: Error(f.Fault), Any: f.Any}
	if !f.Any && len(bytes.TrimSpace(f.Text)) > 0 {
		hidden.Kinds, hidden.Any = manifest.MayMake(f.Text)
	}
	r.fault(hidden)
}

// unitName is what findings carry: nothing for plain files.
func (r *reading) unitName() string {
	if r.unit.Name == estate.Files {
		return ""
	}
	return r.unit.Name
}

// scope is where objects stand that belong together with those of a file: what
// people put into one directory. What streams by and what is built belongs
// together.
func (r *reading) scope(file string) origin.Scope {
	if file == origin.Stdin || file == manifest.Live || r.unit.Kind != unit.Files {
		return origin.Scope{}
	}
	return origin.Scope{Directory: path.Dir(filepath.ToSlash(file))}
}
