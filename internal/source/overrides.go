package source

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// Bounds of files of values that are looked for: how large one is, how many count for a
// chart, and how many values of one.
const (
	overrideSize   = 256 << 10
	mostOverrides  = 6
	mostOverridden = 300
)

// valuesFile are the endings of files of values, as they are and as templates of other
// tools that write them.
var valuesFile = regexp.MustCompile(`(?i)\.(ya?ml|gotmpl|tmpl|tpl|tftpl|j2)$`)

// mayOverride are the files that may hold values of charts which stand elsewhere: who
// installs a chart keeps them beside what installs it.
func mayOverride(files []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool {
		return !valuesFile.MatchString(file) || slices.Contains(strings.Split(filepath.ToSlash(file), "/"), "templates")
	})
}

// overrides are the values that files elsewhere in the input set for the chart of a unit
// at its defaults, by the name of the chart, as far as they are literals: what installs
// the chart with them is not read.
func (r *reading) overrides() []estate.Override {
	dir := filepath.Clean(r.unit.Path)
	text, err := os.ReadFile(filepath.Join(dir, "values.yaml"))
	var defaults map[string]any
	if r.unit.Kind != unit.Chart || r.unit.By != "" || err != nil || yaml.Unmarshal(text, &defaults) != nil {
		return nil
	}
	names := []string{chartName(dir), filepath.Base(dir)}
	var all []estate.Override
	for _, file := range r.door.mayOverride {
		if len(all) == mostOverrides {
			break
		}
		if strings.HasPrefix(filepath.Clean(file), dir+string(filepath.Separator)) || !forChart(filepath.ToSlash(file), names) {
			continue
		}
		if ofAChart(file) || beforeProduction(file, dir) {
			continue // of what runs in production it tells nothing
		}
		if set := literals(file, defaults); len(set) > 0 {
			all = append(all, estate.Override{File: filepath.ToSlash(file), Set: set})
		}
	}
	return all
}

// ofAChart reports whether a file has the values with which another chart begins, as a copy of the
// same one within another does: these are for that chart.
func ofAChart(file string) bool {
	_, err := os.Stat(filepath.Join(filepath.Dir(file), "Chart.yaml"))
	return err == nil && filepath.Base(file) == "values.yaml"
}

// beforeProduction reports whether a file of values is for an environment before production: by
// its name, by a folder below the one that it and the chart have in common, or by a value
// that says in which it is.
func beforeProduction(file, chart string) bool {
	if purpose.IsProduction(file) {
		return false
	}
	if purpose.EarlyValues(file) {
		return true
	}
	below := filepath.ToSlash(filepath.Dir(file))
	for at := range origin.Upwards(filepath.Clean(chart), filepath.Dir) {
		if rest, err := filepath.Rel(at, filepath.Dir(file)); err == nil && !strings.HasPrefix(rest, "..") {
			below = filepath.ToSlash(rest)
			break
		}
	}
	for name := range strings.SplitSeq(strings.ToLower(below), "/") {
		if purpose.BeforeProduction(name) {
			return true
		}
	}
	m := inEnvironment.FindStringSubmatch(head(file, overrideSize))
	return m != nil && purpose.BeforeProduction(strings.ToLower(m[1]))
}

// inEnvironment is a value at the top of a file of values that says in which environment it is.
var inEnvironment = regexp.MustCompile(`(?im)^(?:env|environment|stage)\s*:\s*["']?([\w-]+)["']?\s*(?:#.*)?$`)

// chartName is the name of the chart in a directory; empty where it has none.
func chartName(dir string) string {
	var chart struct {
		Name string `json:"name"`
	}
	if yaml.Unmarshal([]byte(head(filepath.Join(dir, chartFile), readmeRead)), &chart) != nil {
		return ""
	}
	return chart.Name
}

// forChart reports whether a file is by its name, or by the folder that it stands in, one
// of values for a chart of one of some names: values/web.yaml.gotmpl, web/values.yaml, web/values/eu.yaml.
func forChart(file string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return name != "" && named(file, name) })
}

// named is that of forChart for one name.
func named(file, name string) bool {
	parts := strings.Split(file, "/")
	base := parts[len(parts)-1]
	stem, _, _ := strings.Cut(base, ".")
	if stem == name || stem == "values-"+name || stem == name+"-values" {
		return true
	}
	for up := 2; up <= 3 && up <= len(parts); up++ {
		if parts[len(parts)-up] == name && (up == 2 && strings.Contains(base, "values") || up == 3 && parts[len(parts)-2] == "values") {
			return true
		}
	}
	return false
}

// literals are the values of a file, in the form of Helm's --set, without what templates
// write, lists and longer texts; none where the file is a manifest, or has no value that
// the chart has. Without its templates a file need be no YAML: it is read by its lines.
func literals(file string, defaults map[string]any) []string {
	text, err := os.ReadFile(file)
	if err != nil || len(text) > overrideSize {
		return nil
	}
	var set []string
	var above []keyAt
	for line := range strings.Lines(string(text)) {
		at, value, ok := keyOf(strings.TrimRight(line, "\r\n"))
		if !ok {
			continue
		}
		for len(above) > 0 && above[len(above)-1].indent >= at.indent {
			above = above[:len(above)-1]
		}
		if len(above) > 0 {
			over := above[len(above)-1]
			at.key, at.hidden = over.key+"."+at.key, at.hidden || over.hidden
		}
		top, _, _ := strings.Cut(at.key, ".")
		if top == "kind" || top == "apiVersion" {
			return nil
		}
		if _, known := defaults[top]; !known {
			at.hidden = true
		}
		if !at.hidden && settable.MatchString(value) && len(set) < mostOverridden {
			set = append(set, at.key+"="+value)
		}
		at.hidden = at.hidden || value != ""
		above = append(above, at)
	}
	return set
}

// keyAt is a key of a file of values, with those above it, and where it begins. Hidden
// says that what stands below it is no value of its own.
type keyAt struct {
	indent int
	key    string
	hidden bool
}

// keyOf is the key that a line begins with, and what stands behind it. What stands below
// an element of a list is hidden.
func keyOf(line string) (at keyAt, value string, ok bool) {
	bare := strings.TrimLeft(line, " ")
	if strings.HasPrefix(bare, "- ") {
		return keyAt{indent: len(line) - len(bare), key: "-", hidden: true}, "", true
	}
	m := keyLine.FindStringSubmatch(line)
	if m == nil {
		return at, "", false
	}
	return keyAt{indent: len(m[1]), key: m[2]}, strings.Trim(comment.ReplaceAllString(m[3], ""), " \"'"), true
}

var (
	keyLine = regexp.MustCompile(`^( *)([\w/-]+):( .*)?$`)
	comment = regexp.MustCompile(`(^| )#.*$`)
	// settable is what Helm's --set takes as it is.
	settable = regexp.MustCompile(`^[\w /:%@.-]+$`)
)
