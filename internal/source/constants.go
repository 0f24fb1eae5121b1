package source

import (
	"os"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// constants takes back what workloads of a chart are told of the environment that they run
// in where its template has that as it stands: it is so in every environment that the chart is
// installed in, and so says of none.
func (r *reading) constants() {
	if r.unit.Kind != unit.Chart {
		return
	}
	texts := map[string]string{}
	read := func(file string) string {
		text, seen := texts[file]
		if !seen {
			data, _ := os.ReadFile(file) // of a packaged chart no file is there
			text = string(data)
			texts[file] = text
		}
		return text
	}
	for i := range r.kubernetes.Workloads {
		w := &r.kubernetes.Workloads[i]
		if w.Template.Told.Before != "" && constant(read(w.Position.File), w.Template.Told.Before) {
			w.Template.Told.Before = ""
		}
	}
	for i := range r.kubernetes.Configs {
		c := &r.kubernetes.Configs[i]
		if c.Told.Before != "" && constant(read(c.Position.File), c.Told.Before) {
			c.Told.Before = ""
		}
	}
}

// constant reports whether a text has a setting, NAME=value, as it stands: as a variable of a
// container, an entry of a ConfigMap, or a flag.
func constant(text, setting string) bool {
	name, value, ok := strings.Cut(setting, "=")
	if !ok || !strings.Contains(text, value) {
		return false
	}
	name, value = regexp.QuoteMeta(name), regexp.QuoteMeta(value)
	const between, end = `["']?(?:\s*[:=]\s*|["']?,?\s+(?:-\s+|value:\s*)?)["']?`, `["']?\s*(?:$|[\s,\]}#"'])`
	return regexp.MustCompile(`(?m)` + name + between + value + end).MatchString(text)
}
