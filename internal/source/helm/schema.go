package helm

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/words"
)

// nowhere loads no schema: Helm would ask the network, and files elsewhere.
type nowhere struct{}

func (nowhere) Load(address string) (any, error) { return nil, errors.New(address + " is not asked") }

// validate is the refusal of values that the chart's schema, or that of one it
// depends on, does not allow. A schema that rests on others elsewhere is passed
// over, and so is one that is none.
func (c *loaded) validate(top common.Values) *Refusal {
	values, err := top.Table("Values")
	if err != nil {
		return nil
	}
	if fault := c.valid(c.root, values); fault != nil {
		return &Refusal{Error: fault, Any: true}
	}
	return nil
}

func (c *loaded) valid(of *chart.Chart, values map[string]any) *document.Error {
	if why := violated(of.Schema, values); why != "" {
		from := c.source[of.Raw[0]]
		e := &document.Error{File: from.path, Msg: "its values are not what its schema allows: " + why, Hint: c.giving()}
		if !from.archive {
			e.File += "/values.schema.json"
		}
		return e
	}
	for _, sub := range of.Dependencies() {
		if of, ok := values[sub.Name()].(map[string]any); ok {
			if err := c.valid(sub, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// violated says which value a schema does not allow, and why; empty for none.
func violated(schema []byte, values map[string]any) string {
	if len(schema) == 0 {
		return ""
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return ""
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(nowhere{})
	const name = "file:///values.schema.json"
	if compiler.AddResource(name, doc) != nil {
		return ""
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		return ""
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(compiled.Validate(plain(values)), &invalid) {
		return ""
	}
	for len(invalid.Causes) > 0 {
		invalid = first(invalid.Causes)
	}
	if extra, ok := invalid.ErrorKind.(*kind.AdditionalProperties); ok {
		slices.Sort(extra.Properties)
	}
	where := strings.Join(invalid.InstanceLocation, ".")
	_, reason, _ := strings.Cut(invalid.Error(), "': ")
	return words.OneLine(fmt.Sprintf("%s: %s", cmp.Or(where, "values"), reason))
}

// first is the one of several faults that is told: the same each time, as maps have no order.
func first(all []*jsonschema.ValidationError) *jsonschema.ValidationError {
	return slices.MinFunc(all, func(a, b *jsonschema.ValidationError) int {
		return cmp.Or(slices.Compare(a.InstanceLocation, b.InstanceLocation),
			strings.Compare(fmt.Sprintf("%T", a.ErrorKind), fmt.Sprintf("%T", b.ErrorKind)))
	})
}

// plain are values of the types that the schema's library knows.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		all := make(map[string]any, len(v))
		for k, e := range v {
			all[k] = plain(e)
		}
		return all
	case common.Values:
		return plain(map[string]any(v))
	case []any:
		all := make([]any, len(v))
		for i, e := range v {
			all[i] = plain(e)
		}
		return all
	}
	return v
}
