package helm

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// Given is what the user gives for charts: --values and --set.
type Given struct {
	Values, Set []string
}

// Units finds the charts of an input: each directory with a Chart.yaml that is not part
// of another chart, by where it stands or by what that one depends on, and the newest
// version of each packaged one. A chart is a unit with its own values; each file of
// values beside it that changes something is one more. Files of values that stand above
// its directory take the place of its own, where some are for production. With values of
// the user's, these alone are rendered.
func Units(given Given) unit.Builder {
	return func(ctx context.Context, in *unit.Tree) []unit.Found {
		dirs := charts(in)
		parts := partsOfOthers(in, dirs)
		inOthers := slices.Concat(slices.Collect(maps.Values(parts))...)
		own := slices.DeleteFunc(slices.Concat(dirs, packages(in, dirs)), func(dir string) bool { return slices.Contains(inOthers, dir) })
		siblings := forOthers(in, dirs)
		found := make([][]unit.Found, len(own))
		var told []stack
		if len(own) > 0 {
			told = stacks(in)
		}
		unit.Each(len(own), func(i int) {
			c := chartUnits{ctx: ctx, in: in, dir: own[i], charts: dirs, stacks: told, given: given}
			found[i] = c.find()
			for k := range found[i] {
				found[i][k].Owns = append(found[i][k].Owns, parts[own[i]]...)
				found[i][k].Unneeded = siblings[own[i]]
			}
		})
		return slices.Concat(found...)
	}
}

// charts are the directories that hold a chart and are not part of another.
func charts(in *unit.Tree) []string {
	var all []string
	for _, f := range in.Files {
		if filepath.Base(f) == ChartFile {
			all = append(all, filepath.Dir(f))
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Clone(all), func(dir string) bool {
		return slices.ContainsFunc(all, func(other string) bool { return inside(other, dir) })
	})
}

// inside reports whether a directory stands below another.
func inside(dir, p string) bool {
	rest, ok := strings.CutPrefix(p, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
	return dir != p && (ok && rest != "" || dir == ".")
}

// chartUnits makes the units of one chart.
type chartUnits struct {
	ctx    context.Context
	in     *unit.Tree
	dir    string
	charts []string // all of the tree
	stacks []stack  // of files of values
	given  Given
}

func (c *chartUnits) find() []unit.Found {
	own := c.found("", Options{Given: c.given.Values, Set: c.given.Set}, func(ctx context.Context) unit.Built {
		return Build(ctx, c.in, c.dir, Options{Given: c.given.Values, Set: c.given.Set})
	})
	if len(c.given.Values)+len(c.given.Set) > 0 {
		return []unit.Found{own}
	}
	environments, checked := ofDeployments(matching(c.in, c.dir, environments))
	trials, installed := slices.Concat(matching(c.in, c.dir, trials), checked), []string(nil)
	if loaded, err := load(c.in, c.dir); err == nil {
		environments = append(environments, fitting(c.in, loaded.root, matching(c.in, c.dir, inFolders))...)
		for _, f := range profiles(c.in, loaded.root, c.dir) {
			if !slices.Contains(slices.Concat(environments, trials), f) {
				environments = append(environments, f)
			}
		}
		installed = outside(c.in, loaded.root, c.dir, c.charts)
	}
	environments = append(environments, installed...)
	switch {
	case slices.ContainsFunc(installed, func(file string) bool { return purpose.IsProduction(filepath.Base(file)) }):
		return c.installed(installed)
	case len(environments)+len(trials) == 0:
		return []unit.Found{own}
	}
	return c.variants(own, environments, trials)
}

// installed are the units of a chart that is installed with files of values which stand
// beside its directory: nobody installs it with its own alone.
func (c *chartUnits) installed(files []string) []unit.Found {
	var all []unit.Found
	for _, file := range files {
		o := Options{Values: c.over(file, files)}
		all = append(all, c.found(file, o, func(ctx context.Context) unit.Built { return Build(ctx, c.in, c.dir, o) }))
	}
	return all
}

// variants are the units of a chart that files of values stand with. Those that
// change nothing are none. Where the chart needs values that only these give,
// it is no unit without them; where only files for tests do, it is one all the same, of
// which each value that it asks for is given.
func (c *chartUnits) variants(own unit.Found, environments, trials []string) []unit.Found {
	var all []unit.Found
	seen := map[string]bool{}
	plain, err := Render(c.ctx, c.in, c.dir, Options{})
	failed := err != nil || plain.Refused != nil
	with := Options{}
	if failed && err == nil && len(environments) == 0 {
		if filled, o := c.filledIn(plain, trials); filled != nil {
			failed, plain, with = false, filled, o
		}
	}
	if !failed {
		seen[plain.content()], seen[plain.objects()] = true, true
		all = append(all, c.found("", with, func(context.Context) unit.Built { return plain.built() }))
	}
	add := func(file string, files []string, key func(*Release) string) {
		o := Options{Values: files}
		r, err := Render(c.ctx, c.in, c.dir, o)
		if err != nil {
			fails := func(context.Context) unit.Built { return unit.Built{Missing: faults(err)} }
			all = append(all, c.found(file, o, fails))
			return
		}
		k := key(r)
		if !seen[k] {
			all = append(all, c.rendered(file, o, r))
		} else if r.Refused != nil {
			r.Documents = nil // which another file of values gives
			all = append(all, c.rendered(file, o, r))
		}
		if r.Refused == nil || r.Refused.filled {
			seen[k], seen[r.objects()] = true, true
		}
	}
	for _, file := range environments {
		add(file, c.over(file, environments), (*Release).content)
	}
	for _, file := range trials {
		add(file, []string{file}, (*Release).objects)
	}
	if failed && len(environments) == 0 && len(seen) > 0 {
		c.alone(all)
	}
	if failed && len(seen) == 0 {
		if err == nil {
			own = c.rendered("", Options{}, plain)
		}
		all = append([]unit.Found{own}, all...)
	}
	return all
}

// alone has the first of the only units that there are of a chart, files for tests, be the
// chart, where that file does no more than give what it asks for.
func (c *chartUnits) alone(all []unit.Found) {
	i := slices.IndexFunc(all, func(f unit.Found) bool { return !sizes(c.in, f.Path) })
	if i >= 0 {
		all[i].Name, all[i].Path = c.in.Name(c.dir), c.dir
	}
}

func (c *chartUnits) rendered(file string, o Options, r *Release) unit.Found {
	return c.found(file, o, func(context.Context) unit.Built { return r.built() })
}

// found is the unit of a chart with a file of values, empty for its own, and what
// it is rendered with.
func (c *chartUnits) found(file string, o Options, build func(context.Context) unit.Built) unit.Found {
	u := unit.Unit{Name: c.in.Name(c.dir), Kind: unit.Chart, Path: c.dir, Deprecated: deprecated(c.in, c.dir)}
	u.OwnValues = len(o.Values)+len(o.Given)+len(o.Set) == 0
	if file != "" {
		u.Name, u.Path = c.layered(o.Values), file
	}
	return unit.Found{Unit: u, Owns: []string{c.dir}, Build: build, Chart: Asked(c.in, c.dir, o)}
}

// deprecated reports whether a chart says that it is.
//
// Source: helm.sh/docs/topics/charts (the Chart.yaml file).
func deprecated(in *unit.Tree, dir string) bool {
	var chart struct {
		Deprecated bool `json:"deprecated"`
	}
	if packed, err := unpack(in, dir); err == nil {
		return packed.Metadata.Deprecated
	}
	data, _ := in.ReadFile(filepath.Join(dir, ChartFile)) // of what cannot be read the rendering tells
	return yaml.Unmarshal(data, &chart) == nil && chart.Deprecated
}

// Build renders a chart as a unit. Why it does not render is missing.
func Build(ctx context.Context, in *unit.Tree, dir string, o Options) unit.Built {
	r, err := Render(ctx, in, dir, o)
	if err != nil {
		return unit.Built{Missing: faults(err)}
	}
	return r.built()
}

// built is a release as a unit. Where nothing says into which namespace it goes, it is
// the one that its objects write which write any. What hooks run is over before anything
// happens to a node: their Jobs and Pods are left out.
func (r *Release) built() unit.Built {
	b := unit.Built{}
	for _, d := range r.Documents {
		if !slices.Contains(b.Files, d.File) {
			b.Files = append(b.Files, d.File)
		}
		kind := topValue(strings.Split(string(d.Data), "\n"), "kind")
		if d.Hook != "" && (kind == "Job" || kind == "Pod") {
			continue
		}
		b.Documents = append(b.Documents, unit.Document{Bytes: d.Data, File: d.File, Line: d.Line, Lines: d.Lines})
	}
	if r.namespace == "" {
		b.Documents = unit.In(unit.SoleNamespace(b.Documents), b.Documents)
	}
	b.Absent, b.Notes, b.Empty = r.Missing, r.Notes, r.Empty
	if r.Refused != nil {
		b.Refused = []unit.Refused{r.Refused.asUnits()}
	}
	return b
}

func faults(err error) []origin.Fault {
	var e *document.Error
	if !errors.As(err, &e) {
		return []origin.Fault{{Reason: err.Error()}}
	}
	return []origin.Fault{{File: e.File, Line: e.Line, Reason: e.Msg, Hint: e.Hint, Sets: e.Sets}}
}
