package helm

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
)

// absent is a value that a template fails for, since nobody gives it.
type absent struct {
	path []string
	// decides says that the value is asked whether something is written at all: what holds it
	// is made up empty, so that it counts as not given.
	decides bool
	empty   bool // a map is wanted
}

// What Helm says where a value is not there: of the field of one, of an argument that is to be a
// text or a map, of the last argument that stands before a pipe, of an element.
var (
	nilPointer = regexp.MustCompile(`nil pointer evaluating interface \{\}\.`)
	wantsText  = regexp.MustCompile(`wrong type for value; expected string; got interface \{\}|invalid value; expected string`)
	wantsMap   = regexp.MustCompile(`wrong type for value; expected map\[string\]interface \{\}; got interface \{\}`)
	nilIndex   = regexp.MustCompile(`error calling index: index of (?:untyped nil|nil pointer)`)
	columns    = regexp.MustCompile(`([^\s(":]+):(\d+):(\d+)`)
)

// weighs are functions by which an action decides what it writes, and those for which a value
// that is not there is as good as any.
var weighs = regexp.MustCompile(`^(?:if|else if|with|range)\b|\b(?:default|coalesce|eq|ne|and|or|not|empty|ternary|hasKey)\b`)

// guessed are keys whose values tell what becomes of pods, or are no texts: nothing is made up
// for them.
var guessed = regexp.MustCompile(`(?i)replica|avail|surge|^m(?:in|ax)|count|number|seconds|period|timeout|` +
	`limits?$|requests?$|strategy|policy|enabled?$|disabled$|kind$|type$|schedule|cron|api_?version`)

// Keys of numbers and quantities that tell nothing of what becomes of pods, and what is made up
// for them: pods that ask for so little fit wherever they fit at all.
var (
	portKey   = regexp.MustCompile(`(?i)port$`)
	cpuKey    = regexp.MustCompile(`(?i)cpu`)
	memoryKey = regexp.MustCompile(`(?i)memory|storage|^size$`)
)

// madeUpFor is what stands for a value of a name that nobody gives.
func madeUpFor(key string) any {
	switch {
	case portKey.MatchString(key):
		return 8080
	case cpuKey.MatchString(key):
		return "1m"
	case memoryKey.MatchString(key):
		return "1Mi"
	}
	return madeUp
}

// supplyAbsent makes up the value that a template fails for as it is not there, and notes that
// Helm refuses the chart without it. It reports false where it is not known which one that is,
// and where it tells what becomes of pods.
func (r *renderer) supplyAbsent(top common.Values, err error) bool {
	if len(r.given) >= mostMadeUp || r.again(err) || len(r.missing) > 0 && errorOfMissing(err, r.missing) {
		return false
	}
	sub := r.chartOf(templateOf(err))
	if sub == nil {
		return false
	}
	values, ok := r.valuesOf(sub, top)
	if !ok {
		return false
	}
	a, ok := r.absentIn(err, values)
	if !ok || !a.put(values) {
		return false
	}
	name := strings.Join(slices.Concat(r.above(sub), a.path), ".")
	if !slices.Contains(r.given, name) {
		r.given = append(r.given, name)
	}
	var e *document.Error
	var text []byte
	if a.decides {
		text = r.text(templateOf(err))
	}
	if fault := r.fault(err); errors.As(fault, &e) {
		e.Msg = "does not render without " + name + ", which is not given: " + a.instead() + " it"
		r.refuseFilled(e, text)
	}
	return true
}

// again reports whether a template fails as it did before for a value that was made up since: one that sets the value itself
// does. What holds a value is made up before it, each for the same message.
func (r *renderer) again(err error) bool {
	if r.failures == nil {
		r.failures = map[string]int{}
	}
	r.failures[err.Error()]++
	return r.failures[err.Error()] > 2
}

// errorOfMissing reports whether an error is that of what a missing chart has.
func errorOfMissing(err error, missing []*missingChart) bool {
	return slices.ContainsFunc(missing, func(m *missingChart) bool {
		return strings.Contains(err.Error(), ".Values."+m.name+".") || strings.Contains(err.Error(), `"`+m.name+`"`)
	})
}

// refuseFilled notes why Helm renders nothing of the chart, though nothing of it is left out.
func (r *renderer) refuseFilled(fault error, text []byte) {
	first := r.refusal == nil
	if first || len(text) > 0 {
		r.refuse(fault, text)
	}
	r.refusal.filled = first && len(text) == 0 || !first && r.refusal.filled
}

// chartOf is the chart of a template, as the engine names that.
func (c *loaded) chartOf(template string) (of *chart.Chart) {
	walk(c.root, func(sub *chart.Chart) {
		for _, t := range sub.Templates {
			if sub.ChartFullPath()+"/"+t.Name == template {
				of = sub
			}
		}
	})
	return of
}

// absentIn is the value that a template failed for, where the message says that it is one which
// is not there.
func (r *renderer) absentIn(err error, values map[string]any) (absent, bool) {
	message := err.Error()
	expr := failedAt(message)
	said, keys, ok := r.actionAt(message)
	if !ok {
		return absent{}, false
	}
	a := absent{decides: weighs.MatchString(said)}
	switch {
	case nilPointer.MatchString(message):
		_, fields, _ := strings.Cut(expr, ".")
		fields = strings.TrimPrefix(fields, "Values.")
		a.path = firstOf(keys, func(key string, path []string) bool {
			return (key == fields || strings.HasSuffix(key, "."+fields)) && !under(values, path[:len(path)-1])
		})
	case nilIndex.MatchString(message):
		a.path = pathIndexed(expr)
	case wantsText.MatchString(message), wantsMap.MatchString(message):
		a.empty = wantsMap.MatchString(message)
		a.path = firstOf(keys, func(_ string, path []string) bool { return !isGiven(values, path) })
	}
	return a, len(a.path) > 0
}

// ofValues is an expression that is a value by its path.
var ofValues = regexp.MustCompile(`^\$?\.Values\.([\w.-]+)$`)

// keyOf is what --set calls the value that a template fails for, where the message says that it
// is not there.
func (c *loaded) keyOf(err error) string {
	message := err.Error()
	sub := c.chartOf(templateOf(err))
	if sub == nil || !nilPointer.MatchString(message) && !wantsText.MatchString(message) {
		return ""
	}
	m := ofValues.FindStringSubmatch(failedAt(message))
	if m == nil {
		return ""
	}
	return strings.Join(append(c.above(sub), m[1]), ".")
}

// failedAt is the innermost expression that a message of Helm's engine names.
func failedAt(message string) string {
	at := expression.FindAllStringSubmatch(strings.Join(strings.Fields(message), " ")+" ", -1)
	if len(at) == 0 {
		return ""
	}
	return at[len(at)-1][1]
}

// firstOf is the path of the first of some keys that fits.
func firstOf(keys []string, fits func(key string, path []string) bool) []string {
	for _, key := range keys {
		if path := strings.Split(key, "."); !strings.Contains(key, element) && fits(key, path) {
			return path
		}
	}
	return nil
}

// under reports whether there is something that holds values at a path.
func under(values map[string]any, path []string) bool {
	ok := true
	for _, key := range path {
		if values, ok = asMap(values[key]); !ok {
			return false
		}
	}
	return true
}

// isGiven reports whether there is a value at a path, and not null.
func isGiven(values map[string]any, path []string) bool { return at(values, path) != nil }

// pathIndexed is what index .Values.a "b" "c" looks for.
func pathIndexed(expr string) []string {
	m := ofKeys.FindStringSubmatch(expr)
	if m == nil || !quoted.MatchString(m[2]) {
		return nil
	}
	_, fields, is := strings.Cut(m[1]+".", ".Values.")
	if !is {
		return nil
	}
	path := strings.FieldsFunc(fields, func(r rune) bool { return r == '.' })
	for _, key := range strings.Fields(m[2]) {
		path = append(path, strings.Trim(key, `"`))
	}
	return path
}

// actionAt is the action of a template at the innermost place that a message names, and the
// values that it names, by their paths.
func (r *renderer) actionAt(message string) (said string, keys []string, ok bool) {
	places := columns.FindAllStringSubmatch(firstOfEach(message), -1)
	if len(places) == 0 {
		return "", nil, false
	}
	last := places[len(places)-1]
	text := string(r.text(last[1]))
	line, _ := strconv.Atoi(last[2])
	offset, _ := strconv.Atoi(last[3])
	for i, of := range strings.SplitAfter(text, "\n") {
		if i == line-1 {
			break
		}
		offset += len(of)
	}
	all, n := readings(text), 0
	for _, m := range actions.FindAllStringSubmatchIndex(text, -1) {
		said := text[m[2]:m[3]]
		if strings.HasPrefix(said, "/*") {
			continue
		}
		if m[0] <= offset && offset < m[1] {
			return said, all[n].keys, true
		}
		n++
	}
	return "", nil, false
}

// instead is what is done about it.
func (a absent) instead() string {
	if a.decides || a.empty {
		return "it is rendered with nothing for"
	}
	return "a made-up text stands for"
}

// put writes what is made up where there is nothing; it reports false where that changes nothing.
func (a absent) put(values map[string]any) bool {
	last := a.path[len(a.path)-1]
	switch {
	case a.decides && !a.empty:
		return putIn(values, a.path[:len(a.path)-1], map[string]any{}) || putIn(values, a.path, "")
	case a.empty:
		return putIn(values, a.path, map[string]any{})
	case guessed.MatchString(last) && !cpuKey.MatchString(last) && !memoryKey.MatchString(last):
		return false
	}
	return put(values, a.path)
}

// putIn writes a value at a path where there is none yet.
func putIn(values map[string]any, path []string, v any) bool {
	if len(path) == 0 || isGiven(values, path) || !put(values, path) {
		return false
	}
	for _, key := range path[:len(path)-1] {
		values, _ = asMap(values[key])
	}
	values[path[len(path)-1]] = v
	return true
}

// endsOpen is a line on which a text that is not quoted ends in a colon, which no YAML may: an
// image whose tag is empty.
var endsOpen = regexp.MustCompile(`^\s*(?:- )?[\w.-]+:\s+[^\s"'|>{\[#&*!][^"'#]*:\s*$`)

// supplyEmpty makes up texts that are empty on lines which are no YAML without, and notes that it
// does.
func (r *renderer) supplyEmpty(top common.Values, files map[string]string) bool {
	supplied := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text, sub := files[name], r.chartOf(name)
		if sub == nil || len(r.given) >= mostMadeUp || !slices.ContainsFunc(strings.Split(text, "\n"), endsOpen.MatchString) {
			continue
		}
		values, ok := r.valuesOf(sub, top)
		if !ok {
			continue
		}
		of, lines := readings(string(r.text(name))), newLocator(r.text(name))
		for _, data := range split(text) {
			if isYAML(data) { // the line is one of a text
				continue
			}
			_, each := lines.of(data)
			for i, line := range strings.Split(data, "\n") {
				if i >= len(each) || !endsOpen.MatchString(line) {
					continue
				}
				supplied = r.supplyLine(sub, values, of, name, each[i]) || supplied
			}
		}
	}
	return supplied
}

// isYAML reports whether a text is YAML.
func isYAML(text string) bool {
	var v any
	return yaml.Unmarshal([]byte(text), &v) == nil
}

// supplyLine makes up the texts that are empty on a line of a template.
func (r *renderer) supplyLine(sub *chart.Chart, values map[string]any, of []reading, template string, line int) (supplied bool) {
	for _, reading := range of {
		if reading.line != line {
			continue
		}
		for _, key := range reading.keys {
			path := strings.Split(key, ".")
			if strings.Contains(key, element) || guessed.MatchString(path[len(path)-1]) || !put(values, path) {
				continue
			}
			r.given, supplied = append(r.given, strings.Join(slices.Concat(r.above(sub), path), ".")), true
		}
	}
	if supplied {
		file, _ := r.origin(template)
		e := &document.Error{File: file, Line: line}
		e.Msg = "is no YAML without " + r.given[len(r.given)-1] + ", which is not given: a made-up text stands for it"
		r.refuseFilled(e, nil)
	}
	return supplied
}
