package gitops

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/words"
)

// objectOf is a custom resource as it was read.
func objectOf(c kubernetes.CustomResource) object {
	group, kind, _ := strings.Cut(c.API, "/")
	return object{group: group, kind: kind, namespace: c.Namespace, name: c.Name, data: c.Object,
		file: c.Position.File, line: c.Position.Line}
}

// NotHere says what an object applies that is not in the input, and how to have it checked. The
// top of a Git repository that is this one is here, and a patch of such an object applies
// nothing by itself. Known is false where an object is no such one.
func (d *Deployed) NotHere(c kubernetes.CustomResource, sources Sources) (all []origin.Fault, known bool) {
	o := objectOf(c)
	switch {
	case o.is(fluxHelm, "HelmRelease"):
		all = d.release(o, sources)
	case o.is(fluxKustomize, "Kustomization"):
		all = d.kustomization(o, sources)
	case o.is(argo, "Application"):
		var spec applicationSpec
		if o.spec(&spec) == nil {
			all = d.application(o, spec, false)
		}
	case o.is(argo, "ApplicationSet"):
		all = d.set(o)
	default:
		return nil, false
	}
	return all, true
}

// lacking is a fault of what an object applies and is not here.
func (o object) lacking(what origin.Lacking, name, reason, hint string) origin.Fault {
	f := o.asks(reason+", which is not here", hint)
	f.Lacks = origin.Lack{What: what, Name: words.WithoutPassword(name)}
	return f
}

// release is the chart that a HelmRelease installs.
func (d *Deployed) release(o object, sources Sources) []origin.Fault {
	var spec releaseSpec
	if o.spec(&spec) != nil {
		return nil
	}
	if spec.Chart.Spec.Chart == "" && spec.ChartRef.Name == "" { // a patch of one
		return nil
	}
	x := chartAsked(spec, o, sources)
	options := spec.options(o)
	t := templating{release: options.Release, namespace: options.Namespace, chart: cmp.Or(x.name, x.ref.Name),
		repository: x.url, version: x.version, revision: x.revision,
		git: x.ref.Kind == "GitRepository" || x.ref.Kind == "Bucket"}
	if x.url == "" {
		t.source = x.ref.Kind + " " + x.ref.Name
	}
	t.flags, t.beside = d.valuesBeside(o, spec), d.budgetsBeside(o)
	if len(spec.Values) > 0 {
		t.taken(o, ".spec.values")
	}
	return []origin.Fault{o.lacking(origin.LackingInstalled, t.chart, "installs "+t.words(), t.command())}
}

// kustomization is the folder that a Kustomization of Flux applies.
func (d *Deployed) kustomization(o object, sources Sources) []origin.Fault {
	var spec kustomizationSpec
	if o.spec(&spec) != nil {
		return nil
	}
	ref := spec.SourceRef
	if ref.Name == "" { // a patch of one
		return nil
	}
	folder := strings.TrimPrefix(path.Clean("/"+spec.Path), "/")
	from, _ := sources.find(ref, o)
	where, what := cmp.Or(from.URL, ref.Kind+" "+ref.Name), "what stands in "
	if folder != "" {
		what = folder + " of "
	}
	own := ref.Kind == "GitRepository" && d.own(from.URL)
	if own && folder == "" {
		return nil
	}
	if ref.Kind == "GitRepository" && (own || from.URL == "") && d.filled(folder) {
		return nil // each of them is a unit, or says why it is none
	}
	hint := "give that folder, too: onus check . DIR"
	switch {
	case own:
		hint = noFolder
	case from.URL == "" || strings.Contains(from.URL, "${"):
	case ref.Kind == "GitRepository":
		hint = clone{url: from.URL, revision: from.revision(), folder: folder}.command()
	case ref.Kind == "OCIRepository":
		hint = "flux pull artifact " + words.InShell(from.URL+":"+cmp.Or(from.Ref.Tag, "latest")) + " --output DIR && onus check " +
			words.InShell(path.Join("DIR", folder))
	}
	return []origin.Fault{o.lacking(origin.LackingApplied, where, "applies "+what+where, hint)}
}

// variable is one that Flux fills in.
var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// filled reports whether the input has folders that a path leads to, whatever its variables are filled in with:
// deploy/${ENVIRONMENT} is deploy/dev and deploy/live.
func (d *Deployed) filled(folder string) bool {
	if d.repository == nil || !variable.MatchString(folder) || strings.HasPrefix(folder, "${") {
		return false
	}
	parts := variable.Split(folder, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	fits, err := regexp.Compile("^" + strings.Join(parts, "[^/]+") + "$")
	if err != nil {
		return false
	}
	for dir := range d.dirs {
		if rest, err := filepath.Rel(d.repository.in.Top(), dir); err == nil && fits.MatchString(filepath.ToSlash(rest)) {
			return true
		}
	}
	return false
}

// noFolder is the way out where an object asks for what its own repository does not have.
const noFolder = "this repository has no such folder: have it made first, or mend the path"

// application is what an Application applies that is not here. Made says that a set makes it.
func (d *Deployed) application(o object, spec applicationSpec, made bool) (all []origin.Fault) {
	sources := spec.Sources
	if len(sources) == 0 {
		sources = deref(spec.Source)
	}
	refs := argoApps{d.repository}.refs(sources)
	for i, s := range sources {
		if s.onlyValues() {
			continue
		}
		if d.repository != nil {
			if _, here := (argoApps{d.repository}).sourceDirectory(s); here {
				continue
			}
		}
		field := ".spec.source"
		if len(spec.Sources) > 0 {
			field = fmt.Sprintf(".spec.sources[%d]", i)
		}
		if s.Chart != "" || strings.HasPrefix(s.RepoURL, "oci://") {
			t := d.templating(o, s, spec.Destination.Namespace, refs)
			switch {
			case made:
			case len(s.Helm.ValuesObject) > 0:
				t.taken(o, field+".helm.valuesObject")
			case s.Helm.Values != "":
				t.taken(o, field+".helm.values")
			}
			hint := t.command()
			if strings.Contains(t.chart+t.repository, helm.MadeUp) { // as its chart asks for it, and nobody says it
				hint = "argocd app manifests " + o.name + " | onus check -"
			}
			all = append(all, o.lacking(origin.LackingInstalled, t.chart, "installs "+t.words(), hint))
			continue
		}
		if s.RepoURL != "" || s.Path != "" {
			if made { // the file has a set, whose template is filled in
				field = ""
			}
			all = append(all, d.folder(o, s, field, sources)...)
		}
	}
	return all
}

// folder is one of a Git repository that an Application applies.
func (d *Deployed) folder(o object, s argoSource, field string, sources []argoSource) []origin.Fault {
	folder, own := strings.Trim(path.Clean("/"+s.Path), "/"), d.own(s.RepoURL)
	c := clone{url: s.RepoURL, revision: s.Revision, folder: folder}
	what, hint := "what stands in ", d.valued(c, o, s, field, sources).command()
	if folder != "" {
		what = folder + " of "
	}
	switch {
	case own && folder == "":
		return nil
	case s.RepoURL == "" || strings.ContainsAny(s.RepoURL+folder, "{$") || strings.Contains(s.RepoURL+folder, helm.MadeUp):
		hint = "argocd app manifests " + o.name + " | onus check -"
	case own:
		hint = noFolder
	}
	return []origin.Fault{o.lacking(origin.LackingApplied, s.RepoURL, "applies "+what+s.RepoURL, hint)}
}

// templating is a source that is a chart elsewhere. Of an artifact the last part of its address
// is the chart.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/oci.
func (d *Deployed) templating(o object, s argoSource, namespace string, refs map[string]bool) *templating {
	t := &templating{release: cmp.Or(s.Helm.ReleaseName, o.name), namespace: cmp.Or(s.Helm.Namespace, namespace),
		chart: s.Chart, repository: s.RepoURL, version: s.Revision}
	switch first, _, _ := strings.Cut(s.RepoURL, "/"); {
	case s.Chart == "", strings.HasPrefix(s.RepoURL, "oci://"):
		t.chart = path.Base(s.RepoURL)
		t.repository = strings.TrimSuffix(s.RepoURL, "/"+t.chart)
	case !strings.Contains(s.RepoURL, "://") && strings.Contains(first, "."): // a registry, whose charts go without the scheme
		t.repository = "oci://" + s.RepoURL
	}
	for _, file := range s.Helm.ValueFiles {
		at := "VALUES"
		if d.repository != nil && strings.Contains(file, "/") {
			if here, is := (argoApps{d.repository}).valueFile(file, "", refs); is {
				at = here
			} else if s.Helm.IgnoreMissingValueFiles {
				continue
			}
		}
		t.flags = append(t.flags, "-f "+words.InShell(at))
	}
	for _, p := range s.Helm.Parameters {
		t.flags = append(t.flags, "--set "+words.Setting(p.Name, p.Value))
	}
	return t
}

func deref(s *argoSource) []argoSource {
	if s == nil {
		return nil
	}
	return []argoSource{*s}
}

// Rendered reports whether what stands in the input is what a chart renders to for the release
// that an object of a name asks for, by the labels that Helm's own template of a chart writes.
//
// Source: helm.sh/docs/chart_best_practices/labels.
func Rendered(f origin.Fault, name string, labels map[string]string) bool {
	chart := labels["helm.sh/chart"]
	if f.Lacks.What != origin.LackingInstalled || !strings.HasPrefix(chart, path.Base(f.Lacks.Name)+"-") {
		return false
	}
	of := labels["app.kubernetes.io/instance"]
	return of == name || of != "" && strings.Contains(f.Hint, "helm template "+words.InShell(of)+" ")
}
