package manifest

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/connection"
)

// connections are the strings by which the containers of a pod connect to MongoDB, in their variables and flags. What
// comes of a Secret is not read.
//
// Source: kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1: $(VAR_NAME) in the value of a variable
// stands for one that is defined before it in the same container.
func connections(spec *corev1.PodSpec) (all []connection.String) {
	for i := range spec.Containers {
		c := &spec.Containers[i]
		known := map[string]string{}
		for _, e := range c.Env {
			value := expanded(e.Value, known)
			if e.ValueFrom == nil {
				known[e.Name] = value
			}
			all = append(all, connection.Find(e.Name, value)...)
		}
		for _, w := range spoken(c) {
			all = append(all, connection.Find(c.Name, expanded(w, known))...)
		}
	}
	return all
}

// longestVariable bounds how long a value becomes of which a string that connects is looked for.
const longestVariable = 4 << 10

// expanded is a value with the variables that are known in it, $$ being a $; one of what is too long to be looked at is
// left as it is written, as those of each other may double with each one.
//
// Source: k8s.io/kubernetes/third_party/forked/golang/expansion, which goes through a value once.
func expanded(value string, known map[string]string) string {
	var b strings.Builder
	for rest := value; rest != ""; {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		if !found {
			break
		}
		name, behind, closed := strings.Cut(strings.TrimPrefix(after, "("), ")")
		said, there := known[name]
		switch {
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			rest = after[1:]
		case strings.HasPrefix(after, "(") && closed && there:
			b.WriteString(said)
			rest = behind
		default:
			b.WriteByte('$')
			rest = after
		}
		if b.Len() > longestVariable {
			return value
		}
	}
	return b.String()
}

// connectionsIn are those that a ConfigMap tells.
func connectionsIn(data map[string]string) (all []connection.String) {
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if len(data[key]) <= longestConfig {
			all = append(all, connection.Find(key, data[key])...)
		}
	}
	return all
}
