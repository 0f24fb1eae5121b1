package compute

import (
	"cmp"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// inEnvironment says of a workload that it is told to run in an environment before
// production, by a flag, a variable or a label of it; empty where nothing tells so, or
// something tells otherwise. A chart's own values say only what it begins with.
func (s *stakes) inEnvironment(w *kubernetes.Workload) string {
	if s.unit.OwnValues { // what its chart begins with, who installs it sets
		return ""
	}
	t := w.Template.Told
	add := func(more kubernetes.Told) {
		t.Before, t.Live = cmp.Or(t.Before, more.Before), cmp.Or(t.Live, more.Live)
	}
	for _, name := range w.Template.ConfigMaps {
		if k, ok := s.configs[w.Namespace+"/"+name]; ok {
			add(s.estate.Configs[k].Told)
		}
	}
	for _, labels := range []map[string]string{w.Labels, w.Template.Labels} {
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			switch said := "label " + key + "=" + labels[key]; purpose.OfLabel(key, labels[key]) {
			case purpose.Before:
				add(kubernetes.Told{Before: said})
			case purpose.Live:
				add(kubernetes.Told{Live: said})
			}
		}
	}
	if t.Before == "" || t.Live != "" {
		return ""
	}
	return "it runs in an environment before production, as " + t.Before + " says"
}

// answersFor says of a workload that all hosts by which it is reached are those of
// environments before production.
func (s *stakes) answersFor(i int) string {
	var hosts []string
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		entries := []kubernetes.Entry{}
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			if by := &s.estate.Backends[b]; !by.Webhook {
				entries = append(entries, by.Entry)
			}
		}
		if s.reached(service) {
			entries = append(entries, service.Entry)
		}
		for _, by := range entries {
			named := s.named(by.Hosts)
			if len(named) == 0 {
				return "" // every host, or one that is not known
			}
			hosts = append(hosts, named...)
		}
	}
	// Charts have such hosts in their own values, too, until who installs them names others.
	own := func(host string) bool { return purpose.OnThisMachine(host) && !s.unit.OwnValues }
	if len(hosts) == 0 || slices.ContainsFunc(hosts, func(host string) bool { return !purpose.BeforeProductionByHost(host) && !own(host) }) {
		return ""
	}
	if k := slices.IndexFunc(hosts, own); k >= 0 {
		return "it is reached as " + hosts[k] + ", which is the machine of whoever asks"
	}
	return "it is reached as " + slices.Min(hosts) + ", by the name a host of an environment before production"
}
