package gitops

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
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
	} `json:"ref"`
}

// find is the source that an object of a namespace refers to. Of several of a name, as of one
// for each cluster, the one that stands nearest to the object.
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

// objectOf is a custom resource as it was read.
func objectOf(c kubernetes.CustomResource) object {
	group, kind, _ := strings.Cut(c.API, "/")
	return object{group: group, kind: kind, namespace: c.Namespace, name: c.Name, data: c.Object,
		file: c.Position.File, line: c.Position.Line}
}

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

// NotHere says what an object applies that is not in the input, and how to have it checked. The
// top of a Git repository that is this one is here, and a patch of such an object applies
// nothing by itself. Known is false where an object is no such one.
func (d *Deployed) NotHere(c kubernetes.CustomResource, sources Sources) (all []origin.Fault, known bool) {
	o := objectOf(c)
	switch {
	case o.is(fluxHelm, "HelmRelease"):
		all = sources.release(o)
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
	f.Lacks = origin.Lack{What: what, Name: name}
	return f
}

// release is the chart that a HelmRelease installs.
func (s Sources) release(o object) []origin.Fault {
	var spec releaseSpec
	if o.spec(&spec) != nil {
		return nil
	}
	if spec.Chart.Spec.Chart == "" && spec.ChartRef.Name == "" { // a patch of one
		return nil
	}
	x := chartAsked(spec, o, s)
	options := spec.options(o)
	t := templating{release: options.Release, namespace: options.Namespace, chart: cmp.Or(x.name, x.ref.Name),
		repository: x.url, version: x.version, git: x.ref.Kind == "GitRepository" || x.ref.Kind == "Bucket"}
	if x.url == "" {
		t.source = x.ref.Kind + " " + x.ref.Name
	}
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
	hint := "give that folder, too: onus check . DIR"
	switch {
	case own:
		hint = noFolder
	case from.URL == "" || strings.Contains(from.URL, "${"):
	case ref.Kind == "GitRepository":
		hint = cloned(from.URL, folder)
	case ref.Kind == "OCIRepository":
		hint = "flux pull artifact " + words.InShell(from.URL+":"+cmp.Or(from.Ref.Tag, "latest")) + " --output DIR && onus check " +
			words.InShell(path.Join("DIR", folder))
	}
	return []origin.Fault{o.lacking(origin.LackingApplied, where, "applies "+what+where, hint)}
}

// noFolder is the way out where an object asks for what its own repository does not have.
const noFolder = "this repository has no such folder: have it made first, or mend the path"

// cloned is how a folder of another repository is checked.
func cloned(url, folder string) string {
	return "git clone " + words.InShell(url) + " DIR && onus check " + words.InShell(path.Join("DIR", folder))
}

// templating is a chart that is not here, and how Helm renders it.
type templating struct {
	release, namespace         string
	chart, repository, version string
	source                     string // what it is taken from, where its address is not known
	git                        bool   // the repository is one of Git, and the chart a path in it
	before                     string // what gives values to it on its standard input
	flags                      []string
}

// words say which chart it is.
func (t *templating) words() string {
	said := "the chart " + t.chart
	if t.version != "" {
		said += " " + t.version
	}
	if from := cmp.Or(t.repository, t.source); strings.TrimSpace(from) != "" {
		said += " of " + from
	}
	return said
}

// taken has values taken from where they stand in the file of an object, as far as that is a
// file of its own and no template.
func (t *templating) taken(o object, field string) {
	if !isYAML(o.file) || slices.Contains(strings.Split(filepath.ToSlash(o.file), "/"), "templates") {
		t.flags = append(t.flags, "-f VALUES")
		return
	}
	t.before = `yq 'select(.kind == "` + o.kind + `" and .metadata.name == "` + o.name + `") | ` + field + `' ` + words.InShell(o.file) + " | "
	t.flags = append(t.flags, "-f -")
}

// command is what renders it for onus.
func (t *templating) command() string {
	said, chart := "", words.InShell(t.chart)
	at := strings.TrimSuffix(t.repository, "/")
	var repo []string
	switch {
	case t.git && at != "":
		said, chart = "git clone "+words.InShell(at)+" DIR && ", words.InShell(path.Join("DIR", t.chart))
	case t.git:
		chart = words.InShell(path.Join("DIR", t.chart))
	case strings.HasPrefix(at, "oci://"):
		chart = words.InShell(at + "/" + t.chart)
	case at != "":
		repo = []string{"--repo", words.InShell(at)}
	default:
		chart = "REPO/" + chart
	}
	all := append([]string{"helm template", words.InShell(t.release), chart}, repo...)
	if t.version != "" && !t.git {
		all = append(all, "--version", words.InShell(t.version))
	}
	if t.namespace != "" {
		all = append(all, "-n", words.InShell(t.namespace))
	}
	return said + t.before + strings.Join(append(all, t.flags...), " ") + " | onus check -"
}

// application is what an Application applies that is not here. Made says that a set makes it.
func (d *Deployed) application(o object, spec applicationSpec, made bool) (all []origin.Fault) {
	sources := spec.Sources
	if len(sources) == 0 {
		sources = deref(spec.Source)
	}
	refs := map[string]bool{}
	for _, s := range sources {
		refs[s.Ref] = s.Ref != ""
	}
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
			all = append(all, o.lacking(origin.LackingInstalled, t.chart, "installs "+t.words(), t.command()))
			continue
		}
		if s.RepoURL != "" || s.Path != "" {
			all = append(all, d.folder(o, s)...)
		}
	}
	return all
}

// folder is one of a Git repository that an Application applies.
func (d *Deployed) folder(o object, s argoSource) []origin.Fault {
	folder, own := strings.Trim(path.Clean("/"+s.Path), "/"), d.own(s.RepoURL)
	what, hint := "what stands in ", cloned(s.RepoURL, folder)
	if folder != "" {
		what = folder + " of "
	}
	switch {
	case own && folder == "":
		return nil
	case s.RepoURL == "" || strings.ContainsAny(s.RepoURL+folder, "{$"):
		hint = "argocd app manifests " + o.name + " | onus check -"
	case own:
		hint = noFolder
	}
	return []origin.Fault{o.lacking(origin.LackingApplied, s.RepoURL, "applies "+what+s.RepoURL, hint)}
}

// templating is a source that is a chart elsewhere. In a repository of artifacts the last part
// of its address is the chart, where none is named.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/oci.
func (d *Deployed) templating(o object, s argoSource, namespace string, refs map[string]bool) *templating {
	t := &templating{release: cmp.Or(s.Helm.ReleaseName, o.name), namespace: cmp.Or(s.Helm.Namespace, namespace),
		chart: s.Chart, repository: s.RepoURL, version: s.Revision}
	switch first, _, _ := strings.Cut(s.RepoURL, "/"); {
	case s.Chart == "":
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
		t.flags = append(t.flags, "--set "+words.InShell(p.Name+"="+p.Value))
	}
	return t
}

// set is that of the Applications that a set makes, as far as it is known which, and
// else of its template.
func (d *Deployed) set(o object) []origin.Fault {
	made, unknown, ok := argoApps{d.repository}.made(o)
	if !ok {
		return nil
	}
	var all []origin.Fault
	for _, one := range made {
		var spec applicationSpec
		if one.spec(&spec) == nil {
			all = append(all, d.application(one, spec, true)...)
		}
	}
	if unknown == "" {
		return all
	}
	by := "makes Applications for what its generator " + unknown + " finds"
	if unknown == unfilled {
		by = "makes Applications of a template that is not filled in"
	}
	spec := o.template()
	for _, s := range append(spec.Sources, deref(spec.Source)...) {
		if s.Chart == "" || strings.Contains(s.Chart+s.RepoURL, "{{") {
			continue
		}
		t := d.templating(o, s, spec.Destination.Namespace, nil)
		t.flags = []string{"-f VALUES"}
		if strings.Contains(t.version, "{{") {
			t.version = ""
		}
		t.release = t.chart // each has a name of its own
		if strings.Contains(t.namespace, "{{") {
			t.namespace = ""
		}
		return append(all, o.lacking(origin.LackingInstalled, t.chart, by+": each installs "+t.words(), t.command()))
	}
	f := o.asks(by+", of which nothing in the input tells", "render each that it has made: argocd app manifests NAME | onus check -")
	f.Lacks = origin.Lack{What: origin.LackingApplied, Name: o.title()}
	return append(all, f)
}

// template is what a set makes Applications of, with the values filled in that its own
// generators state.
func (o object) template() applicationSpec {
	var whole struct {
		Generators any `json:"generators"`
		Template   any `json:"template"`
	}
	if o.spec(&whole) != nil {
		return applicationSpec{}
	}
	stated := map[string]any{}
	states(whole.Generators, stated)
	tree, _ := eachString(whole.Template, fast(stated))
	text, err := json.Marshal(tree)
	var filled applicationSet
	if err != nil || json.Unmarshal(text, &filled) != nil {
		return applicationSpec{}
	}
	return filled.Spec
}

// states adds the values that generators state, by the names that templates have them by. Of
// several of a name the first one counts.
func states(v any, into map[string]any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			states(e, into)
		}
	case map[string]any:
		values, _ := v["values"].(map[string]any)
		for name, value := range values {
			for _, called := range []string{"values." + name, ".values." + name} {
				if _, known := into[called]; !known {
					into[called] = value
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			states(v[key], into)
		}
	}
}

// applicationSet is the template of a set.
type applicationSet struct {
	Spec applicationSpec `json:"spec"`
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
