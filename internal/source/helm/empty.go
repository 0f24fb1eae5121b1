package helm

import (
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// nothingMade says why a chart makes no object with some values: which of those are off that
// its templates ask for.
func nothingMade(in *unit.Tree, dir string, o Options) string {
	p := partsOf(in, dir, o)
	if p.root == nil {
		return ""
	}
	var off []string
	templates := 0
	var look func(c *chart.Chart, prefix string)
	look = func(c *chart.Chart, prefix string) {
		for _, t := range c.Templates {
			if strings.HasPrefix(filepath.Base(t.Name), "_") || filepath.Base(t.Name) == notes {
				continue
			}
			templates++
			for _, key := range p.outermost(t, prefix) {
				if !slices.Contains(off, key) {
					off = append(off, key)
				}
			}
		}
		for _, sub := range c.Dependencies() {
			look(sub, prefix+sub.Name()+".")
		}
	}
	look(p.root, "")
	switch {
	case templates == 0:
		return "has no templates"
	case len(off) == 0:
		return "its templates make nothing with these values"
	}
	return "its templates make nothing with these values: they ask for " + words.Few(off) +
		", which is off or not given; --values or --set gives it"
}

// outermost are the values that are off, or are not there, of those on which a template
// decides whether to write anything.
func (p *parted) outermost(t *common.File, prefix string) []string {
	o := object{of: p, prefixes: []string{prefix}}
	var all []string
	for _, r := range readings(string(t.Data)) {
		if len(r.within) == 0 || r.within[0].kind == "define" {
			continue
		}
		for _, key := range o.chartKeys(r.within[0].keys) {
			if off(p.at(key)) {
				all = append(all, key)
			}
		}
	}
	return all
}

// off reports whether a condition of a template does not hold for a value.
func off(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// ownValues is the file of a chart's own values.
const ownValues = "values.yaml"

// stencils are the endings of files that values.yaml is made from.
var stencils = []string{"template", "tmpl", "tpl", "example", "sample", "dist"}

// withValues are the files of a chart with values for it: where it has none, those of the file
// that values.yaml is made from before it is installed, as long as that is YAML itself.
func (c *loaded) withValues(own []*archive.BufferedFile, dir string) []*archive.BufferedFile {
	var from *archive.BufferedFile
	for _, f := range own {
		if f.Name == ownValues {
			return own
		}
		if stencil, is := strings.CutPrefix(f.Name, ownValues+"."); is && slices.Contains(stencils, stencil) {
			from = f
		}
	}
	if from == nil {
		return own
	}
	note := origin.Fault{File: filepath.Join(dir, from.Name), Reason: "is read as the values of its chart, which has no values.yaml"}
	values := map[string]any{}
	if yaml.Unmarshal(from.Data, &values) != nil {
		note.Reason = "is what the values of its chart are made from, and no YAML: the chart is rendered without"
		note.Hint = "make values.yaml of it first"
		c.notes = append(c.notes, note)
		return own
	}
	c.notes = append(c.notes, note)
	return append(own, &archive.BufferedFile{Name: ownValues, ModTime: from.ModTime, Data: from.Data})
}
