package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/operator"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/instances"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/unit"
)

// door is one reading of an input: its units as far as they were read.
type door struct {
	ctx          context.Context
	in           Input
	trees        []*unit.Tree
	plain        *reading   // files that stand for themselves, and a live cluster
	units        []*reading // all others
	names        []string   // of all units that were found, picked or not
	folders      purpose.Folders
	files        map[string]bool
	noReader     map[string]int
	applied      map[gitops.Object]bool // what they apply is among the units
	deploys      []*gitops.Deployed
	aside        estate.Aside
	others       map[string]int  // applications of other environments than production, which has them as well
	repositories map[string]bool // of Helm, by folder
	// mayOverride are the files that may hold values of charts which stand elsewhere.
	mayOverride []string
}

// UnknownUnit is the error of input without a unit that was asked for.
type UnknownUnit struct {
	Name  string
	Names []string // that there are
}

func (e *UnknownUnit) Error() string { return fmt.Sprintf("there is no unit %q in the input", e.Name) }

// picked reports whether a unit is among those to read.
func (d *door) picked(name string) bool {
	return len(d.in.Units) == 0 || slices.ContainsFunc(d.in.Units, func(pattern string) bool { return fits(pattern, name) })
}

// fits reports whether a name is that of a pattern. A star does not stop at a
// slash where it is the end of the pattern.
func fits(pattern, name string) bool {
	if prefix, all := strings.CutSuffix(pattern, "*"); all && !strings.ContainsAny(prefix, "*?[") {
		return strings.HasPrefix(name, prefix)
	}
	ok, err := path.Match(pattern, name)
	return pattern == name || ok && err == nil
}

func (d *door) reading(u unit.Unit) *reading { return &reading{door: d, unit: u} }

func (d *door) read() error {
	d.plain = d.reading(unit.Unit{Name: estate.Files, Kind: unit.Files, Path: "."})
	if d.in.Live != nil {
		if err := d.plain.stream(manifest.Live, d.in.Live); err != nil {
			return err
		}
		d.plain.kubernetes.Seen.Clusters, d.plain.kubernetes.Seen.Files = 1, 0
		delete(d.files, manifest.Live)
	}
	for _, p := range d.in.Paths {
		if err := d.path(p); err != nil {
			return err
		}
	}
	return nil
}

// path reads what one path leads to.
func (d *door) path(p string) error {
	if p == Stdin {
		d.plain.named = true
		return d.plain.stream(origin.Stdin, d.in.Stdin)
	}
	found, err := list(d.ctx, p, d.in.Ignore)
	if err != nil {
		return err
	}
	switch {
	case !slices.Equal(found.files, []string{p}):
		return d.directory(p, found)
	case helm.IsPackage(p):
		return d.directory(filepath.Dir(p), listing{all: []string{p}})
	}
	if isTerraform(beginning{name: p}) {
		return d.plainFiles([]string{p})
	}
	d.plain.named = true
	return d.plain.file(p)
}

// directory reads the units of a directory, and the files that belong to none.
func (d *door) directory(p string, found listing) error {
	tree, err := unit.NewTree(p, found.all)
	if err != nil {
		return err
	}
	d.trees = append(d.trees, tree)
	tree.Texts = d.in.Texts
	d.folders.Add(filepath.ToSlash(filepath.Clean(p)), found.all)
	tree.Tried = func(file string) bool {
		of, _ := d.folders.Of(filepath.ToSlash(file))
		return of != purpose.Deployed
	}
	d.retired(tree)
	d.disclaim(found.all)
	d.mayOverride = append(d.mayOverride, mayOverride(found.all)...)
	d.findRepositories(found.all)
	d.scripts(p, found.all)
	builder := kustomize.New(tree)
	units, owned := d.find(tree, builder)
	built, err := d.build(units)
	if err != nil {
		return err
	}
	for _, r := range built {
		if d.in.Live != nil {
			d.plain.append(r)
			continue
		}
		d.units = append(d.units, r)
	}
	packages := slices.DeleteFunc(slices.Clone(units), func(f unit.Found) bool { return filepath.Ext(f.Path) != helm.PackageExtension })
	d.plain.kubernetes.Seen.Skipped += max(0, found.skipped-len(packages)) // which are skipped by their names
	d.aside.Add(found.aside)
	for form, n := range found.unbuilt {
		d.noReader[form] += n
	}
	for _, err := range found.faults {
		d.plain.faultsOf(err)
	}
	files := slices.DeleteFunc(slices.Clone(found.files), func(f string) bool { return owned.has(filepath.Clean(f)) })
	files, unlisted := builder.Unlisted(files)
	if err := d.plainFiles(files); err != nil {
		return err
	}
	return d.unlisted(unlisted)
}

// find finds the units of a tree, each with a name of its own, and what belongs
// to them.
func (d *door) find(tree *unit.Tree, builder *kustomize.Builder) ([]unit.Found, *ownership) {
	kustomizations, named := builder.Units(d.ctx)
	owned := newOwnership(tree, named)
	charts, inOthers := builder.OwnCharts(d.unpublished(tree, helm.Units(d.in.Charts)(d.ctx, tree)))
	owned.add(inOthers)
	found := slices.Concat(charts, kustomizations)
	applied := gitops.Units(d.ctx, tree, found, named, builder)
	maps.Copy(d.applied, applied.Read)
	for name, n := range applied.Others {
		d.others[name] += n
	}
	d.deploys = append(d.deploys, applied.Deployed)
	owned.name(applied.Files)
	owned.add(applied.Owns)
	var all []unit.Found
	for _, f := range applied.Units {
		d.lend(&f)
	}
	d.come(helm.DependenciesIn(tree))
	for _, f := range applied.Units {
		owned.add(f.Owns)
		f.Trial = isTrial(f.Unit, &d.folders)
		if len(d.in.Paths) > 1 {
			f.Name = path.Join(filepath.ToSlash(tree.Root), f.Name)
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b unit.Found) int { return strings.Compare(a.Name, b.Name) })
	for i := range all {
		if slices.Contains(d.names, all[i].Name) || all[i].Name == estate.Files {
			all[i].Name = string(all[i].Kind) + ":" + all[i].Name
		}
		for n := 2; slices.Contains(d.names, all[i].Name); n++ {
			all[i].Name = fmt.Sprintf("%s#%d", strings.Split(all[i].Name, "#")[0], n)
		}
		d.names = append(d.names, all[i].Name)
	}
	return slices.DeleteFunc(all, func(f unit.Found) bool { return !d.picked(f.Name) }), owned
}

// lend says of the charts that the chart of a unit depends on by their path that they are
// there for that one, whatever the folders are called that they stand in.
func (d *door) lend(f *unit.Found) {
	if f.Kind != unit.Chart || len(f.Owns) < 2 {
		return
	}
	for _, part := range f.Owns[1:] {
		d.folders.Lend(filepath.ToSlash(part), filepath.ToSlash(f.Owns[0]))
	}
}

// come says of charts where they come from: others publish them, or they are there for one
// that is deployed and takes them by their path, though its own values may switch them off.
func (d *door) come(from helm.Dependencies) {
	for _, dir := range from.Fetched {
		d.folders.Fetch(filepath.ToSlash(dir))
	}
	for _, dir := range slices.Sorted(maps.Keys(from.Parts)) {
		if of, _ := d.folders.OfDir(filepath.ToSlash(dir)); of != purpose.Deployed {
			continue
		}
		for _, part := range from.Parts[dir] {
			d.folders.Lend(filepath.ToSlash(part), filepath.ToSlash(dir))
		}
	}
}

// build builds units on all cores and reads what they make, in their order.
func (d *door) build(found []unit.Found) ([]*reading, error) {
	all := make([]*reading, len(found))
	files := make([][]string, len(found))
	unit.Each(len(found), func(i int) {
		all[i] = d.reading(found[i].Unit)
		all[i].chart, all[i].with, all[i].readFile = found[i].Chart, found[i].With, found[i].Read
		files[i] = all[i].made(found[i].Build(d.ctx))
		all[i].built = files[i]
		all[i].constants()
	})
	for _, read := range files {
		for _, f := range read {
			d.files[f] = true
		}
	}
	return all, d.ctx.Err()
}

// made adds what the tool of a unit made of it, and returns the files that it
// read.
func (r *reading) made(b unit.Built) []string {
	r.notBuilt, r.makesNone = b.NotBuilt, b.Empty
	for _, f := range b.Notes {
		f.Unit = r.unitName()
		r.notes = append(r.notes, f)
	}
	budgets := slices.ContainsFunc(b.Documents, func(d unit.Document) bool { return bytes.Contains(d.Bytes, []byte("PodDisruptionBudget")) })
	for _, f := range b.Missing {
		if f.Lacks.Settings = f.Lacks.Settings && !budgets; f.Lacks.Settings { // by what it holds labels may be replaced
			r.settings(f)
			continue
		}
		r.missing(f)
	}
	for _, f := range b.Absent {
		r.absent(f)
	}
	for _, f := range b.Refused {
		r.refused(f)
	}
	for _, doc := range b.Documents {
		if doc.Whole {
			r.whole(doc)
			continue
		}
		for _, f := range manifest.Built(doc.File, doc.Line, doc.Lines, doc.Bytes, &r.kubernetes) {
			r.fault(f)
		}
	}
	r.kubernetes.Seen.Files = len(b.Files)
	return b.Files
}

// whole is what was read, as estates side by side.
func (d *door) whole() (*estate.Whole, error) {
	w := &estate.Whole{Files: len(d.files), Aside: d.aside, Others: d.others}
	if len(d.noReader) > 0 {
		w.NoReader = d.noReader
	}
	all := d.units
	for _, pattern := range d.in.Units {
		if !slices.ContainsFunc(append(slices.Clone(d.names), estate.Files), func(name string) bool { return fits(pattern, name) }) {
			return nil, &UnknownUnit{Name: pattern, Names: append(d.names, estate.Files)}
		}
	}
	if d.picked(estate.Files) && (!d.plain.empty() || len(all) == 0) {
		all = append([]*reading{d.plain}, all...)
	}
	d.retire(all)
	storage := &kubernetes.Storage{}
	for _, r := range all {
		storage.Add(r.kubernetes.Objects)
	}
	home, older, operators := d.atHome(all), d.older(all), d.operators(all)
	deployers := d.deployers(all)
	for _, r := range all {
		r.storage, r.operators = storage, operators
		r.clusters()
		r.settle(deployers)
		r.database.Instances = append(r.database.Instances, instances.Of(r.kubernetes.CustomResources)...)
		if d.in.Catalog != nil {
			operator.Make(d.in.Catalog, &r.kubernetes, operators)
		}
		w.Units = append(w.Units, &estate.Unit{
			Name: r.unit.Name, Kind: string(r.unit.Kind), Path: r.unit.Path, By: r.unit.By, Cluster: r.unit.Cluster,
			Environment: r.unit.Environment,
			Trial:       r.unit.Trial, Alternative: r.unit.Alternative,
			Chart: r.asked(), Kustomization: r.kustomized(), Empty: r.emptyBecause(),
			Estate: &estate.Estate{
				Name: r.unitName(), Folders: d.folders, Unneeded: d.unneeded(r), Deprecated: r.unit.Deprecated, Unlisted: r.unit.Unlisted,
				AtHome: home, Older: older, OfChart: r.unit.Kind == unit.Chart, OwnValues: r.unit.OwnValues,
				Kubernetes: r.linked(), Database: r.database, Cloud: r.cloud, Unreadable: r.faults, Notes: r.notes,
			},
		})
	}
	w.Told = d.calling()
	w.Gather()
	w.Share()
	w.Compare()
	return w, nil
}

// emptyBecause says why a unit holds no object; empty where it holds some.
func (r *reading) emptyBecause() string {
	switch {
	case r.kubernetes.Seen.Objects > 0 || r.unit.Kind == unit.Files:
		return ""
	case len(r.faults) > 0:
		return "what it holds could not be read"
	case r.makesNone != "":
		return r.makesNone
	}
	return "no object of Kubernetes stands there"
}

// operators is how operators are configured anywhere in the input.
func (d *door) operators(all []*reading) operator.Configuration {
	if d.in.Catalog == nil {
		return operator.Configuration{}
	}
	var raws []*kubernetes.Raw
	for _, r := range all {
		raws = append(raws, &r.kubernetes)
	}
	return operator.Configured(d.in.Catalog, raws...)
}

// retire tells which folders hold older versions of a thing: those beside each
// other, called by versions, in which a workload of one name stands, or of which
// there are several, each with workloads of any name. What a version calls its
// parts may change with it.
func (d *door) retire(all []*reading) {
	type thing struct{ parent, of, kind, name string }
	versions := map[thing][]string{}
	add := func(of thing, name string) {
		if !slices.Contains(versions[of], name) {
			versions[of] = append(versions[of], name)
		}
	}
	for _, r := range all {
		for i := range r.kubernetes.Workloads {
			w := &r.kubernetes.Workloads[i]
			for _, v := range d.folders.VersionsOf(filepath.ToSlash(w.Position.File)) {
				add(thing{v.Parent, v.Of, w.Kind, w.Name}, v.Name)
				add(thing{parent: v.Parent, of: v.Of}, v.Name)
			}
		}
	}
	for of, names := range versions {
		if of.kind != "" || purpose.Releases(names) {
			d.folders.Retire(of.parent, names)
		}
	}
}

// unneeded says why nobody needs what a unit makes that is there to be tried; empty
// where others do. A chart of which no other unit could be built is one that others
// install, but for values with which chart-testing installs it.
//
// Source: github.com/helm/chart-testing/blob/main/doc/ct_install.md.
func (d *door) unneeded(r *reading) string {
	if r.unit.Unneeded != "" {
		return r.unit.Unneeded
	}
	if r.unit.Kind == unit.Kustomization && r.unit.By == "" {
		if f := r.notBuilt; f != nil {
			return "is not built by kustomize itself: " + f.File + " " + f.Reason
		}
	}
	if r.unit.Kind == unit.Kustomization {
		of, folder := d.folders.OfDir(filepath.ToSlash(r.unit.Path))
		if of != purpose.Tutorials && !r.unit.Trial { // a sample may be all that puts parts together that others use
			return ""
		}
		return "stands in " + folder + ", a folder of " + string(of)
	}
	if r.unit.By != "" {
		if of, folder := d.folders.Of(filepath.ToSlash(r.unit.By)); of != purpose.Deployed {
			return "is applied by what stands in " + folder + ", a folder of " + string(of)
		}
	}
	if d.kept(r) {
		return "is a packaged chart beside what is not packaged: it is kept, or is a copy"
	}
	if packaged(r) && d.published(r.unit.Path) {
		return "is a package that a Helm repository has published: another version takes its place, and nothing is changed in it"
	}
	if r.unit.Kind == unit.Chart && ofDeveloper(r.unit.Path) {
		return "is for the machine of a developer or for CI by its name or what it says"
	}
	if r.unit.Trial && d.tests(r) {
		return "is there for tests or development"
	}
	return ""
}

// tests reports whether a trial of a chart is there for its tests, or stands beside the chart
// that is built with other values.
func (d *door) tests(r *reading) bool {
	chart := filepath.Dir(r.unit.Path) // of the file of values
	if filepath.Base(chart) == "ci" {
		return true
	}
	if purpose.OfFolder(filepath.Base(chart)) == purpose.Tests {
		chart = filepath.Dir(chart)
	}
	return slices.ContainsFunc(d.units, func(o *reading) bool {
		built := o.unit.Kind == unit.Chart && !o.unit.Trial && o.kubernetes.Seen.Objects > 0
		return built && (o.unit.Path == chart || filepath.Dir(o.unit.Path) == chart)
	})
}

// packaged reports whether a unit is a packaged chart.
func packaged(r *reading) bool {
	return r.unit.Kind == unit.Chart && filepath.Ext(r.unit.Path) == helm.PackageExtension
}

// kept reports whether a unit is a packaged chart in an input that holds others than such:
// it was packaged of what stands there, or fetched for what stands there.
func (d *door) kept(r *reading) bool {
	return packaged(r) && (d.plain.kubernetes.Seen.Objects > 0 ||
		slices.ContainsFunc(d.units, func(o *reading) bool { return !packaged(o) && o.kubernetes.Seen.Objects > 0 }))
}

// empty reports whether nothing was read, or looked at and passed over.
func (r *reading) empty() bool {
	return r.kubernetes.Seen == kubernetes.Seen{} && len(r.database.Instances)+len(r.cloud.Windows)+len(r.cloud.Launch)+len(r.faults) == 0
}

// whole reads a file that a build could not use.
func (r *reading) whole(doc unit.Document) {
	in, _, err := text(doc.File, strings.NewReader(string(doc.Bytes)))
	if err != nil {
		if !errors.Is(err, errEncrypted) {
			r.faultsOf(err)
		}
		return
	}
	faults, _ := manifest.Read(r.ctx, doc.File, in, &r.kubernetes)
	for _, f := range faults {
		r.fault(f)
	}
}
