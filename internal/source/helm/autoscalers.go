package helm

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// What charts call the values of an autoscaler, and the fewest and the most pods that it keeps.
var (
	scalerValue = regexp.MustCompile(`(?i)^(autoscal(ing|er)|hpa|horizontalPodAutoscal(ing|er)|keda)$`)
	fewestPods  = regexp.MustCompile(`(?i)^min_?(replicas?|pods|ReplicaCount)?$`)
	mostPods    = regexp.MustCompile(`(?i)^max_?(replicas?|pods|ReplicaCount)?$`)
)

// autoscalers are the settings of a chart, and of those it depends on, that switch on an
// autoscaler which is off, with two pods at least.
func autoscalers(c *chart.Chart, prefix string) [][]string {
	var all [][]string
	var walk func(values map[string]any, path string)
	walk = func(values map[string]any, path string) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			below, is := values[key].(map[string]any)
			if !is {
				continue
			}
			if scalerValue.MatchString(key) {
				if set := ofAutoscaler(below, path+key); set != nil {
					all = append(all, set)
				}
				continue
			}
			walk(below, path+key+".")
		}
	}
	walk(c.Values, prefix)
	for _, sub := range c.Dependencies() {
		all = append(all, autoscalers(sub, prefix+sub.Name()+".")...)
	}
	return all
}

// ofAutoscaler switches one on; nil where its values have no switch that is off, or no
// number of pods.
func ofAutoscaler(values map[string]any, at string) []string {
	on, fewest, most := "", "", ""
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch v := values[key]; {
		case v == false && switchValue.MatchString(key):
			on = at + "." + key + "=true"
		case fewestPods.MatchString(key):
			fewest = at + "." + key + "=2"
		case mostPods.MatchString(key) && slices.Contains([]string{"0", "1"}, fmt.Sprint(v)):
			most = at + "." + key + "=2"
		}
	}
	switch {
	case on == "" || fewest == "":
		return nil
	case most != "":
		return []string{on, fewest, most}
	}
	return []string{on, fewest}
}
