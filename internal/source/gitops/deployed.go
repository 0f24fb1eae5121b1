package gitops

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Deployed knows of custom resources of Flux and Argo CD, as they are built, what of that which
// they apply is in an input. The zero value knows of none.
type Deployed struct {
	repository *repository
	read       map[Object]bool // where it is known by the place of an object
	dirs       map[string]bool // that something applies, or that hold files of the input
	files      map[string]bool // of the input
	ours       map[string]bool // how Git repositories are called of which paths are in the input
}

func (r *repository) deployed(applied []application, read map[Object]bool) *Deployed {
	d := &Deployed{repository: r, read: read, dirs: map[string]bool{}, files: map[string]bool{}, ours: map[string]bool{}}
	for _, a := range applied {
		d.dirs[a.dir] = true
	}
	for _, file := range r.in.Files {
		d.files[filepath.Clean(file)] = true
		for dir := filepath.Dir(file); dir != r.in.Root && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			d.dirs[dir] = true
		}
	}
	sources := Sources{r.configs}
	for _, o := range r.configs {
		for _, url := range r.resolving(o, sources) {
			d.ours[calledIn(url)] = true
		}
	}
	return d
}

// resolving are the addresses of the repositories whose paths an object has found in this one.
func (r *repository) resolving(o object, sources Sources) (urls []string) {
	switch {
	case o.is(fluxKustomize, "Kustomization"):
		var spec kustomizationSpec
		if o.spec(&spec) != nil {
			return nil
		}
		if from, ok := sources.find(spec.SourceRef, o); ok {
			if _, here := (fluxObjects{r}).sourced(o, spec); here {
				return []string{from.URL}
			}
		}
	case o.is(argo, "Application"):
		var spec applicationSpec
		if o.spec(&spec) != nil {
			return nil
		}
		for _, s := range append(spec.Sources, deref(spec.Source)...) {
			if _, here := (argoApps{r}).sourceDirectory(s); here && s.Chart == "" {
				urls = append(urls, s.RepoURL)
			}
		}
	}
	return urls
}

// calledIn is how a repository is called, in which its address ends: owner/name.
func calledIn(url string) string {
	url = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(url, "/"), ".git"))
	parts := strings.FieldsFunc(url, func(r rune) bool { return r == '/' || r == ':' })
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// own reports whether a Git repository is the one that was read, as far as that is known.
func (d *Deployed) own(url string) bool {
	if d.repository == nil || url == "" {
		return false
	}
	top, err := filepath.Abs(d.repository.in.Top())
	return d.ours[calledIn(url)] || err == nil && path.Base(calledIn(url)) == strings.ToLower(filepath.Base(top))
}

// Has reports whether a file is one of the input.
func (d *Deployed) Has(file string) bool { return d.files[filepath.Clean(file)] }

// Whole reports whether all that an object applies is among the units of the input: as they
// are applied, or as what stands in it.
func (d *Deployed) Whole(c kubernetes.CustomResource) bool {
	o := objectOf(c)
	if d.read[o.place()] {
		return true
	}
	if d.repository == nil || !o.applies() {
		return false
	}
	all, whole := d.repository.appliedBy(o)
	return whole && !slices.ContainsFunc(all, func(a application) bool { return !d.dirs[a.dir] })
}
