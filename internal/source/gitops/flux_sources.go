package gitops

import (
	"cmp"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Sources are the sources of Flux that stand in an input: what repositories of charts,
// artifacts and Git are called there, and where they are.
type Sources struct{ all []object }

// Add takes those among custom resources.
func (s *Sources) Add(all []kubernetes.CustomResource) {
	for _, c := range all {
		if o := objectOf(c); o.group == fluxSource {
			s.all = append(s.all, o)
		}
	}
}

// sourceSpec is what a source of Flux says of where it is.
//
// Source: fluxcd.io/flux/components/source.
type sourceSpec struct {
	URL       string    `json:"url"`
	Chart     string    `json:"chart"`
	Version   string    `json:"version"`
	SourceRef sourceRef `json:"sourceRef"`
	Ref       struct {
		Tag    string `json:"tag"`
		SemVer string `json:"semver"`
		Branch string `json:"branch"`
		Commit string `json:"commit"`
		Name   string `json:"name"`
	} `json:"ref"`
}

// find is the source that an object of a namespace refers to. Of several of a name, as of one
// for each cluster, the one that stands nearest to the object. Where none is of its namespace,
// which may be set elsewhere, it is the only one of its kind and name.
func (s Sources) find(ref sourceRef, by object) (spec sourceSpec, ok bool) {
	namespace := cmp.Or(ref.Namespace, by.namespace)
	nearest := -1
	for _, o := range s.all {
		if o.kind != ref.Kind || o.name != ref.Name || o.namespace != "" && namespace != "" && o.namespace != namespace {
			continue
		}
		if near := inCommon(o.file, by.file); near > nearest {
			var read sourceSpec
			if o.spec(&read) == nil {
				nearest, spec, ok = near, read, true
			}
		}
	}
	if ok {
		return spec, true
	}
	for _, o := range s.all {
		var read sourceSpec
		if o.kind != ref.Kind || o.name != ref.Name || o.spec(&read) != nil {
			continue
		}
		if ok && read.URL != spec.URL {
			return sourceSpec{}, false
		}
		spec, ok = read, true
	}
	return spec, ok
}

// inCommon is how many letters two paths begin with alike.
func inCommon(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
