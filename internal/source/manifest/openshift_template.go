package manifest

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// isTemplate reports whether an object is a Template of OpenShift, which holds others with
// places for parameters. In a cluster it makes none of them.
func isTemplate(api, kind string) bool {
	return kind == "Template" && (api == "v1" || strings.HasPrefix(api, "template.openshift.io/"))
}

// parameter stands in a template: ${NAME} for a text, ${{NAME}} for any value, which takes
// the quotes around it away.
//
// Source: parameterExp, stringParameterExp and EvaluateParameterSubstitution in
// pkg/template/template.go of github.com/openshift/library-go.
var parameter = regexp.MustCompile(`["']?\$\{\{([a-zA-Z0-9_]+)\}\}["']?|\$\{([a-zA-Z0-9_]+)\}`)

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
		if value, ok := values[string(at[1])]; ok && len(at[1]) > 0 {
			return []byte(value)
		}
		value, ok := values[string(at[2])]
		if !ok {
			return found
		}
		if bytes.ContainsAny([]byte(value), `"\`) { // as it would stand between quotes
			quoted, _ := json.Marshal(value)
			return quoted[1 : len(quoted)-1]
		}
		return []byte(value)
	})
}
