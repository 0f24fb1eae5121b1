package gitops

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/terraform"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// terraformReleases are charts that Terraform installs.
type terraformReleases struct{ *repository }

// TerraformAt names a release of Terraform among what was applied.
func TerraformAt(x terraform.Release) Object {
	return Object{Kind: terraform.ReleaseType, File: filepath.Clean(x.Position.File), Line: x.Position.Line}
}

// installed are the charts of the repository that Terraform installs, each release with its values.
func (r terraformReleases) installed(ctx context.Context, read map[Object]bool) []application {
	var all []application
	for _, x := range r.releases() {
		dir := r.chartOf(x)
		if dir == "" {
			continue
		}
		read[TerraformAt(x)] = true
		by := asObject(x)
		options := r.options(x)
		build := func(ctx context.Context) unit.Built {
			built := helm.Build(ctx, r.in, dir, options)
			if open := slices.Concat(x.Unknown, helm.Undecided(ctx, r.in, dir, options)); len(open) > 0 {
				built.Missing = append(built.Missing, by.asks("takes "+words.First(open, mostOpen)+" from what is not known until Terraform runs",
					asInstalled(by.name, x.Namespace)))
			}
			built.Documents = unit.In(options.Namespace, built.Documents)
			return built
		}
		all = append(all, application{
			by: by, name: by.name, kind: unit.Terraform, dir: dir, chart: r.asked(dir, options, options.Namespace), build: build,
		})
	}
	return all
}

// mostOpen is how many values that are not known are named.
const mostOpen = 3

// asInstalled is the command that gives a release as it runs.
func asInstalled(name, namespace string) string {
	in := ""
	if namespace != "" {
		in = " -n " + words.InShell(namespace)
	}
	return "helm get manifest " + words.InShell(name) + in + " | onus check -"
}

// asObject is a release as what applies something.
func asObject(x terraform.Release) object {
	return object{
		kind: terraform.ReleaseType, namespace: x.Namespace, name: cmp.Or(x.Name, x.Resource), file: x.Position.File, line: x.Position.Line,
	}
}

// releases are those of all the Terraform in the input; none where no file has one.
func (r terraformReleases) releases() []terraform.Release {
	var files []string
	has := false
	for _, file := range r.in.Files {
		if !terraform.Is(file) {
			continue
		}
		data, err := r.in.ReadFile(file)
		if err != nil || len(data) > longest {
			continue
		}
		files = append(files, file)
		has = has || bytes.Contains(data, []byte(terraform.ReleaseType))
	}
	if !has {
		return nil
	}
	c := terraform.Configuration{Read: r.in.ReadFile}
	if r.in.Tried != nil {
		c.Aside = func(dir string) bool { return r.in.Tried(filepath.Join(dir, "main.tf")) }
	}
	for _, file := range files {
		data, _ := r.in.ReadFile(file) // which was read before
		_ = c.Add(file, data)          // of what is no HCL the reading of the file tells
	}
	return c.Releases()
}

// chartOf is the chart in the repository that a release installs, by its path, or by its name and
// version where it was published from here; empty for one that stands elsewhere.
func (r terraformReleases) chartOf(x terraform.Release) string {
	local := filepath.FromSlash(x.Path)
	switch {
	case x.Chart == "":
		return ""
	case x.Path != "" && (x.Repository == "" || strings.HasPrefix(x.Chart, ".")):
		if r.has(local, helm.ChartFile) || filepath.Ext(local) == helm.PackageExtension && r.in.IsFile(local) {
			return local
		}
		return ""
	case x.Repository == "" || x.Repository == origin.NotKnown:
		return ""
	}
	return r.publishedChart(x.Chart, x.Version, x.Repository)
}

// options are what a release is rendered with.
func (r terraformReleases) options(x terraform.Release) helm.Options {
	o := helm.Options{Release: x.Name, Namespace: x.Namespace}
	for _, v := range x.Values {
		if v.File != "" && o.Inline == nil {
			o.Values = append(o.Values, v.File)
			continue
		}
		over := v.Inline
		if v.File != "" {
			text, err := r.in.ReadFile(v.File)
			if err != nil || yaml.Unmarshal(text, &over) != nil {
				o.Values = append(o.Values, v.File) // of which the rendering tells
				continue
			}
		}
		o.Inline = helm.Merge(o.Inline, over)
	}
	for _, set := range x.Sets {
		if set.Text {
			o.SetString = append(o.SetString, set.Name+"="+set.Value)
			continue
		}
		o.Set = append(o.Set, set.Name+"="+set.Value)
	}
	return o
}

// TerraformNotHere says that the chart of a release of Terraform is not in the input.
func (d *Deployed) TerraformNotHere(x terraform.Release) origin.Fault {
	o := asObject(x)
	if x.Chart == "" {
		f := o.asks("installs a chart that is not known until Terraform runs",
			asInstalled(o.name, x.Namespace))
		f.Lacks = origin.Lack{What: origin.LackingInstalled}
		return f
	}
	t := templating{release: o.name, namespace: x.Namespace, chart: x.Chart, repository: x.Repository, version: x.Version, flags: flagsOf(x)}
	switch {
	case t.repository == origin.NotKnown:
		t.repository = ""
	case t.repository == "" && strings.HasPrefix(x.Chart, "oci://"):
		t.chart = path.Base(x.Chart)
		t.repository = strings.TrimSuffix(x.Chart, "/"+t.chart)
	case t.repository == "" && strings.HasPrefix(x.Chart, "."):
		t.chart = x.Path
	case t.repository != "" && !strings.Contains(t.repository, "://"): // one that Helm knows by a name
		t.chart, t.repository = t.repository+"/"+t.chart, ""
	}
	return o.lacking(origin.LackingInstalled, t.chart, "installs "+t.words(), t.command())
}

// flagsOf are the flags by which Helm gets the values of a release: VALUES stand for those that
// stand in no file, and VALUE for one that is not known, or may be secret.
func flagsOf(x terraform.Release) (flags []string) {
	add := func(flag string) {
		if len(flags) == 0 || flags[len(flags)-1] != flag {
			flags = append(flags, flag)
		}
	}
	for _, v := range x.Values {
		if v.File != "" {
			add("-f " + words.InShell(v.File))
		} else if len(v.Inline) > 0 {
			add("-f VALUES")
		}
	}
	if len(x.Unknown) > 0 {
		add("-f VALUES")
	}
	for _, set := range x.Sets {
		flag, value := "--set ", set.Value
		if set.Text {
			flag = "--set-string "
		}
		if set.Secret { // even what does not look like one
			value = "VALUE"
		}
		add(flag + words.Setting(set.Name, value))
	}
	return flags
}
