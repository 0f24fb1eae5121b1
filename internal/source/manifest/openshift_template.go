package manifest

import (
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

// template adds the objects of a Template as they are with the values that its parameters
// have by themselves. What has a parameter without one is left as it stands.
func (r *objectReader) template(doc *document.Document) error {
	var t struct {
		Parameters []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"parameters"`
	}
	if err := doc.Decode(&t); err != nil {
		return err
	}
	values := map[string]string{}
	for _, p := range t.Parameters {
		if !strings.ContainsAny(p.Value, "\n\r") && p.Value != "" {
			values[p.Name] = p.Value
		}
	}
	made, err := document.Parse(substituted(r.from.data, values), r.from.first)
	if err != nil {
		return err
	}
	objects, _ := made.Items("objects")
	for _, o := range objects {
		if err := r.nested(o, "", "", 1); err != nil {
			r.failed(err, o.String("apiVersion"), o.String("kind"), o)
		}
	}
	return nil
}

// substituted is the text of a template with values in place of its parameters.
func substituted(text []byte, values map[string]string) []byte {
	return parameter.ReplaceAllFunc(text, func(found []byte) []byte {
		at := parameter.FindSubmatch(found)
		whole := cmp.Or(string(at[2]), string(at[3]), string(at[4]))
		value, ok := values[cmp.Or(whole, string(at[6]))]
		switch {
		case !ok:
			return found
		case whole != "":
			return slices.Concat(at[1], []byte(value), at[5])
		case strings.ContainsAny(value, `"\`): // as it would stand between quotes
			quoted, _ := json.Marshal(value)
			return quoted[1 : len(quoted)-1]
		}
		return []byte(value)
	})
}
