package helm

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// hashed is a line of a template that writes nothing but the hash of something: by it pods restart when that
// changes, and nothing that onus looks at hangs on which one it is.
var hashed = regexp.MustCompile(`\|\s*(?:sha1sum|sha256sum|sha512sum|adler32sum|md5sum)\b[^}]*\}\}["']?\s*$`)

// told is a line that writes what a program is told: the value of a variable of the environment, or that of a
// ConfigMap or a Secret, which goes by a name in capitals.
var (
	told    = regexp.MustCompile(`^\s*[A-Z][A-Z0-9_]+:\s+\S`)
	valueOf = regexp.MustCompile(`^\s*"?value"?:\s+\S`)
	item    = regexp.MustCompile(`^\s*- "?name"?:\s+\S`)
)

// nameOf is a line that writes a name, and ofSettings one above such of a ConfigMap or a Secret that a program is told by.
var (
	nameOf     = regexp.MustCompile(`^\s*(?:- )?name:\s+\S`)
	ofSettings = regexp.MustCompile(`^\s*(?:- )?(?:(?:secret|configMap)(?:KeyRef|Ref)|(?:secret|configMap)):\s*$`)
)

// Actions on a line: all, and those by which it is not known what the line is.
var (
	action  = regexp.MustCompile(`\{\{.*?\}\}`)
	control = regexp.MustCompile(`\{\{-?\s*(?:if|else|end|range|with|define|block|template)\b`)
)

// placeholder writes a made-up text in the place of what a template fails for, where that is one of which nothing
// hangs but itself: the hash of what is lost elsewhere, or what a program is told, by a template of a chart that is
// not there. The rest of the object stands. It reports false where the template fails for something else.
func (r *renderer) placeholder(err error) bool {
	m := location.FindStringSubmatch(firstOfEach(err.Error()))
	if m == nil || said(err) {
		return false
	}
	at, _ := strconv.Atoi(m[2])
	lines := bytes.SplitAfter(r.text(m[1]), []byte("\n"))
	if at < 1 || at > len(lines) {
		return false
	}
	line := string(lines[at-1])
	// What Helm itself refuses, as a file or a value that is not there, is told: Helm then makes nothing of the chart.
	unknown := unknownTemplate.FindStringSubmatch(err.Error())
	lost := len(r.missing) > 0 && unknown != nil && !strings.Contains(unknown[1], "/templates/") // by its path it is one of the chart
	if !lost || !hashed.MatchString(line) && !ofProgram(lines, at-1) || control.MatchString(line) {
		return false
	}
	instead := action.ReplaceAllString(line, madeUp)
	if instead == line {
		return false
	}
	lines[at-1] = []byte(instead)
	r.rewrite(m[1], bytes.Join(lines, nil))
	return true
}

// ofProgram reports whether a line of a template writes what a program is told, and nothing by which objects are found.
func ofProgram(lines [][]byte, at int) bool {
	line := string(lines[at])
	if told.MatchString(line) {
		return true
	}
	if valueOf.MatchString(line) { // those of tolerations, priorities and metrics decide something
		return at > 0 && item.MatchString(string(lines[at-1])) && indentOf(string(lines[at-1]))+2 == indentOf(line)
	}
	if !nameOf.MatchString(line) {
		return false
	}
	for above := at - 1; above >= 0; above-- {
		over := string(lines[above])
		if strings.TrimSpace(over) == "" || indentOf(over) >= indentOf(line) {
			continue
		}
		return ofSettings.MatchString(over)
	}
	return false
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// rewrite gives a template another text, by the name that the engine gives it.
func (c *loaded) rewrite(name string, text []byte) {
	walk(c.root, func(sub *chart.Chart) {
		for i, t := range sub.Templates {
			if sub.ChartFullPath()+"/"+t.Name == name {
				sub.Templates = slices.Clone(sub.Templates)
				sub.Templates[i] = &common.File{Name: t.Name, Data: text}
			}
		}
	})
}
