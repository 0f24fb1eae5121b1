package helm

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/onus-project/onus/internal/source/unit"
)

// Asked is what can be asked of a chart that is rendered with some options.
func Asked(in *unit.Tree, dir string, o Options) *unit.ChartValues {
	return &unit.ChartValues{
		With: func(ctx context.Context, set []string) unit.Built {
			with := o
			with.Set = slices.Concat(o.Set, set)
			return Build(ctx, in, dir, with)
		},
		Named:   func(file string, line int, field string) []string { return objectAt(in, dir, file, line).named(field) },
		Written: func(file string, line int, field string) int { return objectAt(in, dir, file, line).written(field) },
		Switches: func(file string, line int, field string) []string {
			return objectAt(in, dir, file, line).switches(field)
		},
		Budgets: func() [][]string {
			c, err := load(in, dir)
			if err != nil {
				return nil
			}
			return budgets(c.root, "")
		},
	}
}

// object is one of a template, as it is written there.
type object struct {
	prefix string // of its values, as the chart has them
	first  int    // the line that it begins on
	lines  []string
}

// objectAt is the object that begins on a line of a template. The values of a
// chart in the charts directory of the one in a directory stand under its name.
func objectAt(in *unit.Tree, dir, file string, line int) object {
	below, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(below, "..") || line < 1 {
		return object{}
	}
	data, err := in.ReadFile(file)
	if err != nil {
		return object{}
	}
	o := object{first: line}
	for parts := strings.Split(filepath.ToSlash(below), "/"); len(parts) > 2 && parts[0] == "charts"; parts = parts[2:] {
		o.prefix += parts[1] + "."
	}
	lines := strings.Split(string(data), "\n")
	o.lines = lines[min(line-1, len(lines)):]
	for i := 1; i < len(o.lines); i++ {
		if strings.HasPrefix(o.lines[i], "---") {
			o.lines = o.lines[:i]
		}
	}
	return o
}

var (
	valueNamed = regexp.MustCompile(`\.Values\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)`)
	condition  = regexp.MustCompile(`\{\{-?\s*(else )?if\s`)
)

// values are those that a line names, as the chart has them.
func (o object) values(line string) []string {
	var keys []string
	for _, m := range valueNamed.FindAllStringSubmatch(line, -1) {
		key := o.prefix + m[1]
		if strings.HasPrefix(m[1], "global.") {
			key = m[1]
		}
		keys = append(keys, key)
	}
	return keys
}

// named are the values that it names for a field.
func (o object) named(field string) []string {
	var keys []string
	for _, text := range o.lines {
		if !strings.HasPrefix(strings.TrimSpace(text), field+":") {
			continue
		}
		for _, key := range o.values(text) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// written is the line on which it writes a field as it is, where no line of it
// has a value for the field; 0 for none.
func (o object) written(field string) int {
	at := 0
	for i, text := range o.lines {
		value, is := strings.CutPrefix(strings.TrimSpace(text), field+":")
		if !is {
			continue
		}
		if strings.Contains(value, "{{") {
			return 0
		}
		if at == 0 {
			at = o.first + i
		}
	}
	return at
}

// far is how far above a field the conditions are looked for that decide about it.
const far = 5

// switches are the values named by conditions that stand right above a field.
func (o object) switches(field string) []string {
	var keys []string
	for i, text := range o.lines {
		if !strings.HasPrefix(strings.TrimSpace(text), field+":") {
			continue
		}
		for _, above := range o.lines[max(0, i-far) : i+1] {
			if !condition.MatchString(above) {
				continue
			}
			for _, key := range o.values(above) {
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
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
					if !switched(x) {
						all = append(all, []string{at + ".maxUnavailable=1"})
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
					all = append(all, []string{at + "=true"}, oneMayGo(at, of, values))
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

// switched reports whether values have a switch, or say how many pods may go.
func switched(values map[string]any) bool {
	for key, v := range values {
		if _, is := v.(bool); is && switchValue.MatchString(key) {
			return true
		}
	}
	return values["maxUnavailable"] != nil || values["minAvailable"] != nil
}

// oneMayGo switches a budget on with a maximum of one, and without the minimum
// that its values have.
func oneMayGo(on, of string, values map[string]any) []string {
	set := []string{on + "=true", of + ".maxUnavailable=1"}
	if values["minAvailable"] != nil {
		set = append(set, of+".minAvailable=null")
	}
	return set
}
