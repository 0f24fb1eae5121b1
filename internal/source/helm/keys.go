package helm

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/onus-project/onus/internal/source/unit"
)

// asked is what can be asked of a chart that is rendered with some options.
func asked(in *unit.Tree, dir string, o Options) *unit.ChartValues {
	return &unit.ChartValues{
		With: func(ctx context.Context, set []string) unit.Built {
			with := o
			with.Set = slices.Concat(o.Set, set)
			return Build(ctx, in, dir, with)
		},
		Named: func(file string, line int, field string) []string { return named(in, dir, file, line, field) },
		Budgets: func() []string {
			c, err := load(in, dir)
			if err != nil {
				return nil
			}
			return budgets(c.root, "")
		},
	}
}

var valueNamed = regexp.MustCompile(`\.Values\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)`)

// named are the values that a template names for a field of the object that
// begins on a line, as the chart in a directory has them: those of a chart in
// its charts directory stand under the name of that.
func named(in *unit.Tree, dir, file string, line int, field string) []string {
	below, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(below, "..") || line < 1 {
		return nil
	}
	data, err := in.ReadFile(file)
	if err != nil {
		return nil
	}
	prefix := ""
	for parts := strings.Split(filepath.ToSlash(below), "/"); len(parts) > 2 && parts[0] == "charts"; parts = parts[2:] {
		prefix += parts[1] + "."
	}
	var keys []string
	lines := strings.Split(string(data), "\n")
	for i, text := range lines[min(line-1, len(lines)):] {
		if i > 0 && strings.HasPrefix(text, "---") {
			break
		}
		if !strings.HasPrefix(strings.TrimSpace(text), field+":") {
			continue
		}
		for _, m := range valueNamed.FindAllStringSubmatch(text, -1) {
			key := prefix + m[1]
			if strings.HasPrefix(m[1], "global.") {
				key = m[1]
			}
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// switches are what charts call the values that make a PodDisruptionBudget.
var (
	budgetValue = regexp.MustCompile(`(?i)^(pod)?disruptionbudget$|^pdb$`)
	switchValue = regexp.MustCompile(`^(enabled|create)$`)
)

// budgets are the values of a chart, and of those it depends on, that switch
// PodDisruptionBudgets on and are off.
func budgets(c *chart.Chart, prefix string) []string {
	var keys []string
	var walk func(values map[string]any, path []string)
	walk = func(values map[string]any, path []string) {
		for key, v := range values {
			switch x := v.(type) {
			case map[string]any:
				walk(x, append(slices.Clone(path), key))
			case bool:
				if n := len(path); !x && n > 0 && budgetValue.MatchString(path[n-1]) && switchValue.MatchString(key) {
					keys = append(keys, prefix+strings.Join(append(slices.Clone(path), key), "."))
				}
			}
		}
	}
	walk(c.Values, nil)
	slices.Sort(keys)
	for _, sub := range c.Dependencies() {
		keys = append(keys, budgets(sub, prefix+sub.Name()+".")...)
	}
	return keys
}
