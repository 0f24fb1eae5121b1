package check

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// Copies are the results of units side by side, in which one of the findings that have one
// cause stands for the others, the gravest: a base that ten overlays build is mended once, and
// so is a manifest of which ten clusters have a copy each, a template of which a chart makes ten
// releases, and what a generator wrote ten times. It names the others, and each of these says of
// which it is a copy.
func Copies(results []Result, units []*estate.Unit) []Result {
	all := slices.Clone(results)
	c := copies{
		units: units, by: map[string][]*group{}, made: map[fromOne]*group{},
		workloads: make([]map[kubernetes.Ref]*kubernetes.Workload, len(units)),
	}
	for i := range all {
		all[i].Findings = slices.Clone(all[i].Findings)
		for k := range all[i].Findings {
			c.add(member{&all[i].Findings[k], i})
		}
	}
	for _, g := range c.groups {
		c.mark(g)
	}
	return all
}

// member is a finding, and the unit of which it is.
type member struct {
	*finding.Finding
	unit int
}

// group is what has one cause.
type group struct{ members []member }

// copies is the work of Copies.
type copies struct {
	units  []*estate.Unit
	by     map[string][]*group
	made   map[fromOne]*group
	groups []*group
	// workloads are those of each unit that was asked for one.
	workloads []map[kubernetes.Ref]*kubernetes.Workload
}

// number is one in a message: of one object several environments run as many pods as each
// needs.
var number = regexp.MustCompile(`\d+`)

func (c *copies) add(m member) {
	if m.Verdict != finding.Broken && m.Verdict != finding.Unknown || m.Position.File == "" || m.Subject.Unit == "" {
		return
	}
	from, made := c.from(m)
	if g := c.made[from]; made && g != nil {
		g.members = append(g.members, m)
		return
	}
	key := fmt.Sprint(m.Obligation, m.Verdict, m.Subject.Kind, number.ReplaceAllString(m.Message, "#"))
	g := c.joined(c.by[key], m)
	if g == nil {
		g = &group{}
		c.by[key], c.groups = append(c.by[key], g), append(c.groups, g)
	}
	if g.members = append(g.members, m); made {
		c.made[from] = g
	}
}

// joined is the one of some groups whose cause a finding has; nil for none.
func (c *copies) joined(groups []*group, m member) *group {
	for _, g := range groups {
		beside := g.in(m.unit)
		switch first := g.members[0]; {
		case beside == nil && (c.oneObject(first, m) || c.oneTemplate(first, m) || oneOfVersions(first, m)),
			beside != nil && (c.oneEdit(*beside, m) || c.oneTemplate(*beside, m) || c.shards(*beside, m) || g.elsewhere(m)):
			return g
		}
	}
	return nil
}

// in is the first that is in it of a unit; nil for none. What a unit says of two objects it
// says of two, though they are called alike.
func (g *group) in(unit int) *member {
	if i := slices.IndexFunc(g.members, func(o member) bool { return o.unit == unit }); i >= 0 {
		return &g.members[i]
	}
	return nil
}

// elsewhere reports whether another unit has in it what a finding is about, in the same place and
// under the same name, and the unit of this one has not.
func (g *group) elsewhere(m member) bool {
	there := false
	for _, o := range g.members {
		if o.Position != m.Position || o.Subject.Name != m.Subject.Name {
			continue
		}
		if o.unit == m.unit {
			return false
		}
		there = true
	}
	return there
}

// oneObject reports whether two units have what findings are about of one thing that was
// written down: in the same place, in files that have the same place in folders beside each
// other, or as copies of one manifest that is elsewhere.
func (c *copies) oneObject(a, b member) bool {
	switch {
	case a.Position == b.Position && sameName(a.Subject.Name, b.Subject.Name):
		return true
	case a.Position == b.Position || a.Subject.Name != b.Subject.Name:
		return false
	case filepath.Base(a.Position.File) == filepath.Base(b.Position.File) && a.Position.Line == b.Position.Line &&
		besides(a.Position.File, b.Position.File):
		return true
	}
	x, y := c.workload(a), c.workload(b)
	if x == nil || y == nil || a.Subject.Namespace != b.Subject.Namespace {
		return false
	}
	return sameImages(x, y)
}

// oneOfVersions reports whether two charts make objects of one name that are by the folders they stand
// in two versions of one chart, such as charts/shop-8.7 and charts/shop-8.8: who uses one of
// them does not use the other. Numbers of other kinds are those of clusters, regions or tenants, which all run.
func oneOfVersions(a, b member) bool {
	x, y := chartOf(a.Position.File), chartOf(b.Position.File)
	if x == "" || x == y || path.Dir(x) != path.Dir(y) || a.Subject.Namespace != b.Subject.Namespace || a.Subject.Name != b.Subject.Name {
		return false
	}
	of := versioned.FindStringSubmatch(path.Base(x))
	other := versioned.FindStringSubmatch(path.Base(y))
	return of != nil && other != nil && of[1] == other[1]
}

// versioned is the name of a folder that ends in a version.
var versioned = regexp.MustCompile(`^(.+)-(?:v?\d+(?:\.\d+)+|v\d+)$`)

// chartOf is the folder of the chart that a template stands in; empty for other files.
func chartOf(file string) string {
	dir, _, is := strings.Cut(filepath.ToSlash(file), templates)
	if !is {
		return ""
	}
	return dir
}

// oneEdit reports whether one edit of a chart mends two objects that it makes: of one value; or
// of what is written for programs of one image, of which the same is said, and nothing that is
// one of them's own would mend that.
func (c *copies) oneEdit(a, b member) bool {
	if a.Fix == nil || b.Fix == nil || len(a.Fix.Changes)+len(b.Fix.Changes) > 0 {
		return false
	}
	if len(a.Fix.Values)+len(b.Fix.Values) > 0 {
		return slices.Equal(a.Fix.Values, b.Fix.Values)
	}
	x, y := c.workload(a), c.workload(b)
	plain := a.Fix.Raise == nil && b.Fix.Raise == nil && a.Fix.At == nil && b.Fix.At == nil
	return c.units[a.unit].OfChart && plain && a.Message == b.Message && x != nil && y != nil && sameImages(x, y)
}

// workload is the one that a finding is about; nil for none.
func (c *copies) workload(m member) *kubernetes.Workload {
	if c.workloads[m.unit] == nil {
		all := c.units[m.unit].Kubernetes.Workloads
		by := make(map[kubernetes.Ref]*kubernetes.Workload, len(all))
		for i := len(all) - 1; i >= 0; i-- { // the first of a name counts
			by[all[i].Ref] = &all[i]
		}
		c.workloads[m.unit] = by
	}
	return c.workloads[m.unit][kubernetes.Ref{Kind: m.Subject.Kind, Namespace: m.Subject.Namespace, Name: m.Subject.Name}]
}

// mark has the foremost name the others, which say that they are copies of it, and say by what
// those are mended that are mended by something else.
func (c *copies) mark(g *group) {
	if len(g.members) < 2 {
		return
	}
	first := c.foremost(g.members)
	for _, m := range g.members {
		if m.Finding == first.Finding {
			continue
		}
		m.CopyOf = first.Fingerprint
		first.Copies = append(first.Copies, finding.Copy{Subject: m.Subject, Fingerprint: m.Fingerprint, Position: m.Position})
		first.Copies = append(first.Copies, elsewhere(m.Finding)...)
		if said := mendedBy(m, first); said != "" {
			first.Evidence = append(slices.Clone(first.Evidence), finding.Evidence{Text: said, Position: m.Position})
		}
	}
}

// elsewhere are the units that state what a copy is about in another way, as copies.
func elsewhere(f *finding.Finding) []finding.Copy {
	var all []finding.Copy
	for _, a := range f.AlsoIn {
		s := f.Subject
		s.Unit = a.Unit
		all = append(all, finding.Copy{Subject: s, Fingerprint: a.Fingerprint, Position: a.Position})
	}
	return all
}

// besides reports whether two files have the same place in folders beside each other, such
// as those of two teams: their paths differ in the name of one folder.
func besides(a, b string) bool {
	x, y := strings.Split(filepath.ToSlash(a), "/"), strings.Split(filepath.ToSlash(b), "/")
	if len(x) != len(y) {
		return false
	}
	differ := 0
	for i := range x {
		if x[i] != y[i] {
			differ++
		}
	}
	return differ == 1 && x[len(x)-1] == y[len(y)-1]
}

// sameName reports whether a name is another with what an overlay puts before or
// behind it. A template that loops writes objects of other names in one place,
// all of one unit.
func sameName(a, b string) bool { return strings.Contains(a, b) || strings.Contains(b, a) }

// sameImages reports whether two workloads run the same images, of whatever release: which
// clusters have taken the last one is nothing of theirs.
func sameImages(a, b *kubernetes.Workload) bool {
	return slices.EqualFunc(a.Template.Containers, b.Template.Containers, func(x, y kubernetes.Container) bool {
		return repository(x.Image) == repository(y.Image)
	})
}

// repository is an image without its tag and its digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if at := strings.LastIndex(image, ":"); at > strings.LastIndex(image, "/") {
		image = image[:at]
	}
	return image
}
