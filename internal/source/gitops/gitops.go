// Package gitops finds what Flux and Argo CD apply, where it stands in the input:
// Kustomizations and HelmReleases, Applications and ApplicationSets with paths in
// the same repository. Each names a directory to build, and says what its tool
// changes in the result: the namespace, patches, values, variables.
//
// What comes from elsewhere (a Helm repository, an OCI registry, another Git
// repository) is not fetched. It is named, with the command that has it rendered
// where it can be had.
package gitops

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// Units are those of an input with what Flux and Argo CD make of them. A unit
// whose directory one of them applies is theirs: it is built as they do, and not
// a second time by itself. HelmReleases of charts in the repository are replaced
// by what the charts render to.
//
// Listed are the files that kustomizations name. Of what nothing applies, the units
// say so.
func Units(ctx context.Context, in *unit.Tree, found []unit.Found, listed []string, builder *kustomize.Builder) Applied {
	r := &repository{in: in, kustomize: builder}
	found = slices.Clone(found)
	makers := r.makers(found)
	r.configs = r.objects(ctx)
	f := followed(ctx, r, makers)
	if r.others = identify(r, f.objects); len(r.others) > 0 {
		f = followed(ctx, r, makers)
	}
	helmfiles := helmfileReleases{r}.helmfiles(ctx).states
	objects, read := f.objects, f.read
	byTerraform := terraformReleases{r}.installed(ctx, read)
	if ctx.Err() != nil || len(helmfiles)+len(byTerraform) == 0 && !slices.ContainsFunc(objects, object.applies) {
		r.mayBeApplied(found, objects)
		return Applied{Units: found, Deployed: r.deployed(nil, read), Others: f.others}
	}
	r.configs = objects
	installed := helmfileReleases{r}.installed(ctx, helmfiles, read, f.others)
	applied := slices.Concat(f.applied, installed, byTerraform)
	for i := range found {
		found[i].Build = r.expanded(found[i].Build)
	}
	for i := range applied {
		applied[i].build = r.expanded(applied[i].build)
	}
	for _, a := range (helmReleases{r}).releases(ctx, objects, found, applied) {
		a.build = r.expanded(a.build)
		applied = append(applied, a)
		read[a.by.place()] = true
	}
	applied = statedOnce(ctx, applied)
	r.leftOut(objects, applied, listed)
	units := r.merged(found, applied, helmReleases{r}.releasedCharts(ctx, objects, found, applied))
	r.mayBeApplied(units, objects)
	if !f.unsure {
		r.unreached(units, applied, objects)
	}
	made := Applied{Owns: ownedByOthers(found, units), Units: units, Read: read, Deployed: r.deployed(applied, read), Others: f.others}
	for _, a := range applied {
		made.Files = append(made.Files, a.files...)
	}
	return made
}

// Applied are the units of an input with those that Flux and Argo CD apply.
type Applied struct {
	Units []unit.Found
	// Owns are directories of charts that are no units of their own, as others install them.
	Owns []string
	// Files are applied as they are, as part of a unit.
	Files []string
	// Read are the objects of which all that they apply is among the units.
	Read     map[Object]bool
	Deployed *Deployed
	// Others are what is applied in other environments than production as well, and is no unit
	// there: how many applications of each environment, by its name.
	Others map[string]int
}

// ownedByOthers are the directories of charts that were found and are no units any more.
func ownedByOthers(found, units []unit.Found) []string {
	var all []string
	for _, f := range found {
		if f.Kind == unit.Chart && !slices.ContainsFunc(units, func(u unit.Found) bool { return u.Kind == f.Kind && u.Path == f.Path }) {
			all = append(all, f.Owns...)
		}
	}
	return all
}

// Object is one that applies something, by where it stands: what builds it may
// call it otherwise, and a template may make several.
type Object struct {
	Kind, File string
	Line       int
}

func (o object) place() Object { return Object{o.kind, filepath.Clean(o.file), o.line} }

// appliedBy are the directories of the repository that an object applies. Whole
// says that it applies nothing else.
func (r *repository) appliedBy(o object) (all []application, whole bool) {
	switch {
	case o.is(fluxKustomize, "Kustomization"):
		all = fluxObjects{r}.fluxKustomization(o)
		return all, len(all) > 0
	case o.is(argo, "Application"):
		return argoApps{r}.application(o)
	case o.is(argo, "ApplicationSet"):
		return argoApps{r}.applicationSet(o)
	}
	return nil, false
}

// repository is what is looked up, and how it is built.
type repository struct {
	in        *unit.Tree
	kustomize *kustomize.Builder
	configs   []object // all that were found, ConfigMaps among them

	onceHelmfiles sync.Once
	helmfile      stateFiles

	others      others // repositories
	artifacts   artifacts
	onceFolders sync.Once
	folders     map[string]bool // that files of the input are in
}

// application is a directory that a tool applies.
type application struct {
	by    object
	name  string // of the application, where the object makes several
	kind  unit.Kind
	dir   string
	early bool // it is for what comes before production
	// unneeded says why nobody but those who try it needs it; empty where others do.
	unneeded string
	files    []string // of it that are applied as they are
	build    func(ctx context.Context) unit.Built
	chart    *unit.ChartValues // that it renders; nil for others
	cluster  string            // as in unit.Unit
}

// asked is what can be asked of a chart that is installed into a namespace.
func (r *repository) asked(dir string, options helm.Options, namespace string) *unit.ChartValues {
	asked := helm.Asked(r.in, dir, options)
	with := asked.With
	asked.With = func(ctx context.Context, set []string) unit.Built {
		built := with(ctx, set)
		built.Documents = unit.In(namespace, built.Documents)
		return built
	}
	return asked
}

// statedOnce are applications without those of one name that apply the same of a
// directory: an Application that stands in a file and that a set makes as well.
func statedOnce(ctx context.Context, all []application) []application {
	type stated struct{ title, environment, dir string }
	first := map[stated][]application{}
	return slices.DeleteFunc(all, func(a application) bool {
		of := stated{a.by.title(), a.by.environment, a.dir}
		if a.kind != unit.ArgoCD {
			return false
		}
		again := slices.ContainsFunc(first[of], func(o application) bool {
			return reflect.DeepEqual(o.build(ctx).Documents, a.build(ctx).Documents)
		})
		first[of] = append(first[of], a)
		return again
	})
}

// merged are the units that were found and those that are applied. A directory
// that several apply is a unit of each, and a chart that a release in one of them installs is
// in that.
func (r *repository) merged(found []unit.Found, applied []application, released map[string]bool) []unit.Found {
	by := map[string][]application{}
	for _, a := range applied {
		by[a.dir] = append(by[a.dir], a)
	}
	others := slices.DeleteFunc(slices.Clone(applied), func(a application) bool { return r.tries(a.by.file, a.dir) })
	all := slices.DeleteFunc(slices.Clone(found), func(f unit.Found) bool {
		if f.Kind == unit.Chart { // to show how it is installed makes no sample of it
			return r.covered(directory(f), others) || released[directory(f)]
		}
		return r.covered(directory(f), applied)
	})
	taken := map[string]bool{}
	for _, a := range applied {
		is := unit.Unit{
			Name: r.named(a, by[a.dir]), Kind: a.kind, Path: a.dir, By: a.by.file, Cluster: a.cluster, Environment: a.by.environment,
			Unneeded: a.unneeded,
		}
		f := unit.Found{Unit: is, Build: a.build, Chart: a.chart}
		if taken[f.Name] { // another of one folder
			f.Name = r.in.Name(a.dir) + "@" + r.in.Name(a.by.file)
		}
		if taken[f.Name] { // the same object twice
			continue
		}
		taken[f.Name] = true
		if r.has(a.dir, helm.ChartFile) {
			f.Owns = []string{a.dir}
		}
		all = append(all, f)
	}
	return all
}

// tries reports whether a file stands in a folder of what is there to be tried, and a
// directory that it applies does not.
func (r *repository) tries(file, dir string) bool {
	return r.in.Tried != nil && r.in.Tried(file) && !r.in.Tried(filepath.Join(dir, helm.ChartFile))
}

// covered reports whether a directory is applied, or stands in one of which Flux
// builds all that is below it.
func (r *repository) covered(dir string, applied []application) bool {
	return slices.ContainsFunc(applied, func(a application) bool {
		if a.dir == dir {
			return true
		}
		rest, below := strings.CutPrefix(dir, a.dir+string(filepath.Separator))
		return a.kind == unit.Flux && below && rest != "" && !r.has(a.dir, append(slices.Clone(kustomize.Names), helm.ChartFile)...)
	})
}

// named is the name of a unit: its directory, and where several apply that, the
// object which does, or where it stands.
func (r *repository) named(a application, beside []application) string {
	name := r.in.Name(a.dir)
	if len(beside) == 1 {
		return name
	}
	alike := 0
	for _, other := range beside {
		if other.by.title() == a.by.title() && other.by.environment == a.by.environment {
			alike++
		}
	}
	if alike > 1 {
		name += "@" + r.in.Name(filepath.Dir(a.by.file))
		if filepath.Base(name) == "." || a.by.name == a.name {
			return name
		}
		return name + "/" + a.name
	}
	return name + "@" + a.name
}

// directory is that of a unit: a chart's with a file of values of its own is
// that of the chart.
func directory(f unit.Found) string {
	if f.Kind == unit.Chart && len(f.Owns) > 0 {
		return filepath.Clean(f.Owns[0])
	}
	return filepath.Clean(f.Path)
}

// expanded builds a unit with charts of the repository in place of the HelmReleases that
// install them.
func (r *repository) expanded(build func(context.Context) unit.Built) func(context.Context) unit.Built {
	return once(func(ctx context.Context) unit.Built { return helmReleases{r}.withReleases(ctx, build(ctx)) })
}

// once builds a unit the first time that it is asked for.
func once(build func(context.Context) unit.Built) func(context.Context) unit.Built {
	var mu sync.Mutex
	var built *unit.Built
	return func(ctx context.Context) unit.Built {
		mu.Lock()
		defer mu.Unlock()
		if built == nil {
			b := build(ctx)
			built = &b
		}
		return *built
	}
}

// asks is a fault of what an object asks for.
func (o object) asks(reason, hint string) origin.Fault {
	return origin.Fault{File: o.file, Line: o.line, Reason: words.WithoutPassword(o.kind + " " + o.title() + " " + reason),
		Hint: words.WithoutPassword(hint)}
}
