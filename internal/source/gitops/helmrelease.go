package gitops

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"

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
// HelmRelease that installs it.
func (r helmReleases) withReleases(ctx context.Context, built unit.Built) unit.Built {
	var all []unit.Document
	for _, d := range built.Documents {
		if bytes.Contains(d.Bytes, []byte(fluxHelm)) {
			if made, ok := r.release(ctx, d, built.Documents); ok {
				all = append(all, made.Documents...)
				built.Missing = append(built.Missing, made.Missing...)
				built.Absent = append(built.Absent, made.Absent...)
				built.Refused = append(built.Refused, made.Refused...)
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
func (r helmReleases) release(ctx context.Context, d unit.Document, beside []unit.Document) (unit.Built, bool) {
	for _, o := range read([]unit.Document{d}) {
		if spec, dir, ok := r.localChart(o); ok {
			return r.rendered(ctx, o, spec, dir, beside), true
		}
	}
	return unit.Built{}, false
}

// localChart is the chart in the repository that a HelmRelease installs, by its path or by
// its name and version.
func (r helmReleases) localChart(o object) (spec releaseSpec, dir string, ok bool) {
	if !o.is(fluxHelm, "HelmRelease") || o.spec(&spec) != nil {
		return spec, "", false
	}
	switch spec.Chart.Spec.SourceRef.Kind {
	case "GitRepository":
	case "HelmRepository": // to which it was published from here
		dir = helm.Here(r.in, spec.Chart.Spec.Chart, spec.Chart.Spec.Version)
		return spec, dir, dir != ""
	default:
		return spec, "", false
	}
	dir, ok = r.lookup(spec.Chart.Spec.Chart)
	return spec, dir, ok && r.has(dir, helm.ChartFile)
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
// it with its defaults.
func (r helmReleases) releasedCharts(ctx context.Context, objects []object, found []unit.Found, applied []application) map[string]bool {
	all := map[string]bool{}
	if !slices.ContainsFunc(objects, func(o object) bool { _, _, ok := r.localChart(o); return ok }) {
		return all
	}
	for _, build := range builds(found, applied) {
		for _, d := range build(ctx).Documents {
			if !bytes.Contains(d.Bytes, []byte(fluxHelm)) {
				continue
			}
			for _, o := range read([]unit.Document{d}) {
				if _, dir, ok := r.localChart(o); ok {
					all[dir] = true
				}
			}
		}
	}
	return all
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
