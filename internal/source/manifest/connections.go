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

// expanded is a value with the variables that are known in it.
func expanded(value string, known map[string]string) string {
	if !strings.Contains(value, "$(") {
		return value
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		value = strings.ReplaceAll(value, "$("+name+")", known[name])
	}
	return value
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
