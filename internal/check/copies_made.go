package check

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// oneTemplate reports whether one edit of a template mends two objects that a chart makes of it:
// in two releases, or in a loop. The number of pods that each of several programs has is its
// own: what raises it mends both only of releases of one program.
func (c *copies) oneTemplate(a, b member) bool {
	if !c.templated(a) || !c.templated(b) {
		return false
	}
	x, y := c.workload(a), c.workload(b)
	same := x != nil && y != nil && len(x.Template.Containers) > 0 && sameImages(x, y)
	switch {
	case a.Position != b.Position && !(same && templateOf(a.Position) == templateOf(b.Position)):
		return false
	case a.Fix == nil || b.Fix == nil:
		return same && a.Fix == b.Fix && a.Message == b.Message
	case a.Fix.Summary != b.Fix.Summary || !slices.Equal(a.Fix.Values, b.Fix.Values):
		return false
	}
	return same || a.Fix.Raise == nil && b.Fix.Raise == nil && adds(a.Fix) && adds(b.Fix)
}

// templated reports whether a chart makes what a finding is about, also where an application or
// a release of helmfile has that installed.
func (c *copies) templated(m member) bool {
	u := c.units[m.unit]
	return u.OfChart || u.Chart != nil || strings.Contains("/"+filepath.ToSlash(m.Position.File), templates)
}

// templates is the folder of a chart for what it makes, in a path.
const templates = "/templates/"

// adds reports whether a fix does nothing but add objects, or set values.
func adds(fix *finding.Fix) bool {
	return len(fix.Changes)+len(fix.Values) > 0 &&
		!slices.ContainsFunc(fix.Changes, func(c finding.Change) bool { return c.Action != finding.Create })
}

// templateOf is a place in a template of a chart, without the folder that the chart stands in.
func templateOf(at origin.Position) origin.Position {
	file := filepath.ToSlash(at.File)
	if i := strings.LastIndex(file, templates); i >= 0 {
		at.File = file[strings.LastIndex(file[:i], "/")+1:]
	}
	return at
}

// shards reports whether two objects of a unit are ones that a generator writes, and who copies
// in its place: they run the same on as many pods, and differ in nothing but an index in their
// names and labels.
func (c *copies) shards(a, b member) bool {
	if a.Message != b.Message || a.Subject.Namespace != b.Subject.Namespace || !indexed(a.Subject.Name, b.Subject.Name) {
		return false
	}
	if values := func(m member) []string {
		if m.Fix == nil {
			return nil
		}
		return m.Fix.Values
	}; !slices.Equal(values(a), values(b)) {
		return false
	}
	x, y := c.workload(a), c.workload(b)
	return x != nil && y != nil && len(x.Template.Containers) > 0 && x.AtLeast() == y.AtLeast() &&
		slices.EqualFunc(x.Template.Containers, y.Template.Containers, func(p, q kubernetes.Container) bool { return p.Image == q.Image }) &&
		indexedLabels(x.Template.Labels, y.Template.Labels)
}

// indexedLabels reports whether labels are the same but for the index in some.
func indexedLabels(x, y map[string]string) bool {
	for key, value := range x {
		if other, there := y[key]; !there || value != other && !indexed(value, other) {
			return false
		}
	}
	return len(x) == len(y)
}

// index is a word by which one of several is told from the others: a number, also behind the
// word that says what it counts, a letter, or a hash.
var index = regexp.MustCompile(`^(?:[a-z]*\d+|[a-z]|[0-9a-f]*\d[0-9a-f]{4,}|[0-9a-f]{5,}\d[0-9a-f]*)$`)

// indexed reports whether two names differ in one word, which is an index: store-0 and store-1,
// queue-shard2 and queue-shard3, zone-a and zone-b. Versions are told apart by what is in them.
func indexed(a, b string) bool {
	apart := func(r rune) bool { return strings.ContainsRune("-._", r) }
	x, y := strings.FieldsFunc(a, apart), strings.FieldsFunc(b, apart)
	if len(x) != len(y) || a == b {
		return false
	}
	differ := 0
	for i := range x {
		switch {
		case x[i] == y[i]:
		case index.MatchString(x[i]) && index.MatchString(y[i]) && alike(x[i], y[i]):
			differ++
		default:
			return false
		}
	}
	return differ == 1
}

// alike reports whether two words for an index are of one row: both count the same, or neither
// says what it counts.
func alike(a, b string) bool {
	x, y := strings.TrimRight(a, "0123456789"), strings.TrimRight(b, "0123456789")
	return x != "v" && (x == y || len(a) == len(b) && (len(a) == 1 && x != "" && y != "" || len(a) >= 5))
}

// fromOne is a custom resource as that of what an operator makes of it, of which an obligation is
// not kept: one that asks for no volume in two of its fields is mended once.
type fromOne struct {
	obligation string
	verdict    finding.Verdict
	unit       int
	resource   kubernetes.Ref
	at         origin.Position
}

// from is the custom resource of which an operator makes what a finding is about; false for
// other findings.
func (c *copies) from(m member) (fromOne, bool) {
	w := c.workload(m)
	if w == nil || w.MadeBy == nil {
		return fromOne{}, false
	}
	return fromOne{m.Obligation, m.Verdict, m.unit, w.MadeBy.Ref, m.Position}, true
}

// mendedBy says what mends one of those that another one stands for in its unit, or in another version
// of its chart, where that is
// something else; empty where it is not.
func mendedBy(m, first member) string {
	if m.Fix == nil || first.Fix == nil || m.Fix.Summary == first.Fix.Summary {
		return ""
	}
	said := "the same is so of " + m.Subject.Kind + " " + m.Subject.Name
	switch {
	case m.unit == first.unit:
		return said + ", for which: " + m.Fix.Summary
	case oneOfVersions(m, first):
		return said + " of " + chartOf(m.Position.File) + ", for which: " + m.Fix.Summary
	}
	return ""
}
