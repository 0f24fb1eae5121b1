package helm

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/words"
)

// giveValues is how a chart that needs values is rendered.
const giveValues = "give the values that it needs with --values FILE or --set KEY=VALUE"

// location is where the engine says that a template failed: shop/templates/a.yaml:3:12.
var location = regexp.MustCompile(`([^\s(":]+):(\d+)(?::\d+)?`)

// asksFor is how an author asks for a value that switches something on: set
// cache.redis.enabled=true.
var asksFor = regexp.MustCompile(`(?i)\bset ["'` + "`" + `]?((?:[a-z][\w-]*\.)+[\w-]+)["'` + "`" + `]?(?: ?= ?| to )true\b`)

// fault is what Helm says, at the place that it names: the innermost, which is
// the value that fails, or the chart where it names none.
func (c *loaded) fault(err error) error {
	e := &document.Error{File: c.file(ChartFile), Msg: "does not render: " + reason(err.Error()), Hint: c.giving()}
	if key := c.keyOf(err); key != "" && e.Hint == giveValues {
		e.Hint = "give the value that it asks for: --set " + key + "=VALUE"
	}
	if strings.HasPrefix(err.Error(), "parse error ") {
		e.Hint = "helm lint " + c.dir
	}
	if errors.Is(err, errTooMuch) {
		e.Hint = "" // no value brings it
	}
	if m := asksFor.FindStringSubmatch(err.Error()); m != nil {
		e.Sets = m[1] + "=true"
		e.Hint = "--set " + e.Sets
	}
	if m := unknownTemplate.FindStringSubmatch(err.Error()); m != nil { // no value brings it
		e.Hint = "nothing here defines the template " + m[1] + ": add the chart that does to the dependencies in Chart.yaml"
	}
	for _, m := range location.FindAllStringSubmatch(firstOfEach(err.Error()), -1) {
		if file, text := c.origin(m[1]); file != "" {
			e.File, e.Line = file, 0
			if text != nil {
				e.Line, _ = strconv.Atoi(m[2])
			}
		}
	}
	return e
}

// firstOfEach are the lines of Helm's message that name places: those that are
// not indented. The others quote what failed, and may quote places of values.
func firstOfEach(message string) string {
	var places []string
	for line := range strings.Lines(message) {
		if !strings.HasPrefix(line, " ") {
			places = append(places, line)
		}
	}
	return strings.Join(places, "")
}

// templateOf is the template whose rendering failed, as the engine names it:
// the outermost place of its message.
func templateOf(err error) string {
	if m := location.FindStringSubmatch(firstOfEach(err.Error())); m != nil {
		return m[1]
	}
	return ""
}

// said is whether a chart's author wrote the message, in `fail` or `required`.
func said(err error) bool { return strings.HasPrefix(err.Error(), "execution error at ") }

// unknownTemplate is the name of a template that another asks for and nobody
// defines: that of a chart that is not there begins with the chart's name.
var unknownTemplate = regexp.MustCompile(`no template "([^"]*)"`)

// needed is the missing chart that a template fails without, as far as that can
// be told: the one that the unknown template or value is named after, else the
// first.
func needed(err error, missing []*missingChart) *missingChart {
	unknown := unknownTemplate.FindStringSubmatch(err.Error())
	for _, m := range missing {
		if unknown != nil && strings.HasPrefix(unknown[1], m.name) ||
			strings.Contains(err.Error(), ".Values."+m.name+".") || strings.Contains(err.Error(), `"`+m.name+`"`) {
			return m
		}
	}
	return missing[0]
}

var (
	// execution is how Helm introduces what an author says.
	execution = regexp.MustCompile(`^(?s:(?:parse|execution) error (?:at|in) \([^)]*\): )`)
	// nested is what text/template puts before the innermost error, once for each
	// template that includes another.
	nested = regexp.MustCompile(`^(?s:.*)\btemplate: [^\s:]+(?::\d+)+: `)
	// expression is what a template was at: executing "a.yaml" at <.Values.x>.
	expression = regexp.MustCompile(`executing "[^"]*" at <([^<>]*)>: ?`)
)

// reason is why Helm does not render, in one sentence: what a chart's author
// says, or what the template was at and the innermost error.
func reason(message string) string {
	if rest := execution.ReplaceAllString(message, ""); rest != message {
		return words.OneLine(rest)
	}
	lines := strings.Split(strings.TrimSpace(message), "\n")
	last := nested.ReplaceAllString(strings.TrimSpace(lines[len(lines)-1]), "")
	last = expression.ReplaceAllString(last, "")
	if at := expression.FindAllStringSubmatch(message, -1); at != nil {
		last = at[len(at)-1][1] + ": " + last
	}
	return words.OneLine(last)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineIn is the line that an error of a YAML library names; 0 for none.
func lineIn(message string) int {
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// whichValues is what Helm puts before each fault of a file of values, whatever
// the fault is.
//
// Source: LoadValues in helm.sh/helm/v4/pkg/chart/v2/loader.
const whichValues = "cannot unmarshal yaml document: "

// yamlReason is the innermost part of what a YAML library says, without the
// types of the language that it is written in.
func yamlReason(err error) string {
	said := strings.ReplaceAll(err.Error(), whichValues, "")
	if strings.Contains(said, "cannot unmarshal") {
		return "it holds a list or a single value where keys are wanted"
	}
	parts := strings.Split(said, ": ")
	return words.OneLine(parts[len(parts)-1])
}

// loadFault is why Helm does not load a chart, at the file that it names.
func loadFault(dir string, err error) error {
	e := &document.Error{
		File: filepath.Join(dir, ChartFile), Line: lineIn(err.Error()),
		Msg: words.OneLine(err.Error()), Hint: "helm lint " + dir,
	}
	if name, ok := strings.CutPrefix(err.Error(), "cannot load "); ok {
		name, _, _ = strings.Cut(name, ":")
		e.File, e.Msg = filepath.Join(dir, name), yamlReason(err)
	}
	if strings.Contains(err.Error(), "map[interface {}]") { // a key in braces: {{ .Name }}
		e.Msg, e.Hint = "it is a template", "fill it in first"
	}
	e.Msg = "is not what Helm loads: " + strings.TrimPrefix(e.Msg, "validation: ")
	return e
}

func lineOf(doc *document.Document, pointer string) int { return doc.Line(jsontext.Pointer(pointer)) }
