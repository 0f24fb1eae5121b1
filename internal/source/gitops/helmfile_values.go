package gitops

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
)

// outside are functions of helmfile that ask the machine it runs on, or what is elsewhere:
// nothing is known of what they give.
//
// Source: helmfile.readthedocs.io/en/latest/templating_funcs.
var outside = []string{"env", "requiredEnv", "expandenv", "exec", "envExec", "readFile", "readDir", "readDirEntries", "isFile", "isDir",
	"fetchSecretValue", "expandSecretRefs", "getHostByName"}

// notKnown is what stands where such a function is asked. A number it is not: what asks for one
// there is no object that could be read.
const notKnown = "onus-not-known"

// gotmpl reports whether helmfile runs a file of values as a template.
func gotmpl(file string) bool { return filepath.Ext(file) == ".gotmpl" }

// valuesByTemplate are the values that a template makes for a release in an environment; false
// where what it makes depends on more than stands in the input.
//
// Source: helmfile.readthedocs.io/en/latest/templating (Values File Templates).
func (r helmfileReleases) valuesByTemplate(file string, h helmfile, x HelmfileRelease, env string) (map[string]any, bool) {
	text, err := r.in.ReadFile(file)
	if err != nil || len(text) > longest {
		return nil, false
	}
	t, err := template.New(file).Option("missingkey=error").Funcs(templateFuncs()).Parse(string(text))
	if err != nil || t.Tree == nil || decides(t.Tree.Root) {
		return nil, false
	}
	if env == "" {
		env = "default"
	}
	state, known := r.stateValues(h, env)
	if !known && strings.Contains(string(text), "Values") {
		return nil, false
	}
	var out strings.Builder
	err = t.Execute(&out, map[string]any{
		"Environment": map[string]any{"Name": env, "Values": state}, "Values": state, "StateValues": state, "Namespace": x.Namespace,
		"Release": map[string]any{"Name": x.Name, "Namespace": x.Namespace, "Chart": x.Chart},
	})
	values := map[string]any{}
	return values, err == nil && yaml.Unmarshal([]byte(out.String()), &values) == nil
}

// templateFuncs are the functions of helmfile's templates that need nothing but what they are
// given, and those that do, which give what is not known.
func templateFuncs() template.FuncMap {
	funcs := helm.Functions()
	for _, name := range outside {
		funcs[name] = func(...any) string { return notKnown }
	}
	funcs["toYaml"] = func(v any) string {
		text, err := yaml.Marshal(v)
		if err != nil {
			return notKnown
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	return funcs
}

// decides reports whether something in a template depends on what is not known: a condition, a
// loop, or a variable, which may stand in one.
func decides(node parse.Node) bool {
	switch n := node.(type) {
	case *parse.ListNode:
		return n != nil && slices.ContainsFunc(n.Nodes, decides)
	case *parse.IfNode:
		return asksOutside(n.Pipe) || decides(n.List) || decides(n.ElseList)
	case *parse.WithNode:
		return asksOutside(n.Pipe) || decides(n.List) || decides(n.ElseList)
	case *parse.RangeNode:
		return asksOutside(n.Pipe) || decides(n.List) || decides(n.ElseList)
	case *parse.ActionNode:
		return asksOutside(n.Pipe) && (len(n.Pipe.Decl) > 0 || !writesAsItIs(n.Pipe))
	case *parse.TemplateNode:
		return true
	}
	return false
}

// asItIs are functions that make a text of another one, or nothing of it: what is not known is not known after them.
var asItIs = []string{"quote", "squote", "trim", "default", "toYaml", "indent", "nindent"}

// writesAsItIs reports whether a pipe writes what is not known, and makes nothing else of it: a number, or an answer.
func writesAsItIs(p *parse.PipeNode) bool {
	for i, c := range p.Cmds {
		f, is := c.Args[0].(*parse.IdentifierNode)
		if !is || i == 0 && !slices.Contains(outside, f.Ident) || i > 0 && !slices.Contains(asItIs, f.Ident) {
			return false
		}
		if i > 0 && slices.ContainsFunc(c.Args[1:], argumentAsks) {
			return false
		}
	}
	return true
}

// asksOutside reports whether a pipe asks for what is not known.
func asksOutside(p *parse.PipeNode) bool {
	return p != nil && slices.ContainsFunc(p.Cmds, func(c *parse.CommandNode) bool {
		return slices.ContainsFunc(c.Args, argumentAsks)
	})
}

func argumentAsks(arg parse.Node) bool {
	switch a := arg.(type) {
	case *parse.IdentifierNode:
		return slices.Contains(outside, a.Ident)
	case *parse.PipeNode:
		return asksOutside(a)
	}
	return false
}

// stateValues are the values of an environment of a helmfile, as far as they stand in the input
// and no template writes them; else they are not known.
func (r helmfileReleases) stateValues(h helmfile, env string) (all map[string]any, known bool) {
	state := map[string]any{}
	for _, v := range h.values[env] {
		switch v := v.(type) {
		case map[string]any:
			state = helm.Merge(state, v)
		case string:
			file := strings.NewReplacer(environmentMark, env).Replace(v)
			at := filepath.Join(filepath.Dir(h.file), filepath.FromSlash(file))
			text, err := r.in.ReadFile(at)
			values := map[string]any{}
			if filepath.IsAbs(file) || gotmpl(file) || err != nil || yaml.Unmarshal(text, &values) != nil {
				return map[string]any{}, false // a later one may say otherwise
			}
			state = helm.Merge(state, values)
		}
	}
	return maps.Clone(state), true
}

// environmentValues are the lists of values that environments of a helmfile have.
func environmentValues(environments map[string]any) map[string][]any {
	all := map[string][]any{}
	for name, said := range environments {
		if env, ok := said.(map[string]any); ok {
			all[name], _ = env["values"].([]any)
		}
	}
	return all
}
