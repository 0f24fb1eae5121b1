package helmfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
)

// deepest is how many templates of releases may inherit from one another, and how often what a template of one writes
// may be a template again, as in helmfile.
const deepest = 6

// inherited is a release with what it has of the templates that it names.
func (l *loading) inherited(spec map[string]any, depth int) map[string]any {
	from := listOf(spec["inherit"])
	if one := mapOf(spec["inherit"]); one != nil {
		from = []any{one}
	}
	if len(from) == 0 || depth == 0 {
		return spec
	}
	merged := map[string]any{}
	for _, of := range from {
		name, _ := mapOf(of)["template"].(string)
		t, known := l.templates[name]
		if !known {
			l.run.doubts++ // a base that was not read may have it
			continue
		}
		t = cloned(l.inherited(t, depth-1))
		for _, except := range texts(mapOf(of)["except"]) {
			delete(t, except)
		}
		merged = appended(merged, t)
	}
	return appended(merged, spec)
}

// appended is a map with another one over it, and lists of both one after another.
func appended(under, over map[string]any) map[string]any {
	all := helm.Merge(under, over)
	for key, v := range over {
		if list, is := v.([]any); is {
			all[key] = slices.Concat(listOf(under[key]), list)
		}
	}
	return all
}

// release is one as its templates write it; false where it is not known what it is.
func (l *loading) release(spec map[string]any) (Release, bool) {
	doubts := l.run.doubts
	spec = l.inherited(spec, deepest)
	var x Release
	for range deepest {
		before := x
		for key, to := range map[string]*string{"name": &x.Name, "namespace": &x.Namespace, "chart": &x.Chart} {
			text, _ := spec[key].(string)
			*to = l.written(text, &before)
		}
		if x.Name == before.Name && x.Namespace == before.Namespace && x.Chart == before.Chart {
			break
		}
	}
	if x.Name == "" || unsure(x.Name) {
		return x, false
	}
	if unsure(x.Namespace) {
		x.Namespace = ""
	}
	context, _ := spec["kubeContext"].(string)
	x.Context = l.written(context, &x)
	x.Missing, _ = spec["missingFileHandler"].(string)
	if x.Missing == "" {
		x.Missing = l.missing
	}
	for _, v := range listOf(spec["valuesTemplate"]) {
		x.Values = append(x.Values, l.writtenIn(v, &x))
	}
	for _, v := range listOf(spec["values"]) {
		if text, is := v.(string); is {
			v = strings.TrimSpace(l.written(text, &x))
		}
		x.Values = append(x.Values, v)
	}
	for _, name := range texts(spec["secrets"]) {
		x.Secrets = append(x.Secrets, l.written(name, &x))
	}
	for _, v := range slices.Concat(listOf(spec["setTemplate"]), listOf(spec["set"])) {
		x.Set = append(x.Set, setOf(mapOf(l.writtenIn(v, &x)))...)
	}
	x.Unsure = slices.ContainsFunc(x.Values, unsure) || slices.ContainsFunc(x.Values, holdsUnclear) || l.run.doubts > doubts ||
		slices.ContainsFunc(x.Set, func(set string) bool { return holdsUnclear(set) })
	x.Installed = l.installed(spec, &x)
	return x, true
}

// written is a text as it is in a release; what cannot be rendered is not known.
func (l *loading) written(text string, x *Release) string {
	out, err := l.run.text("release "+x.Name, text, dataOf(l.env, l.values, x))
	if err != nil {
		return origin.NotKnown
	}
	return strings.TrimSpace(out)
}

// writtenIn is a value with all texts in it as they are in a release.
func (l *loading) writtenIn(v any, x *Release) any {
	switch v := v.(type) {
	case string:
		return l.written(v, x)
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = l.writtenIn(v[i], x)
		}
		return all
	case map[string]any:
		text, err := yaml.Marshal(v)
		if err != nil {
			return v
		}
		if all, err := decoded([]byte(l.written(string(text), x))); err == nil {
			return all
		}
		return origin.NotKnown
	}
	return v
}

// setOf are what a release sets, in the form of Helm's --set.
func setOf(set map[string]any) []string {
	name, _ := set["name"].(string)
	if name == "" {
		return nil
	}
	escaped := strings.NewReplacer(`\`, `\\`, ",", `\,`, "{", `\{`, "}", `\}`)
	if list := listOf(set["values"]); list != nil {
		var all []string
		for _, v := range list {
			all = append(all, escaped.Replace(fmt.Sprint(v)))
		}
		return []string{name + "={" + strings.Join(all, ",") + "}"}
	}
	v, there := set["value"]
	if !there || v == nil {
		return nil
	}
	return []string{name + "=" + escaped.Replace(fmt.Sprint(v))}
}

// installed says whether helmfile installs a release: by itself, a template, or a value of the environment.
//
// Source: github.com/helmfile/helmfile, pkg/state/state.go (ConditionEnabled) and state_exec_tmpl.go.
func (l *loading) installed(spec map[string]any, x *Release) Installed {
	answer := Yes
	for _, key := range []string{"installed", "installedTemplate", "conditionTemplate"} {
		v, there := spec[key]
		if !there || v == nil {
			continue
		}
		answer = max(answer, said(l.written(fmt.Sprint(v), x)))
	}
	if condition, _ := spec["condition"].(string); condition != "" {
		answer = max(answer, l.condition(l.written(condition, x)))
	} else if is, there := spec["condition"].(bool); there && !is {
		answer = No
	}
	return answer
}

func said(text string) Installed {
	switch yes, err := strconv.ParseBool(strings.ToLower(text)); {
	case err != nil:
		return Perhaps
	case yes:
		return Yes
	}
	return No
}

// condition is the answer that a value of the environment gives, at a path that ends in enabled.
func (l *loading) condition(path string) Installed {
	if answer := said(path); answer != Perhaps {
		return answer
	}
	v, err := l.run.get(path, false, l.values)
	if err != nil {
		return Perhaps
	}
	yes, is := v.(bool)
	switch {
	case unsure(v) || !strings.HasSuffix(path, ".enabled"):
		return Perhaps
	case is && yes:
		return Yes
	}
	return No
}
