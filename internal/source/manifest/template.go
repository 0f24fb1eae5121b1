package manifest

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onus-project/onus/internal/document"
)

// language is one in which people write templates of manifests, in files that
// are named as if they were YAML.
type language struct {
	name  string
	marks *regexp.Regexp
	hint  string
	// anywhere says that one mark in a document makes all of it a template. Of
	// the others only the line at fault counts: what they look like is honest
	// YAML elsewhere.
	anywhere bool
	// jinja says that a file which is called after Jinja is one of it, where nothing but
	// this is seen in it: Jinja writes Go templates, too.
	jinja bool
}

// languages are tried in this order: Jinja has the braces of Go templates, too.
//
// Sources: developer.hashicorp.com/terraform/language/expressions/strings
// (directives), pkg.go.dev/text/template, jinja.palletsprojects.com/templates,
// carvel.dev/ytt/docs (annotations), and envsubst(1).
var languages = []language{
	{"a template of Terraform", regexp.MustCompile(`%\{~?\s*(if|else|endif|for|endfor)\b`),
		"render it first, as Terraform's templatefile does, and give onus the result", true, false},
	{jinja, regexp.MustCompile(`\{%`), jinjaHint, true, false},
	{
		"a Go template", regexp.MustCompile(`\{\{-?\s*(/\*|\.|\$|\(|"|(if|else|end|range|with|define|block|template|include|tpl|toYaml` +
			`|printf|default|quote|lookup|fail|required|nindent|indent)\b)`),
		"render it with the tool that fills it in, and give onus the result; a chart: helm template CHART | onus check -", true, true,
	},
	{jinja, regexp.MustCompile(`\{\{[^{}]*(\||'|\sif\s|\w\s*[+~]\s)`), jinjaHint, true, false},
	{names, regexp.MustCompile(`\{\{`), namesHint, true, true},
	{"a ytt template", yttMark, yttHint, true, false},
	{names, regexp.MustCompile(`[\s:="']\{[A-Z][A-Z0-9_]+\}|@[A-Z][A-Z0-9_]+@`),
		namesHint, false, false},
	{envsubst, regexp.MustCompile(`\$\{?[A-Za-z_]`), "render it first: envsubst < FILE | onus check -", false, false},
}

// names is what a template is called in which nothing but names stand in braces: whatever
// program fills them in.
const (
	names     = "a template with names to fill in"
	namesHint = "fill them in first, and give onus the result"
)

// ofTerraform reports whether a file is one that Terraform's templatefile fills in, by its
// name: its variables look like those of a shell.
//
// Source: developer.hashicorp.com/terraform/language/functions/templatefile.
func ofTerraform(name string) bool {
	return strings.Contains(strings.ToLower(filepath.Base(name))+".", ".tftpl.")
}

// envsubst is what a template is called in which variables stand as in a shell.
const envsubst = "a template for envsubst"

// jinja is what a template is called that Ansible renders, or another program with Jinja.
const (
	jinja     = "a Jinja template"
	jinjaHint = "render it first, as the program does that fills it in (Ansible, Hokusai), and give onus the result"
)

// ofJinja is how files are called that are such templates.
var ofJinja = []string{".j2", ".jinja", ".jinja2"}

// yttMark is an annotation of ytt. To a YAML parser it is a comment, so that a
// template reads as if its values were null.
var yttMark = regexp.MustCompile(`(^|[\s\n])#@(\s|(overlay|data|schema|yaml|library|template|assert)/)`)

const yttHint = "render it first: ytt -f DIR | onus check -"

// ytt is the fault of a document that ytt has to render.
func ytt(data []byte, first int) *document.Error {
	if !bytes.Contains(data, []byte("#@")) {
		return nil
	}
	at := yttMark.FindIndex(data)
	if at == nil {
		return nil
	}
	line := first + bytes.Count(data[:at[1]-1], []byte("\n"))
	return &document.Error{Line: line, Msg: "is a ytt template", Hint: yttHint, Kind: document.Template}
}

// named calls a fault what it is where the text is a template and not at fault
// itself, and reports whether it is one.
func named(e *document.Error, from source) bool {
	if e.Hint != "" {
		return e.Kind == document.Template
	}
	line := lineAt(from.data, e.Line-from.first)
	for _, p := range from.open {
		place, whole := "${"+p.Name+"}", "${{"+p.Name+"}}"
		if bytes.Contains(line, []byte(place)) || bytes.Contains(line, []byte(whole)) || strings.Contains(e.Msg, place) {
			p.lacking(e)
			return true
		}
	}
	for _, l := range languages {
		if l.name == envsubst && from.processed {
			continue // what is like its marks are parameters, which OpenShift fills in
		}
		// A value of the wrong type is a template's only where that stands, or is quoted.
		if l.marks.Match(line) || l.name == envsubst && strings.Contains(e.Msg, "${") ||
			l.anywhere && l.marks.MatchString(e.Msg) || l.anywhere && e.Field == "" && l.marks.Match(from.data) {
			e.Field, e.Msg, e.Hint = "", "is "+l.name, l.hint
			return true
		}
	}
	return false
}

// Unrendered is the fault of a file that is a template by its name, and what it may
// hold; nil where nothing in it is of Kubernetes. That it may parse here and there
// is chance: what is made of it is not what stands there. One of which a page for people is
// made, README.md.gotmpl, shows manifests at most.
func Unrendered(name string, data []byte) *Fault {
	if stem := strings.TrimSuffix(name, filepath.Ext(name)); slices.Contains(pages, strings.ToLower(filepath.Ext(stem))) {
		return nil
	}
	if !kindLine.Match(data) || !apiLine.Match(data) {
		return nil
	}
	e := &document.Error{File: name, Line: 1, Msg: "is a template", Hint: "render it first, and give onus the result"}
	for _, l := range languages {
		if at := l.marks.FindIndex(data); at != nil {
			e.Line, e.Msg, e.Hint = 1+bytes.Count(data[:at[0]], []byte("\n")), "is "+l.name, l.hint
			if ofTerraform(name) {
				e.Msg, e.Hint = "is "+languages[0].name, languages[0].hint
			}
			if l.jinja && slices.Contains(ofJinja, strings.ToLower(filepath.Ext(name))) {
				e.Msg, e.Hint = "is "+jinja, jinjaHint
			}
			break
		}
	}
	f := &Fault{Error: e}
	f.Kinds, f.Any = mayHold(data, true)
	return f
}

// Unfilled says of text that cannot be parsed of which language it is a template, how it is
// rendered and on which line that shows; false where nothing shows it.
func Unfilled(text []byte) (reason, hint string, line int, is bool) {
	for _, l := range languages {
		if at := l.marks.FindIndex(text); at != nil && l.anywhere {
			return "is " + l.name, l.hint, 1 + bytes.Count(text[:at[0]], []byte("\n")), true
		}
	}
	return "", "", 0, false
}

// pages are the endings of files that people read.
var pages = []string{".md", ".markdown", ".rst", ".adoc", ".html", ".txt"}

// printable reports whether text can be looked through for words.
func printable(text []byte) bool { return len(text) > 0 && utf8.Valid(text) }

func lineAt(data []byte, n int) []byte {
	for line := range bytes.Lines(data) {
		if n == 0 {
			return line
		}
		n--
	}
	return nil
}
