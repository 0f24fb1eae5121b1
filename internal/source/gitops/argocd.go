package gitops

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
)

// applicationSpec is what an Application of Argo CD says.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/application-specification.
type applicationSpec struct {
	Source      *argoSource  `json:"source"`
	Sources     []argoSource `json:"sources"`
	Destination destination  `json:"destination"`
}

type destination struct {
	Namespace string `json:"namespace"`
	Server    string `json:"server"`
	Name      string `json:"name"`
}

type argoSource struct {
	RepoURL   string           `json:"repoURL"`
	Path      string           `json:"path"`
	Chart     string           `json:"chart"`
	Revision  string           `json:"targetRevision"`
	Ref       string           `json:"ref"`
	Helm      argoHelm         `json:"helm"`
	Kustomize argoKustomize    `json:"kustomize"`
	Directory directorySource  `json:"directory"`
	Plugin    *json.RawMessage `json:"plugin"`
}

type argoHelm struct {
	ReleaseName             string         `json:"releaseName"`
	ValueFiles              []string       `json:"valueFiles"`
	Values                  string         `json:"values"`
	ValuesObject            map[string]any `json:"valuesObject"`
	IgnoreMissingValueFiles bool           `json:"ignoreMissingValueFiles"`
	Namespace               string         `json:"namespace"`
	Parameters              []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"parameters"`
}

// argoApps are Applications of Argo CD, and sets of them.
type argoApps struct{ *repository }

// application are the directories of the repository that an Application
// applies. Whole says that it applies nothing else.
func (r argoApps) application(o object) (all []application, whole bool) {
	var spec applicationSpec
	if o.spec(&spec) != nil {
		return nil, false
	}
	sources := spec.Sources
	if len(sources) == 0 && spec.Source != nil {
		sources = []argoSource{*spec.Source}
	}
	refs := r.refs(sources)
	whole = true
	for _, s := range sources {
		dir, ok := r.sourceDirectory(s)
		if !ok {
			whole = whole && s.onlyValues()
			continue
		}
		if s.Plugin != nil || !r.has(dir, helm.ChartFile) {
			all = append(all, r.ofSource(o, s, dir, spec.Destination, refs))
			continue
		}
		environments := r.byEnvironment(o, s, dir, refs)
		for _, name := range slices.Sorted(maps.Keys(environments)) {
			by := o
			by.environment = name
			all = append(all, r.ofSource(by, environments[name], dir, spec.Destination, refs))
		}
	}
	return all, whole && len(all) > 0
}

// refs are what sources are called of which files of values are taken from this repository.
func (r argoApps) refs(sources []argoSource) map[string]bool {
	refs := map[string]bool{}
	for _, s := range sources {
		if s.Ref != "" && (r.repository == nil || !r.others.has(s.RepoURL)) {
			refs[s.Ref] = true
		}
	}
	return refs
}

// ofSource is what an Application applies of a source, into a namespace of a
// cluster.
func (r argoApps) ofSource(o object, s argoSource, dir string, to destination, refs map[string]bool) application {
	namespace := to.Namespace
	a := application{by: o, name: o.name, kind: unit.ArgoCD, dir: dir, cluster: o.argoCluster(to)}
	a.build = func(ctx context.Context) unit.Built {
		built := r.argoBuilt(ctx, o, s, dir, namespace, refs)
		built.Documents = unit.In(namespace, built.Documents)
		return built
	}
	if o.environment != "" {
		a.name += "/" + o.environment
	}
	switch isChart := r.has(dir, helm.ChartFile); {
	case s.Plugin == nil && isChart:
		options, _ := r.argoOptions(o, s, dir, namespace, refs)
		a.chart = r.asked(dir, options, namespace)
	case s.Plugin != nil && !r.kustomizes(s, dir) || !r.has(dir, kustomize.Names...):
		a.files = r.argoFiles(dir, s.Directory)
	}
	return a
}

// onlyValues says that a source is there for files of values in it alone.
func (s argoSource) onlyValues() bool { return s.Ref != "" && s.Path == "" && s.Chart == "" }

// sourceDirectory is where a source stands in the repository, as a path or as the chart of
// its name and version that is published from there. The top of it is
// none: every repository has one, and this may be another.
func (r argoApps) sourceDirectory(s argoSource) (string, bool) {
	if s.Chart != "" {
		dir := r.publishedChart(s.Chart, s.Revision, s.RepoURL)
		return dir, dir != ""
	}
	p := strings.Trim(filepath.ToSlash(filepath.Clean(s.Path)), "/")
	if p == "." || p == "" || r.others.has(s.RepoURL) {
		return "", false
	}
	return r.lookup(p)
}

// argoBuilt is what Argo CD makes of a source: by a plugin that the source names,
// which is not run, as a chart, as a kustomization, or as files.
func (r argoApps) argoBuilt(ctx context.Context, o object, s argoSource, dir, namespace string, refs map[string]bool) unit.Built {
	switch {
	case r.kustomizes(s, dir):
		built := r.kustomize.Build(ctx, dir)
		fault := o.asks("is built by the plugin "+s.pluginName()+", which is not run: it is read as kustomize builds it, "+
			"and what the plugin fills in is not known", o.render())
		built.Refused = append(built.Refused, unit.Refused{Fault: fault})
		return built
	case s.Plugin != nil:
		built := r.argoDirectory(ctx, dir, s.Directory)
		built.Missing = append(built.Missing, o.asks("is built by a plugin, which is not run", "argocd app manifests "+o.name+" | onus check -"))
		return built
	case r.has(dir, helm.ChartFile):
		return r.argoChart(ctx, o, s, dir, namespace, refs)
	case r.has(dir, kustomize.Names...):
		built := r.kustomize.Build(ctx, dir)
		k := s.Kustomize.over(built.Documents)
		k.Components = r.components(dir, s.Kustomize.Components, &built, o)
		return r.transformed(ctx, dir, built, k, o)
	}
	return r.ofDirectory(ctx, o, dir, s.Directory)
}

// pluginName is that of the plugin of a source; empty where Argo CD finds it out.
func (s argoSource) pluginName() string {
	var plugin struct {
		Name string `json:"name"`
	}
	if s.Plugin == nil || json.Unmarshal(*s.Plugin, &plugin) != nil {
		return ""
	}
	return plugin.Name
}

// kustomizes reports whether the plugin of a source fills secrets into what kustomize builds
// there, by its name: the one for Vault is installed under names such as
// argocd-vault-plugin-kustomize.
//
// Source: argocd-vault-plugin.readthedocs.io, Usage: With Kustomize.
func (r argoApps) kustomizes(s argoSource, dir string) bool {
	name := s.pluginName()
	return strings.Contains(name, "kustomize") && !strings.Contains(name, "helm") && r.has(dir, kustomize.Names...)
}

// argoChart renders a chart with the values of an Application.
func (r argoApps) argoChart(ctx context.Context, o object, s argoSource, dir, namespace string, refs map[string]bool) unit.Built {
	options, missing := r.argoOptions(o, s, dir, namespace, refs)
	built := helm.Build(ctx, r.in, dir, options)
	for _, file := range missing {
		built.Missing = append(built.Missing,
			o.asks("takes values from "+file, "argocd app manifests "+o.name+" | onus check -"))
	}
	return built
}

// argoOptions are what an Application has a chart rendered with: files, then values
// in the Application, then parameters. Missing are files that are not there.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/helm (Values precedence).
func (r argoApps) argoOptions(
	o object, s argoSource, dir, namespace string, refs map[string]bool,
) (options helm.Options, missing []string) {
	options = helm.Options{Release: o.name, Namespace: namespace, Inline: s.Helm.ValuesObject}
	if s.Helm.ReleaseName != "" {
		options.Release = s.Helm.ReleaseName
	}
	if s.Helm.Namespace != "" {
		options.Namespace = s.Helm.Namespace
	}
	if options.Inline == nil {
		values := map[string]any{}
		if err := yaml.Unmarshal([]byte(s.Helm.Values), &values); err == nil {
			options.Inline = values
		}
	}
	for _, p := range s.Helm.Parameters {
		options.Set = append(options.Set, p.Name+"="+strings.ReplaceAll(p.Value, ",", `\,`))
	}
	for _, file := range s.Helm.ValueFiles {
		at, ok := r.valueFile(file, dir, refs)
		switch {
		case ok && strings.HasPrefix(file, secretScheme) && r.encrypted(at):
			missing = append(missing, strings.TrimPrefix(file, secretScheme)+", which is encrypted")
		case ok:
			options.Values = append(options.Values, at)
		case !s.Helm.IgnoreMissingValueFiles:
			missing = append(missing, strings.TrimPrefix(file, secretScheme)+", which is not here")
		}
	}
	return options, missing
}

// encrypted reports whether sops has encrypted what a file says.
func (r argoApps) encrypted(file string) bool {
	data, err := r.in.ReadFile(file)
	return err == nil && bytes.Contains(data, []byte("ENC["))
}

// secretScheme is how the plugin helm-secrets is asked to decrypt a file of values, which is taken as it is where it is not
// encrypted.
//
// Source: github.com/jkroepke/helm-secrets, docs/Usage.md.
const secretScheme = "secrets://"

// valueFile is a file of values: beside the chart, from the top of the repository
// where the path is absolute, and from that of another source of the Application
// where it begins with $REF and that is none of another repository.
func (r argoApps) valueFile(file, dir string, refs map[string]bool) (string, bool) {
	file = strings.TrimPrefix(file, secretScheme)
	at := filepath.Join(dir, filepath.FromSlash(file))
	if ref, rest, ok := strings.Cut(file, "/"); ok && (ref == "" || refs[strings.TrimPrefix(ref, "$")]) {
		at = r.fromTop(rest)
	}
	return at, r.in.IsFile(at)
}

func joinTop(top, p string) string { return filepath.Join(top, filepath.FromSlash(p)) }
