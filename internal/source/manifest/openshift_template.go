package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// isTemplate reports whether an object is a Template of OpenShift, which holds others with
// places for parameters. In a cluster it makes none of them.
func isTemplate(api, kind string) bool {
	return kind == "Template" && (api == "v1" || strings.HasPrefix(api, "template.openshift.io/"))
}

// parameter stands in a template: ${NAME} in any text, and ${{NAME}} where it is all of a
// value, of any type, and takes the quotes around it away.
//
// Source: stringParameterExp, nonStringParameterExp and EvaluateParameterSubstitution in
// pkg/template/templateprocessing/template.go of github.com/openshift/library-go.
var parameter = regexp.MustCompile(`(?m)([:\-,\[][ \t]*)(?:"\$\{\{(\w+)\}\}"|'\$\{\{(\w+)\}\}'|\$\{\{(\w+)\}\})([ \t]*(?:[,\]}#\r]|$))` +
	`|\$\{(\w+)\}`)

// ownParameter is a parameter of a Template.
type ownParameter struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Generate string `json:"generate"`
	Required bool   `json:"required"`
}

// value is the one that a parameter has by itself: none where one is made up for it, or
// where it has to be given.
//
// Source: GenerateParameterValues in pkg/template/templateprocessing/template.go of
// github.com/openshift/library-go.
func (p ownParameter) value() (value string, known bool) {
	if p.Value == "" {
		return "", p.Generate == "" && !p.Required
	}
	return p.Value, !strings.ContainsAny(p.Value, "\n\r")
}

// lacking says of a fault that it is one for want of a value of the parameter.
func (p ownParameter) lacking(e *document.Error) {
	e.Msg = "has the parameter " + p.Name + " of its Template, which wants a value"
	if p.Generate != "" {
		e.Msg = "has the parameter " + p.Name + " of its Template, whose value is made up when that is processed"
	}
	e.Field, e.Hint = "", "process it first: oc process --local -f FILE -p "+p.Name+"=VALUE | onus check -"
	e.Kind = document.Template
}

// template adds the objects of a Template as they are with the values that its parameters
// have by themselves. What has a parameter without one is left as it stands.
func (r *objectReader) template(doc *document.Document) error {
	var t struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Parameters []ownParameter `json:"parameters"`
	}
	if err := decodeLast(doc, r.from, &t); err != nil {
		return err
	}
	r.shown(doc, "template.openshift.io/Template", meta{Name: t.Metadata.Name}, nil) // nothing else has such
	values := map[string]string{}
	var open []ownParameter
	for _, p := range t.Parameters {
		if value, known := p.value(); known {
			values[p.Name] = value
		} else if p.Value == "" {
			open = append(open, p)
		}
	}
	text := substituted(quotedTexts(r.intoOneProject(doc), values), values)
	made, err := document.Parse(text, r.from.first)
	if err != nil {
		return err
	}
	defer func(from source) { r.from = from }(r.from)             // what else stands in the file is no part of it
	r.from.data, r.from.processed, r.from.open = text, true, open // line by line what it was made of
	objects, _ := made.Items("objects")
	for _, o := range objects {
		if err := r.object(o, "", "", 1); err != nil {
			r.failed(err, o.String("apiVersion"), o.String("kind"), o)
		}
	}
	return nil
}

// decodeLast decodes a document, of which a key that stands twice is told with the object in
// which it does.
func decodeLast(doc *document.Document, from source, into any) error {
	err := doc.Decode(into)
	twice := asTwice(err)
	if twice == nil {
		return err
	}
	again, err := document.Parse(from.data, from.first)
	if err != nil || again == nil {
		return twice
	}
	if again = again.Last(); again == nil {
		return twice
	}
	return again.Decode(into)
}

// namespaceSet is where a namespace is written: in a mapping, in a line of its own, or in JSON.
var namespaceSet = regexp.MustCompile(`(["']?\bnamespace["']?:[ \t]*)("[^"]*"|'[^']*'|[^\s,}#"']+)`)

// intoOneProject is the text of a template without the namespaces of its objects: they go
// into the project for which it is processed. Only one with a parameter counts.
//
// Source: docs.redhat.com/en/documentation/openshift_container_platform, Images, Using
// templates: Writing the template object list.
func (r *objectReader) intoOneProject(doc *document.Document) []byte {
	objects, _ := doc.Items("objects")
	var lines [][]byte
	for _, o := range objects {
		var of struct {
			Metadata struct {
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if o.Decode(&of) != nil || of.Metadata.Namespace == "" || strings.Contains(of.Metadata.Namespace, "${") {
			continue
		}
		if lines == nil {
			lines = bytes.SplitAfter(bytes.Clone(r.from.data), []byte("\n"))
		}
		at := o.Line("/metadata/namespace") - r.from.first
		if at < 0 || at >= len(lines) {
			continue
		}
		lines[at] = namespaceSet.ReplaceAllFunc(lines[at], func(found []byte) []byte {
			part := namespaceSet.FindSubmatch(found)
			if strings.Trim(string(part[2]), `"'`) != of.Metadata.Namespace {
				return found
			}
			return slices.Concat(part[1], []byte(`""`))
		})
	}
	if lines == nil {
		return r.from.data
	}
	return slices.Concat(lines...)
}

// plainText is a text without quotes, all of a value, in which parameters stand that fill a
// part of it, or all. Between brackets none can stand without quotes.
var plainText = regexp.MustCompile(`(?m)(:[ \t]+|^[ \t]*(?:-[ \t]+)+)([\w.\-/:@+]*\$\{\w+\}(?:[\w.\-/:@+]|\$\{\w+\})*)`)

// plainTextEnds is what may follow it.
var plainTextEnds = regexp.MustCompile(`^(?:[ \t]*(?:[\r\n]|$)|[ \t]+#)`)

// quotedTexts is the text of a template with quotes around texts that would be no text any
// more with the values of their parameters: OpenShift parses first, and so "false" in the
// place of ${NAME} is a text.
func quotedTexts(text []byte, values map[string]string) []byte {
	var made []byte
	at := 0
	for _, m := range plainText.FindAllSubmatchIndex(text, -1) {
		value := substituted(text[m[4]:m[5]], values)
		if !plainTextEnds.Match(text[m[5]:]) || staysText(string(value)) {
			continue
		}
		made = append(append(append(append(made, text[at:m[4]]...), '"'), text[m[4]:m[5]]...), '"')
		at = m[5]
	}
	return append(made, text[at:]...)
}

// staysText reports whether a text is the same without quotes.
func staysText(text string) bool {
	if strings.ContainsAny(text, `"\`) { // these are written for what stands between quotes
		return false
	}
	var is struct {
		A any `json:"a"`
	}
	doc, err := document.Parse([]byte("a: "+text), 1)
	return err == nil && doc != nil && doc.Decode(&is) == nil && is.A == text
}

// substituted is the text of a template with values in place of its parameters. What ends
// one value, such as a comma, begins the next.
func substituted(text []byte, values map[string]string) []byte {
	var made []byte
	for {
		at := parameter.FindSubmatchIndex(text)
		if at == nil {
			return append(made, text...)
		}
		part := func(i int) []byte {
			if at[2*i] < 0 {
				return nil
			}
			return text[at[2*i]:at[2*i+1]]
		}
		whole, end := cmp.Or(string(part(2)), string(part(3)), string(part(4))), at[1]
		if whole != "" {
			end = at[10]
		}
		value, ok := values[cmp.Or(whole, string(part(6)))]
		made = append(made, text[:at[0]]...)
		switch {
		case !ok:
			made = append(made, text[at[0]:end]...)
		case whole != "":
			made = append(append(made, part(1)...), value...)
		case strings.ContainsAny(value, `"\`): // as it would stand between quotes
			quoted, _ := json.Marshal(value)
			made = append(made, quoted[1:len(quoted)-1]...)
		default:
			made = append(made, value...)
		}
		text = text[end:]
	}
}
