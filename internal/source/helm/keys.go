package helm

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	chartutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// Asked is what can be asked of a chart that is rendered with some options.
func Asked(in *unit.Tree, dir string, o Options) *unit.ChartValues {
	parts := sync.OnceValue(func() *parted { return partsOf(in, dir, o) })
	at := func(file string, line int) object { return parts().objectAt(in, file, line) }
	return &unit.ChartValues{
		With: func(ctx context.Context, set []string) unit.Built {
			with := o
			with.Set = slices.Concat(o.Set, set)
			return Build(ctx, in, dir, with)
		},
		Named:    func(file string, line int, field string) []string { return at(file, line).named(field) },
		Written:  func(file string, line int, field string) int { return at(file, line).written(field) },
		Lacks:    func(file string, line int, field string) bool { return at(file, line).lacks(field) },
		Switches: func(file string, line int, field string) []string { return at(file, line).switches(field) },
		Guards:   func(file string, line int, field string) []string { return at(file, line).guards(field) },
		Line:     func(key string) (origin.Position, any) { return parts().line(in, o, key) },
		Default:  func(key string) (origin.Position, any) { return parts().line(in, Options{}, key) },
		Budgets: func() [][]string {
			if parts().root == nil {
				return nil
			}
			return append(budgets(parts().root, ""), parts().counted(parts().root, "")...)
		},
		Autoscalers: func() [][]string {
			if parts().root == nil {
				return nil
			}
			return autoscalers(parts().root, "")
		},
	}
}

// parted is a chart with what it depends on, under the names that their values have.
type parted struct {
	root     *chart.Chart // nil where it cannot be loaded
	own      string       // its own file of values; empty where it lies in an archive
	values   map[string]any
	prefixes map[string][]string // by directory: what the values of the chart there stand under
}

// partsOf loads a chart with the values that it is rendered with.
func partsOf(in *unit.Tree, dir string, o Options) *parted {
	p := &parted{prefixes: map[string][]string{}}
	c, err := load(in, dir)
	if err != nil {
		return p
	}
	given, err := values(in, o)
	if err != nil {
		return p
	}
	_ = util.ProcessDependencies(c.root, given) // what it cannot do is a fault of the rendering
	if p.values, err = chartutil.CoalesceValues(c.root, given); err != nil {
		p.values = given
	}
	if p.root = c.root; !c.source[c.root.Raw[0]].archive {
		p.own = c.file(ownValues)
	}
	var walk func(of *chart.Chart, prefix string)
	walk = func(of *chart.Chart, prefix string) {
		at := c.source[of.Raw[0]].path
		p.prefixes[at] = append(p.prefixes[at], prefix)
		for _, sub := range of.Dependencies() {
			walk(sub, prefix+sub.Name()+".")
		}
	}
	walk(c.root, "")
	return p
}

// at is the value at a path; nil where there is none.
func (p *parted) at(key string) any {
	var v any = p.values
	for name := range strings.SplitSeq(key, ".") {
		m, is := v.(map[string]any)
		if !is {
			return nil
		}
		v = m[name]
	}
	return v
}

// object is one of a template, as it is written there.
type object struct {
	of       *parted
	prefixes []string // of its values, as the chart has them
	first    int      // the line that it begins on
	lines    []string
	readings []reading // of its template
	archived bool      // its template lies in an archive, and is not at hand
}

// objectAt is the object that begins on a line of a template.
func (p *parted) objectAt(in *unit.Tree, file string, line int) object {
	file = filepath.Clean(file)
	o := object{of: p, first: line}
	for dir := range origin.Upwards(filepath.Dir(file), filepath.Dir) {
		if o.prefixes = p.prefixes[dir]; o.prefixes != nil {
			break
		}
	}
	if at, is := p.prefixes[file]; is { // an archive
		return object{of: p, prefixes: at, archived: true}
	}
	if o.prefixes == nil || line < 1 {
		return object{}
	}
	data, err := in.ReadFile(file)
	if err != nil {
		return object{}
	}
	lines := strings.Split(string(data), "\n")
	o.lines = lines[min(line-1, len(lines)):]
	for i := 1; i < len(o.lines); i++ {
		if strings.HasPrefix(o.lines[i], "---") {
			o.lines = o.lines[:i]
		}
	}
	o.readings = readings(string(data))
	return o
}

// chartKeys are values as the whole chart has them, by what its template calls them: those
// of each element, where it goes through a map.
func (o object) chartKeys(all []string) []string {
	var keys []string
	for _, key := range all {
		prefixes := o.prefixes
		if strings.HasPrefix(key, "global.") {
			prefixes = []string{""}
		}
		for _, prefix := range prefixes {
			for _, k := range o.of.each(prefix + key) {
				if !slices.Contains(keys, k) {
					keys = append(keys, k)
				}
			}
		}
	}
	return keys
}

// each is a value of each element of a map, or of a list as its template names it: --set
// cannot change one element of a list that a chart has.
func (p *parted) each(key string) []string {
	of, rest, is := strings.Cut(key, element)
	if !is {
		return []string{key}
	}
	elements, is := p.at(of).(map[string]any)
	if !is || len(elements) == 0 {
		return []string{key}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		all = append(all, p.each(of+"."+name+rest)...)
	}
	return all
}

// reading are the actions on the lines that write a field.
func (o object) reading(field string) []reading {
	var all []reading
	for _, r := range o.readings {
		if at := r.line - o.first; at >= 0 && at < len(o.lines) && writes(o.lines[at], field) {
			all = append(all, r)
		}
	}
	return all
}

func writes(line, field string) bool { return strings.HasPrefix(strings.TrimSpace(line), field+":") }

// replicaValue is what charts call the value that sets how many pods a workload has.
var replicaValue = regexp.MustCompile(`(?i)^(replica_?count|replicas)$`)

// named are the values that it names for a field. Of a template in an archive they are
// those by which charts set replicas: which of them is the one shows when it is rendered.
func (o object) named(field string) []string {
	var keys []string
	if o.archived && field == "replicas" {
		for _, prefix := range o.prefixes {
			values := o.of.values
			if prefix != "" {
				values, _ = o.of.at(strings.TrimSuffix(prefix, ".")).(map[string]any)
			}
			keys = append(keys, numbers(values, prefix, replicaValue)...)
		}
		return keys
	}
	for _, r := range o.reading(field) {
		keys = append(keys, r.keys...)
	}
	return o.chartKeys(keys)
}

// numbers are the values by some name that are numbers, at the top of a chart's values
// before those of its parts.
func numbers(values map[string]any, prefix string, name *regexp.Regexp) []string {
	var keys, below []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch v := values[key].(type) {
		case map[string]any:
			below = append(below, numbers(v, prefix+key+".", name)...)
		case int, int64, float64:
			if name.MatchString(key) {
				keys = append(keys, prefix+key)
			}
		}
	}
	return append(keys, below...)
}

// written is the line on which it writes a field as it is, where no line of it
// has a value for the field; 0 for none.
func (o object) written(field string) int {
	at := 0
	for i, text := range o.lines {
		if !writes(text, field) {
			continue
		}
		if strings.Contains(text, "{{") {
			return 0
		}
		if at == 0 {
			at = o.first + i
		}
	}
	return at
}

// fills is what puts lines of its own into an object, and indented how far.
var (
	fills    = regexp.MustCompile(`\b(?:toYaml|include|template|tpl)\b`)
	indented = regexp.MustCompile(`\bn?indent\s+(\d+)`)
)

// lacks reports whether no line of it writes a field of its spec, and nothing that is
// put in there may bring it.
func (o object) lacks(field string) bool {
	inSpec := false
	for _, text := range o.lines {
		said := strings.TrimSpace(text)
		switch {
		case writes(text, field):
			return false
		case strings.HasPrefix(text, "spec:"):
			inSpec = true
		case inSpec && strings.HasPrefix(text, "  template:"):
			return true
		}
		if inSpec && strings.HasPrefix(said, "{{") && fills.MatchString(said) && !deeper(said) {
			return false
		}
	}
	return false
}

// deeper reports whether what a line puts in stands below a field of the spec.
func deeper(text string) bool {
	m := indented.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	n, _ := strconv.Atoi(m[1]) // of digits alone
	return n > 2
}

// within are the blocks that are open on a line of its template, at its start or by what
// stands on it.
func (o object) within(line int) []block {
	var before, on []block
	for _, r := range o.readings {
		switch {
		case r.line > line:
			return append(before, on...)
		case r.line < line:
			before = slices.Clone(r.within)
		default:
			on = append(on, r.within...)
		}
	}
	return append(before, on...)
}

// switches are the values that are off, or not there, by which conditions around a field
// of it decide whether to write it.
func (o object) switches(field string) []string {
	var keys []string
	for i, text := range o.lines {
		if !writes(text, field) {
			continue
		}
		for _, b := range o.within(o.first + i) {
			if b.kind == "if" && b.line >= o.first {
				keys = append(keys, b.keys...)
			}
		}
	}
	return slices.DeleteFunc(o.chartKeys(keys), func(key string) bool {
		v := o.of.at(key)
		return v != nil && v != false
	})
}

// What charts call the values that make a PodDisruptionBudget, and those that
// switch it on.
var (
	budgetValue = regexp.MustCompile(`(?i)disruptionbudget|^pdb|pdb$`)
	switchValue = regexp.MustCompile(`(?i)^(enabled?|create)|(enabled?|create)$`)
)

// budgets are the settings of a chart, and of those it depends on, that make a
// PodDisruptionBudget: what is off switched on, as the chart has it and so that one
// pod may go; and what has no switch and is empty filled in.
func budgets(c *chart.Chart, prefix string) [][]string {
	var all [][]string
	var walk func(values map[string]any, path string, of string)
	walk = func(values map[string]any, path, of string) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			at := path + key
			switch x := values[key].(type) {
			case map[string]any:
				within := ""
				if budgetValue.MatchString(key) {
					within = at
					if to, terms := termsOf(at, x); !switched(x) && unset(terms["maxUnavailable"]) && unset(terms["minAvailable"]) {
						all = append(all, []string{to + ".maxUnavailable=1"})
					}
				}
				walk(x, at+".", within)
			case nil:
				if budgetValue.MatchString(key) {
					all = append(all, []string{at + ".maxUnavailable=1"})
				}
			case bool:
				switch {
				case x:
				case of != "" && switchValue.MatchString(key):
					all = append(all, []string{at + "=true"})
					all = append(all, oneMayGo(at, of, values)...)
				case budgetValue.MatchString(key):
					all = append(all, []string{at + "=true"})
				}
			}
		}
	}
	walk(c.Values, prefix, "")
	for _, sub := range c.Dependencies() {
		all = append(all, budgets(sub, prefix+sub.Name()+".")...)
	}
	return all
}

// switched reports whether values have a switch.
func switched(values map[string]any) bool {
	for key, v := range values {
		if _, is := v.(bool); is && switchValue.MatchString(key) {
			return true
		}
	}
	return false
}

// unset reports whether a value is one that a chart has only so that it is known.
func unset(v any) bool { return v == nil || v == "" }

// termsOf is where the values of a budget say how many pods may go: among them, or one
// step below.
func termsOf(at string, values map[string]any) (path string, terms map[string]any) {
	has := func(m map[string]any) bool {
		_, maximum := m["maxUnavailable"]
		_, minimum := m["minAvailable"]
		return maximum || minimum
	}
	if has(values) {
		return at, values
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if below, _ := values[key].(map[string]any); has(below) {
			return at + "." + key, below
		}
	}
	return at, values
}

// oneMayGo are settings that switch a budget on with a maximum of one: where its values
// have a minimum without that, and where it is 0 first as they are, which many templates
// take for none.
func oneMayGo(on, of string, values map[string]any) [][]string {
	to, terms := termsOf(of, values)
	set := []string{on + "=true", to + ".maxUnavailable=1"}
	without := append(slices.Clone(set), to+".minAvailable=null")
	switch least := terms["minAvailable"]; {
	case unset(least):
		return [][]string{set}
	case fmt.Sprint(least) == "0":
		return [][]string{set, without}
	}
	return [][]string{without}
}
