package helm

import (
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// guards are the values that are on by which conditions around a field of it, or where none
// is named around the whole of it, decide whether to write that.
func (o object) guards(field string) []string {
	var keys []string
	decides := func(line int, inside bool) {
		for _, b := range o.within(line) {
			if b.kind == "if" && (!inside || b.line >= o.first) {
				keys = append(keys, b.keys...)
			}
		}
	}
	if field == "" {
		decides(o.first, false)
	} else {
		for i, text := range o.lines {
			if writes(text, field) {
				decides(o.first+i, true)
			}
		}
	}
	return slices.DeleteFunc(o.chartKeys(keys), func(key string) bool { return o.of.at(key) != true })
}

// counted are the settings by which a chart makes a PodDisruptionBudget that it makes from two
// replicas on: where the condition around one counts a value, which is less.
func (p *parted) counted(c *chart.Chart, prefix string) [][]string {
	var all [][]string
	for _, t := range c.Templates {
		text := string(t.Data)
		if !strings.Contains(text, "kind: PodDisruptionBudget") {
			continue
		}
		lines := strings.Split(text, "\n")
		o := object{of: p, prefixes: []string{prefix}, lines: lines, readings: readings(text)}
		for i, line := range lines {
			if !strings.HasPrefix(line, "kind: PodDisruptionBudget") {
				continue
			}
			for _, b := range o.within(i + 1) {
				for _, key := range o.chartKeys(b.keys) {
					if one(p.at(key)) && b.kind == "if" {
						all = append(all, []string{key + "=2"})
					}
				}
			}
		}
	}
	for _, sub := range c.Dependencies() {
		all = append(all, p.counted(sub, prefix+sub.Name()+".")...)
	}
	return all
}

// one reports whether a value is a number that is no more than that.
func one(v any) bool {
	switch n := v.(type) {
	case int:
		return n < 2
	case int64:
		return n < 2
	case float64:
		return n < 2
	}
	return false
}
