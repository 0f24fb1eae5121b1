package gitops

import (
	"bytes"
	"errors"
	"maps"
	"regexp"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// postBuild is what Flux fills in, once it has built.
//
// Source: fluxcd.io/flux/components/kustomize/kustomizations (Post build variable
// substitution).
type postBuild struct {
	Substitute     map[string]string `json:"substitute"`
	SubstituteFrom []struct {
		Kind     string `json:"kind"`
		Name     string `json:"name"`
		Optional bool   `json:"optional"`
	} `json:"substituteFrom"`
}

// variables are those that can be known: from ConfigMaps in the input, and those
// that the object has itself, which go over them. whole is false where some come
// from what is not there.
func (p *postBuild) variables(configs []object, by object) (all map[string]string, whole bool) {
	all, whole = map[string]string{}, true
	for _, from := range p.SubstituteFrom {
		data, ok := configMap(configs, by.namespace, from.Name)
		if from.Kind != "ConfigMap" || !ok {
			whole = whole && from.Optional && from.Kind == "ConfigMap"
			continue
		}
		maps.Copy(all, data)
	}
	maps.Copy(all, p.Substitute)
	return all, whole
}

// disabled is the label or annotation of objects that Flux fills nothing into.
var disabled = regexp.MustCompile(`kustomize\.toolkit\.fluxcd\.io/substitute["']?:\s*["']?disabled`)

// bare is a variable without a default.
var bare = regexp.MustCompile(`\$?\$\{([_A-Za-z][_A-Za-z0-9]*)\}`)

// quotedVariable is a text that is a variable and stands in quotes, as in JSON.
var quotedVariable = regexp.MustCompile(`["']\$\{[^}]*\}["']`)

// errAsWritten says that no quotes change what is filled in.
var errAsWritten = errors.New("is as it is written")

// unquoted is a document as kustomize writes it, where quotes are not that it reads: what is
// filled in is a number where it looks like one, whether the variable stood in quotes or not.
func unquoted(data []byte) (string, error) {
	if !quotedVariable.Match(data) {
		return "", errAsWritten
	}
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		return "", err
	}
	plain, err := yaml.JSONToYAML(asJSON)
	return string(plain), err
}

// substituted are documents with the variables filled in. One whose value comes
// from what is not there stays as it is written, without a default; Flux itself
// makes it empty where nothing gives it.
func (p *postBuild) substituted(built unit.Built, configs []object, by object) unit.Built {
	if p == nil || len(p.Substitute)+len(p.SubstituteFrom) == 0 {
		return built
	}
	variables, whole := p.variables(configs, by)
	documents := make([]unit.Document, len(built.Documents))
	for i, d := range built.Documents {
		documents[i] = d
		if !bytes.Contains(d.Bytes, []byte("$")) || disabled.Match(d.Bytes) {
			continue
		}
		text := string(d.Bytes)
		if plain, err := unquoted(d.Bytes); err == nil {
			text, documents[i].Lines = plain, nil
		}
		if !whole {
			text = bare.ReplaceAllStringFunc(text, func(v string) string {
				if _, known := variables[strings.Trim(v, "${}")]; known || strings.HasPrefix(v, "$$") {
					return v
				}
				return "$" + v // which stands for itself
			})
		}
		filled, err := envsubst.Eval(text, func(name string) (string, bool) { return variables[name], true })
		if err != nil {
			why := "fills in variables, which fails: " + words.OneLine(err.Error())
			built.Missing = append(built.Missing, by.asks(why, "flux build kustomization "+by.name))
			continue
		}
		documents[i].Bytes = []byte(filled)
	}
	built.Documents = documents
	return built
}
