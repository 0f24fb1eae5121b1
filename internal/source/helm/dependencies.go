package helm

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// addLocal adds the charts that a chart depends on, that its charts directory
// does not hold, and that are at hand: at a file:// address, from which
// `helm dependency build` would copy them without the network, or in a directory
// of that name beside the chart, as repositories of charts have them. A name and
// a version that fit are asked of both. Else it is the one of the input that has the
// name, and the very version.
func (c *loaded) addLocal(to *chart.Chart, dir string, above []string) {
	for _, d := range to.Metadata.Dependencies {
		if provided(to, d) {
			continue
		}
		at := nearby(dir, d)
		if !c.in.IsFile(filepath.Join(at, ChartFile)) {
			at = Here(c.in, d.Name, d.Version)
		}
		if at == "" {
			continue // named as missing
		}
		if slices.Contains(above, at) {
			continue
		}
		if sub, err := c.directory(at, above); err == nil && sub.Name() == d.Name && fits(d, sub.Metadata) {
			withoutOthers(to, d)
			to.AddDependency(sub)
		}
	}
}

// withoutOthers leaves out of a chart what its charts directory holds of a name in versions
// that nothing asks for, as helm dependency build does: both would be rendered.
func withoutOthers(to *chart.Chart, d *chart.Dependency) {
	stale := func(sub *chart.Chart) bool {
		wanted := func(other *chart.Dependency) bool { return other.Name == sub.Name() && fits(other, sub.Metadata) }
		return sub.Name() == d.Name && !slices.ContainsFunc(to.Metadata.Dependencies, wanted)
	}
	to.SetDependencies(slices.DeleteFunc(slices.Clone(to.Dependencies()), stale)...)
}

// nearby is where a chart that one in dir depends on may stand, outside of its
// charts directory.
func nearby(dir string, d *chart.Dependency) string {
	if address, local := strings.CutPrefix(d.Repository, "file://"); local {
		at := filepath.FromSlash(address)
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		return filepath.Clean(at)
	}
	return filepath.Join(filepath.Dir(filepath.Clean(dir)), filepath.Base(d.Name))
}

// fits reports whether a chart has a version that a dependency takes.
func fits(d *chart.Dependency, c *chart.Metadata) bool {
	return d.Version == "" || util.IsCompatibleRange(d.Version, c.Version)
}

// provided reports whether the charts of a chart meet what it depends on.
func provided(c *chart.Chart, d *chart.Dependency) bool {
	return slices.ContainsFunc(c.Dependencies(), func(sub *chart.Chart) bool {
		return sub.Name() == d.Name && fits(d, sub.Metadata)
	})
}

// missingChart is a chart that another depends on and that is not there.
type missingChart struct {
	name    string // or its alias
	at      document.Error
	leftOut int      // templates that fail without it
	lost    []string // their files, as the chart has them
	text    []byte   // of those
	// ownOnly says that it makes objects of its own, and none for the pods of others: a
	// budget for pods of the chart that depends on it is in that one.
	ownOnly bool
}

// fault names it, where it is asked for, and how much of the chart that takes.
func (m *missingChart) fault() *document.Error {
	e := m.at
	if m.leftOut > 0 {
		e.Msg += "; " + words.Count(m.leftOut, "template") + " cannot be rendered without it"
		if len(m.lost) > 0 {
			e.Msg += ": " + words.Few(slices.Sorted(slices.Values(m.lost)))
		}
	}
	return &e
}

// absent is it as the units have it.
func (m *missingChart) absent() unit.Absent {
	e := m.fault()
	a := unit.Absent{Fault: origin.Fault{
		File: e.File, Line: e.Line, Reason: e.Msg, Hint: e.Hint, Lacks: origin.Lack{What: origin.LackingChart, Name: m.name},
	}, Text: m.text}
	if m.ownOnly {
		a.Own = m.name
	}
	return a
}

// missing are the charts that the chart, or one that it depends on, depends on
// and that are not there. It is asked once conditions and tags were applied: by
// then names are aliases, and what is switched off is gone.
func (c *loaded) missing() []*missingChart {
	var all []*missingChart
	walk(c.root, func(sub *chart.Chart) {
		for _, d := range sub.Metadata.Dependencies {
			if slices.ContainsFunc(sub.Dependencies(), func(s *chart.Chart) bool { return s.Name() == d.Name }) {
				continue
			}
			from := c.source[sub.Raw[0]]
			at := document.Error{File: from.path, Hint: "helm dependency build " + c.dir}
			m := &missingChart{name: d.Name, ownOnly: !responsibility.IsSharedChart(c.called[d]), at: at}
			if !from.archive {
				m.at.File, m.at.Line = filepath.Join(from.path, ChartFile), dependencyLine(sub, d)
			}
			m.at.Msg = fmt.Sprintf("depends on the chart %s%s, which is not here", d.Name, versionAndAddress(d))
			if others := Otherwise(c.in, c.called[d], d.Version); len(others) > 0 {
				m.at.Msg += ": Helm takes what its repository has, and not " + words.Few(others)
			}
			if alias, is := aliased(d.Repository); is && !c.in.IsFile(filepath.Join(from.path, "Chart.lock")) {
				m.at.Hint = "helm repo add " + alias + " URL; " + m.at.Hint
			}
			if strings.HasPrefix(d.Repository, "git+") {
				m.at.Hint += ", with the plugin helm-git"
			}
			all = append(all, m)
		}
	})
	return all
}

// aliased is the name by which the address of a repository is one that `helm repo add` has
// given.
//
// Source: helm.sh/docs/helm/helm_dependency.
func aliased(repository string) (string, bool) {
	if name, is := strings.CutPrefix(repository, "@"); is {
		return name, true
	}
	return strings.CutPrefix(repository, "alias:")
}

func versionAndAddress(d *chart.Dependency) string {
	var s string
	if d.Version != "" {
		s = " " + d.Version
	}
	if d.Repository != "" {
		s += " of " + d.Repository
	}
	return s
}

// dependencyLine is the line on which a chart names what it depends on. Charts
// of apiVersion v1 name it in another file: then it is 0.
func dependencyLine(c *chart.Chart, d *chart.Dependency) int {
	for _, f := range c.Raw {
		if f.Name != ChartFile {
			continue
		}
		doc, err := document.Parse(f.Data, 1)
		if err != nil || doc == nil {
			return 0
		}
		var named struct {
			Dependencies []struct {
				Name  string `json:"name"`
				Alias string `json:"alias"`
			} `json:"dependencies"`
		}
		if doc.Decode(&named) != nil {
			return 0
		}
		for i, n := range named.Dependencies {
			if n.Alias == d.Name || n.Name == d.Name && n.Alias == "" {
				return doc.Line(jsontext.Pointer(fmt.Sprintf("/dependencies/%d", i)))
			}
		}
	}
	return 0
}
