package gitops

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// undecided is a template of values that decides by what is not here, and the values of which nothing is known; none
// where it is not known which ones these are.
type undecided struct {
	file string
	open []string
}

func (u undecided) said() string {
	if len(u.open) == 0 {
		return "takes values from " + u.file + ", of which a template decides by what is not here"
	}
	return "takes " + words.Few(u.open) + " from " + u.file + ", where a template decides by what is not here"
}

// size is a line of an object that says how many pods it runs, and unknownSize one that says that this is not known.
var (
	size        = regexp.MustCompile(`(?m)^ +"?(?:replicas|minReplicas|minReplicaCount)"?:.*$`)
	unknownSize = regexp.MustCompile(`(?m)^ +"?(?:replicas|minReplicas|minReplicaCount)"?: .*` + origin.NotKnown)
)

// mostOtherwise bounds how often a chart is built with other values.
const mostOtherwise = 24

// sizedOtherwise reports of what is built whether it may run another number of pods by values of which nothing is known:
// it says a number at all, where these may be any, or says another one where one of them is another, or all answers are.
func (r helmfileReleases) sizedOtherwise(ctx context.Context, dir string, o helm.Options, templates []undecided) func(unit.Document) bool {
	var open []string
	for _, t := range templates {
		if len(t.open) == 0 {
			return func(d unit.Document) bool { return size.Match(d.Bytes) }
		}
		open = append(open, t.open...)
	}
	others := helm.Varied(r.in, dir, open)
	if len(others) > mostOtherwise {
		return func(d unit.Document) bool { return size.Match(d.Bytes) }
	}
	var sizes []map[string]string
	inline := o.Inline
	for _, other := range others {
		o.Inline = helm.Merge(inline, other)
		made := map[string]string{}
		for _, d := range helm.Build(ctx, r.in, dir, o).Documents {
			made[builtName(d)] = string(size.Find(d.Bytes))
		}
		sizes = append(sizes, made)
	}
	return func(d unit.Document) bool {
		name, is := builtName(d), string(size.Find(d.Bytes))
		return slices.ContainsFunc(sizes, func(made map[string]string) bool {
			other, there := made[name]
			return there && other != is
		})
	}
}

// builtName is the kind and the name of an object; empty for none.
func builtName(d unit.Document) string {
	var o struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if yaml.Unmarshal(d.Bytes, &o) != nil {
		return "" // which is told where it is read
	}
	return o.Kind + " " + o.Metadata.Name
}

// scaledBy is the kind and the name of what an autoscaler scales; empty where an object is none.
func scaledBy(d unit.Document) string {
	var o struct {
		Spec struct {
			ScaleTargetRef struct {
				Kind string `json:"kind"`
				Name string `json:"name"`
			} `json:"scaleTargetRef"`
		} `json:"spec"`
	}
	if yaml.Unmarshal(d.Bytes, &o) != nil || o.Spec.ScaleTargetRef.Name == "" {
		return ""
	}
	return cmp.Or(o.Spec.ScaleTargetRef.Kind, "Deployment") + " " + o.Spec.ScaleTargetRef.Name
}

// unsized takes from what was built the objects of which it is not known how many pods they run, and names them: what
// their chart has by default is not what is deployed.
func unsized(built *unit.Built, otherwise func(unit.Document) bool) []string {
	var names []string
	open := func(d unit.Document) bool { return unknownSize.Match(d.Bytes) || otherwise(d) }
	scaled := map[string]bool{} // by an autoscaler of which it is not known how many pods it leaves
	for _, d := range built.Documents {
		if open(d) {
			scaled[scaledBy(d)] = true
		}
	}
	built.Documents = slices.DeleteFunc(built.Documents, func(d unit.Document) bool {
		if name := builtName(d); name == "" || !open(d) && !scaled[name] {
			return false
		}
		names = append(names, builtName(d))
		return true
	})
	return names
}
