package manifest

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/indifferent"
)

// scalarLine is a line of YAML in block style: how far it is indented, its dash, its key and what
// stands behind that.
var scalarLine = regexp.MustCompile(`^( *)((?:- +)*)(?:([A-Za-z_][\w./-]*|"[^"]+"):(?: +|$))?(.*)$`)

// filledLater begins what is no text of YAML but is filled in by a program: {{ x }}, {X}, @X@, %X%.
var filledLater = regexp.MustCompile(`^(?:\{\{.*\}\}.*|\{[A-Za-z_]\w*\}.*|@[A-Za-z_]\w*@.*|%[A-Za-z_]\w*%.*)$`)

// mayBeFilled reports whether there is a place at which such a thing may begin, where a value of
// YAML does: most documents with a brace, as of emptyDir: {}, have none. Every document is looked
// through for that.
func mayBeFilled(data []byte) bool {
	for at := 0; ; at++ {
		next := bytes.IndexAny(data[at:], "{@%")
		if next < 0 {
			return false
		}
		at += next
		if beginsValue(data[:at]) && beginsFilled(data[at:]) {
			return true
		}
	}
}

// beginsValue reports whether a value may begin behind some text: at the start of a line, or behind a
// key or a dash with a blank.
func beginsValue(before []byte) bool {
	rest := bytes.TrimRight(before, " ")
	if len(rest) == 0 || rest[len(rest)-1] == '\n' {
		return true
	}
	last := rest[len(rest)-1]
	return len(rest) < len(before) && (last == ':' || last == '-')
}

// beginsFilled reports whether a text begins as one does that a program fills in.
func beginsFilled(text []byte) bool {
	if len(text) < 2 {
		return false
	}
	if text[0] == '{' && text[1] == '{' {
		return true
	}
	name := text[1:]
	end := bytes.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !partOfWord(byte(r)) })
	switch {
	case !partOfWord(name[0]) || '0' <= name[0] && name[0] <= '9':
		return false
	case text[0] != '{':
		return true
	}
	return end > 0 && name[end] == '}'
}

func partOfWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// decisions are actions of templates that write no text but decide what is written.
var decisions = regexp.MustCompile(`\{%|\{\{[-~]?\s*(?:if|else|end|range|with|define|block|template|include|toYaml|tpl|for|#|/)\b`)

// level is a key below which lines stand, and how far it is indented.
type level struct {
	indent int
	key    string
}

func keysOf(open []level) (keys []string) {
	for _, l := range open {
		keys = append(keys, l.key)
	}
	return keys
}

// asTexts is a document in which what a program fills in is a text that nobody knows, in its
// own words, where any text will do. False where there is none, and where a template has more to do
// than to write texts.
func asTexts(data []byte, first int) (*document.Document, bool) {
	if !bytes.ContainsAny(data, "{@%") || !mayBeFilled(data) || decisions.Match(data) {
		return nil, false
	}
	var open []level
	var text strings.Builder
	changed := false
	for line := range strings.Lines(string(data)) {
		m := scalarLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil || strings.HasPrefix(strings.TrimSpace(line), "#") || strings.TrimSpace(line) == "" {
			text.WriteString(line)
			continue
		}
		at := len(m[1]) + len(m[2])
		for len(open) > 0 && (open[len(open)-1].indent > at || open[len(open)-1].indent == at && m[3] != "") {
			open = open[:len(open)-1]
		}
		key := strings.Trim(m[3], `"`)
		value := strings.TrimRight(m[4], " \t")
		if filledLater.MatchString(value) {
			if !indifferent.Text(key, keysOf(open)) {
				return nil, false
			}
			begins := strings.TrimSuffix(strings.TrimRight(line, "\r\n"), m[4])
			text.WriteString(begins + `'` + strings.ReplaceAll(value, `'`, `''`) + "'\n")
			changed = true
		} else {
			text.WriteString(line)
		}
		if key != "" {
			open = append(open, level{at, key})
		}
	}
	if !changed {
		return nil, false
	}
	doc, err := document.Parse([]byte(text.String()), first)
	return doc, err == nil && doc != nil
}
