package gitops

import (
	"bytes"
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
)

// releaseSpec is what a HelmRelease of Flux says.
//
// Source: fluxcd.io/flux/components/helm/helmreleases.
type releaseSpec struct {
	Chart struct {
		Spec struct {
			Chart       string    `json:"chart"`
			Version     string    `json:"version"`
			SourceRef   sourceRef `json:"sourceRef"`
			ValuesFiles []string  `json:"valuesFiles"`
		} `json:"spec"`
	} `json:"chart"`
	ChartRef        sourceRef      `json:"chartRef"`
	ReleaseName     string         `json:"releaseName"`
	TargetNamespace string         `json:"targetNamespace"`
	Values          map[string]any `json:"values"`
	ValuesFrom      []valuesFrom   `json:"valuesFrom"`
}

type valuesFrom struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	ValuesKey  string `json:"valuesKey"`
	TargetPath string `json:"targetPath"`
	Optional   bool   `json:"optional"`
}

// helmReleases are HelmReleases of Flux.
type helmReleases struct{ *repository }

// withReleases puts what a chart of the repository renders to in the place of the
// HelmRelease that installs it, and so of those which that chart makes in turn.
func (r helmReleases) withReleases(ctx context.Context, built unit.Built) unit.Built {
	return r.withGenerations(ctx, built, built.Documents, 0)
}

// withGenerations is that of what so many charts made of each other before, beside all that
// these and the first of them made.
func (r helmReleases) withGenerations(ctx context.Context, built unit.Built, beside []unit.Document, generation int) unit.Built {
	var all []unit.Document
	for _, d := range built.Documents {
		if bytes.Contains(d.Bytes, []byte(fluxHelm)) && generation <= mostGenerations {
			if made, dir, ok := r.release(ctx, d, beside); ok {
				made = r.withGenerations(ctx, made, slices.Concat(beside, made.Documents), generation+1)
				all = append(all, made.Documents...)
				built.Missing = append(built.Missing, made.Missing...)
				built.Absent = append(built.Absent, made.Absent...)
				built.Refused = append(built.Refused, made.Refused...)
				built.Notes = append(built.Notes, made.Notes...)
				built.Released = append(append(built.Released, dir), made.Released...)
				continue
			}
		}
		all = append(all, d)
	}
	built.Documents = all
	return built
}

// release renders the chart of a HelmRelease; it reports false where a document
// is none, and where its chart is not in the repository.
func (r helmReleases) release(ctx context.Context, d unit.Document, beside []unit.Document) (made unit.Built, dir string, ok bool) {
	for _, o := range read([]unit.Document{d}) {
		if spec, dir, ok := r.localChart(o); ok {
			return r.rendered(ctx, o, spec, dir, beside), dir, true
		}
	}
	return unit.Built{}, "", false
}

// localChart is the chart in the repository that a HelmRelease installs, by its path or by
// its name and version.
func (r helmReleases) localChart(o object) (spec releaseSpec, dir string, ok bool) {
	if !o.is(fluxHelm, "HelmRelease") || o.spec(&spec) != nil {
		return spec, "", false
	}
	x := chartAsked(spec, o, Sources{r.configs})
	switch x.ref.Kind {
	case "GitRepository":
		if r.others.has(x.url) {
			return spec, "", false
		}
		dir, ok = r.lookup(x.name)
		return spec, dir, ok && r.has(dir, helm.ChartFile)
	case "HelmRepository", "OCIRepository": // to which it was published from here
		dir = r.publishedChart(x.name, x.version, x.url)
		return spec, dir, dir != ""
	}
	return spec, "", false
}

// publishedChart is the directory of the chart that was published from here to where somebody
// installs it from, by its name and version. Where the address or the version is to be filled
// in, it is the one chart of that name: nothing else says whose repository it is.
func (r *repository) publishedChart(name, version, url string) string {
	if filledIn.MatchString(url) || filledIn.MatchString(version) {
		return helm.Named(r.in, name)
	}
	return helm.Here(r.in, name, version)
}

// chart is one that somebody asks for: of a repository of charts or of Git, or an artifact.
type chart struct {
	name, version, url string
	revision           string    // of a repository of Git
	ref                sourceRef // what it is taken from
}

// chartAsked is the chart that a HelmRelease installs, as it says itself or as another object
// says for it.
func chartAsked(spec releaseSpec, o object, sources Sources) chart {
	x := chart{name: spec.Chart.Spec.Chart, version: spec.Chart.Spec.Version, ref: spec.Chart.Spec.SourceRef}
	if spec.ChartRef.Name != "" {
		x.ref = spec.ChartRef
	}
	from, _ := sources.find(x.ref, o)
	if x.ref.Kind == "HelmChart" && from.Chart != "" {
		x.name, x.version, x.ref = from.Chart, from.Version, from.SourceRef
		from, _ = sources.find(x.ref, o)
	}
	x.url, x.revision = from.URL, from.revision()
	if x.ref.Kind == "OCIRepository" {
		at := strings.LastIndex(from.URL, "/")
		x.url, x.name = from.URL[:max(at, 0)], from.URL[at+1:]
		x.version = cmp.Or(from.Ref.Tag, from.Ref.SemVer)
	}
	return x
}

// rendered is the release of a chart with the values of a HelmRelease.
func (r helmReleases) rendered(ctx context.Context, o object, spec releaseSpec, dir string, beside []unit.Document) unit.Built {
	options := spec.options(o)
	for _, file := range spec.Chart.Spec.ValuesFiles {
		options.Values = append(options.Values, r.fromTop(file))
	}
	inline, missing := spec.values(append(read(beside), r.configs...), o)
	options.Inline = inline
	built := helm.Build(ctx, r.in, dir, options)
	if missing != "" {
		built.Missing = append(built.Missing, o.asks(missing, "helm get manifest "+options.Release+" -n "+options.Namespace+" | onus check -"))
	}
	built.Documents = unit.In(options.Namespace, built.Documents)
	return built
}

// releases are the charts of the repository that HelmReleases install which are
// in no unit that is built: in files that are applied as they are.
func (r helmReleases) releases(ctx context.Context, objects []object, found []unit.Found, applied []application) []application {
	var built map[string]bool
	var all []application
	for _, o := range objects {
		spec, dir, ok := r.localChart(o)
		if !ok {
			continue
		}
		if built == nil {
			built = filesOf(ctx, found, applied)
		}
		if built[filepath.Clean(o.file)] {
			continue
		}
		build := func(ctx context.Context) unit.Built { return r.rendered(ctx, o, spec, dir, nil) }
		all = append(all, application{by: o, name: o.name, kind: unit.Flux, dir: dir, cluster: o.fluxCluster(), build: build})
	}
	return all
}

// releasedCharts are the charts of the repository that HelmReleases in units install, as those
// are built: each is rendered where its release stands, with its values, and nobody installs
// it with its defaults, unless only what is there to be tried does. What a chart installs counts where that one is a unit itself, or is
// rendered in one.
func (r helmReleases) releasedCharts(ctx context.Context, objects []object, found []unit.Found, applied []application) map[string]bool {
	all := map[string]bool{}
	if !slices.ContainsFunc(objects, func(o object) bool { _, _, ok := r.localChart(o); return ok }) {
		return all
	}
	by := map[string][]string{} // by chart that is a unit: what it installs
	for _, a := range applied {
		for _, dir := range a.build(ctx).Released {
			all[dir] = all[dir] || !r.tries(a.by.file, dir)
		}
	}
	for _, f := range found {
		switch dirs := f.Build(ctx).Released; {
		case f.Kind == unit.Chart:
			by[directory(f)] = append(by[directory(f)], dirs...)
		default:
			for _, dir := range dirs {
				all[dir] = all[dir] || !r.tries(filepath.Join(f.Path, "kustomization.yaml"), dir)
			}
		}
	}
	for first := firsts(by, all); len(first) > 0; first = firsts(by, all) {
		for _, dir := range first {
			for _, made := range by[dir] {
				all[made] = all[made] || made != dir
			}
			delete(by, dir)
		}
	}
	return all
}

// firsts are the charts that no release installs and none of the others does.
func firsts(by map[string][]string, released map[string]bool) (dirs []string) {
	installed := map[string]bool{}
	for dir, made := range by {
		for _, other := range made {
			installed[other] = installed[other] || other != dir && !released[dir]
		}
	}
	for dir := range by {
		if !released[dir] && !installed[dir] {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// builds are those of all units.
func builds(found []unit.Found, applied []application) []func(context.Context) unit.Built {
	all := make([]func(context.Context) unit.Built, 0, len(found)+len(applied))
	for _, f := range found {
		all = append(all, f.Build)
	}
	for _, a := range applied {
		all = append(all, a.build)
	}
	return all
}

// filesOf are the files that units are built of.
func filesOf(ctx context.Context, found []unit.Found, applied []application) map[string]bool {
	all := map[string]bool{}
	for _, build := range builds(found, applied) {
		for _, file := range build(ctx).Files {
			all[filepath.Clean(file)] = true
		}
	}
	return all
}

// options are the names that a release has. The one that Flux makes up begins
// with the namespace where that is another than its own.
func (s releaseSpec) options(o object) helm.Options {
	options := helm.Options{Release: s.ReleaseName, Namespace: s.TargetNamespace}
	if options.Release == "" {
		options.Release = o.name
		if s.TargetNamespace != "" {
			options.Release = s.TargetNamespace + "-" + o.name
		}
	}
	if options.Namespace == "" {
		options.Namespace = o.namespace
	}
	return options
}

// values are those of ConfigMaps, in their order, and those of the release itself
// over them. missing says which are not there.
func (s releaseSpec) values(configs []object, o object) (all map[string]any, missing string) {
	for _, from := range s.ValuesFrom {
		data, ok := configMap(configs, o.namespace, from.Name)
		key := from.ValuesKey
		if key == "" {
			key = "values.yaml"
		}
		text, has := data[key]
		if from.Kind != "ConfigMap" || !ok || !has {
			if !from.Optional {
				missing = "takes values from the " + from.Kind + " " + from.Name + ", which is not here"
			}
			continue
		}
		values := map[string]any{}
		if from.TargetPath != "" {
			values = helm.Set(from.TargetPath, text)
		} else if yaml.Unmarshal([]byte(text), &values) != nil {
			continue
		}
		all = helm.Merge(all, values)
	}
	return helm.Merge(all, s.Values), missing
}

// fromTop is a file that is named from the top of the repository.
func (r *repository) fromTop(file string) string {
	return joinTop(r.in.Top(), file)
}
