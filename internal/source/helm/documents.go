package helm

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// notes is the template of what Helm prints for people.
const notes = "NOTES.txt"

// documents are what the templates gave, in the order of their names.
func (c *loaded) documents(rendered map[string]string) []Document {
	var all []Document
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		if path.Base(name) == notes {
			continue
		}
		file, text := c.origin(name)
		lines := newLocator(text)
		for _, data := range split(rendered[name]) {
			hook, kept := hookOf(data)
			line, each := lines.of(data)
			if kept {
				all = append(all, Document{Data: []byte(data), File: file, Line: line, Lines: each, Hook: hook})
			}
		}
	}
	return all
}

// separator is what Helm splits what a template gave at. It is more than YAML's
// marker: trimming leaves ---# comment and ---apiVersion: v1.
//
// Source: helm.sh/helm/v4/pkg/release/v1/util, SplitManifests.
var separator = regexp.MustCompile(`(?m)^---[ \t]*`)

// split cuts what a template gave into documents, without those that hold
// nothing but comments.
func split(text string) []string {
	return slices.DeleteFunc(separator.Split(text, -1), func(data string) bool {
		for line := range strings.Lines(data) {
			if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "#") {
				return false
			}
		}
		return true
	})
}

// hooks are the values of the annotation helm.sh/hook that Helm knows, tests
// aside: https://helm.sh/docs/topics/charts_hooks.
var hooks = []string{
	"pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback",
}

// hookOf is when Helm applies a document; kept is false where it is a test, and
// where its hook is none, which Helm passes over.
func hookOf(data string) (hook string, kept bool) {
	if !strings.Contains(data, "helm.sh/hook") {
		return "", true
	}
	var head struct {
		Metadata struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"`
	}
	if yaml.Unmarshal([]byte(data), &head) != nil {
		return "", true // its fault is the reader's to name
	}
	value, is := head.Metadata.Annotations["helm.sh/hook"]
	if !is {
		return "", true
	}
	for when := range strings.SplitSeq(value, ",") {
		if !slices.Contains(hooks, strings.ToLower(strings.TrimSpace(when))) {
			return "", false
		}
	}
	return value, true
}

// locator finds where in a template objects begin, one after the other.
type locator struct {
	lines []string
	next  int // where the search for the next object starts
}

func newLocator(text []byte) *locator {
	return &locator{lines: strings.Split(string(text), "\n")}
}

// of is the line, 1-based, on which an object begins that the template gave.
// Objects come in the template's order, except where it loops; one that a
// template of another file gives begins nowhere in this: then it is 1, and 0
// where the template itself is not at hand. Each are the lines that gave those of the
// object, as far as that can be told.
func (l *locator) of(data string) (begins int, each []int) {
	if len(l.lines) == 1 && l.lines[0] == "" {
		return 0, nil
	}
	object := strings.Split(data, "\n")
	at := l.kind(object)
	if at < 0 {
		return 1, nil
	}
	l.next = at + 1
	return l.begin(at), l.gave(at, object)
}

// begin is the line, 1-based, on which the object begins whose kind stands on one, from 0.
func (l *locator) begin(at int) int {
	for first := at; first > 0; first-- { // keys of the same object above it
		before := l.lines[first-1]
		if key, _, _ := strings.Cut(before, ":"); key == "apiVersion" || key == "metadata" {
			return first
		}
		if strings.HasPrefix(before, "---") {
			break
		}
	}
	return at + 1
}

// kind is the line, from 0, that gives an object's kind, or -1: of those that
// may, the one whose object has most lines in common with it, and of these the
// next in the template.
func (l *locator) kind(object []string) int {
	name, best, most := topValue(object, "kind"), -1, -1
	for i := range l.lines {
		at := (l.next + i) % len(l.lines)
		value, ok := strings.CutPrefix(l.lines[at], "kind:")
		if value = strings.Trim(strings.TrimSpace(value), `"'`); !ok || value != name && !strings.Contains(value, "{{") {
			continue
		}
		if n := l.common(at, object); n > most {
			best, most = at, n
		}
	}
	return best
}

// compared is how many lines behind its kind tell an object of a template from
// others of it.
const compared = 12

// common counts the lines behind one of a template that an object has, too, as
// far as they stand in the template.
func (l *locator) common(at int, object []string) int {
	n := 0
	for _, line := range l.lines[at+1 : min(at+1+compared, len(l.lines))] {
		if strings.HasPrefix(line, "---") {
			break
		}
		written, _, templated := strings.Cut(line, "{{")
		if strings.TrimSpace(written) != "" && slices.ContainsFunc(object, func(o string) bool {
			return o == written || templated && strings.HasPrefix(o, written)
		}) {
			n++
		}
	}
	return n
}

// topValue is the value of a key at the top of a document in block style.
func topValue(lines []string, key string) string {
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, key+":"); ok {
			value, _, _ = strings.Cut(value, " #")
			return strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return ""
}
