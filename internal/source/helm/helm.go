// Package helm renders a chart in a directory as `helm template` would, with
// Helm's own loader and engine, and says where in the chart each object stands.
//
// Nothing leaves the input: no network, no plugins, no post-renderers, no
// name lookups, and `lookup` finds nothing, as it does without a cluster.
// Functions that make something up (passwords, keys, certificates, the time)
// give fixed values, so that one chart always renders the same.
//
// Left out is what Helm does not keep running: NOTES.txt, tests, and the crds
// directory, which `helm template` leaves out, too.
package helm

import (
	"cmp"
	"context"
	"path/filepath"

	"helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// ChartFile is the file that makes a directory a chart.
const ChartFile = "Chart.yaml"

// Options is what a chart is rendered with. The zero value renders it with its
// own defaults.
type Options struct {
	// Given are files that the user names, wherever they stand. Values are files of
	// the tree, within its bounds. Each goes over what came before, those of Values
	// over those of Given, and all over the chart's own values.yaml.
	Given, Values []string
	// Inline are values that go over those of all files: what a custom resource that
	// installs a chart holds itself.
	Inline map[string]any
	// Set are strings in the form of Helm's --set, and SetString of --set-string, which go over all of these.
	Set, SetString []string
	// Release is the release's name; empty for the chart's. Namespace is where it
	// is installed; empty for default.
	Release, Namespace string
}

// Document is one rendered object, or several in one document.
type Document struct {
	Data []byte
	// File is the template that it came from, as the user named the chart, or the
	// archive that holds the template. Line is where the object begins in it; 0
	// in an archive.
	File string
	Line int
	// Lines are, for each line of Data, that of the template which gave it, 1-based; 0 where
	// that is not known.
	Lines []int
	// Hook says when Helm applies it, as its annotation does: pre-install. Empty
	// for what belongs to the release itself.
	Hook string
}

// Release is a chart that was rendered.
type Release struct {
	Chart     string // its name
	Documents []Document
	// Missing are the parts that are not there: charts it depends on. Each says
	// where it is asked for, how it is had, and what it may hold.
	Missing []unit.Absent
	// Refused is why Helm renders nothing of it with these values, though what is
	// left of it was rendered; nil where Helm renders it.
	Refused *Refusal
	// Empty says why it makes no object, where nothing fails; Notes what its values are taken from.
	Empty     string
	Notes     []origin.Fault
	asked     []string // values that were made up for it, as it asks for them: KEY.OF.VALUE
	namespace string   // that it is installed into; empty where nobody says
}

// Render renders the chart in a directory of a tree, whose bounds hold for all
// that is read. Of a chart that asks for values which nobody gives, or of which
// templates fail, the rest is rendered, and Refused says why Helm would not do
// that. What is no chart is a *document.Error. A library chart renders to
// nothing.
func Render(ctx context.Context, in *unit.Tree, dir string, o Options) (*Release, error) {
	c, err := load(in, dir)
	if err != nil {
		return nil, err
	}
	release := &Release{Chart: c.root.Name(), namespace: o.Namespace}
	release.Notes = c.notes
	if isLibrary(c.root) {
		release.Empty = "is a library for other charts"
		return release, nil
	}
	given, err := values(in, o)
	if err != nil {
		return nil, err
	}
	if err := c.fitsKubernetes(); err != nil {
		return nil, err
	}
	c.called = map[*chart.Dependency]string{}
	walk(c.root, func(sub *chart.Chart) {
		for _, d := range sub.Metadata.Dependencies {
			c.called[d] = d.Name
		}
	})
	if err := util.ProcessDependencies(c.root, given); err != nil {
		return nil, c.fault(err)
	}
	missing := c.missing()
	top, err := chartutil.ToRenderValuesWithSchemaValidation(c.root, given, common.ReleaseOptions{
		Name: cmp.Or(o.Release, c.root.Name()), Namespace: cmp.Or(o.Namespace, "default"), Revision: 1, IsInstall: true,
	}, capabilities(), true)
	if err != nil {
		return nil, c.fault(err)
	}
	r := renderer{loaded: c, missing: missing, refusal: c.validate(top)}
	files, err := r.render(ctx, top)
	if err != nil {
		return nil, err
	}
	release.Documents, release.Refused, release.asked = c.documents(files), r.refusal, r.given
	for _, m := range missing {
		release.Missing = append(release.Missing, m.absent())
	}
	if len(release.Documents) == 0 && release.Refused == nil && len(missing) == 0 {
		release.Empty = nothingMade(in, dir, o)
	}
	return release, nil
}

// leaveOut takes a template out of the chart, by the name that the engine gives
// it. It reports false where there is none of that name.
func (c *loaded) leaveOut(name string) bool {
	found := false
	walk(c.root, func(sub *chart.Chart) {
		kept := make([]*common.File, 0, len(sub.Templates))
		for _, t := range sub.Templates {
			if sub.ChartFullPath()+"/"+t.Name == name {
				found = true
				continue
			}
			kept = append(kept, t)
		}
		sub.Templates = kept
	})
	return found
}

// walk calls do for a chart and for all that it depends on.
func walk(c *chart.Chart, do func(*chart.Chart)) {
	do(c)
	for _, sub := range c.Dependencies() {
		walk(sub, do)
	}
}

func (c *loaded) file(name string) string { return filepath.Join(c.dir, filepath.FromSlash(name)) }

func isLibrary(c *chart.Chart) bool { return c.Metadata.Type == "library" }
