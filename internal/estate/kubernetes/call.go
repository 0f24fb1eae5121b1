package kubernetes

import (
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// Call says that a workload which is there all the time is told to call a Service, by
// its flags, its variables or a ConfigMap that it is given. That the Service exists is not
// known: any host that may be one is kept.
type Call struct {
	Namespace, Service string
	By                 Ref
	// Config is the ConfigMap that tells it; empty for its own flags and variables. Of
	// several that are given it some may not read that part of it.
	Config   string
	Position origin.Position // of what tells it
}

// calls are those of all workloads, each once.
func (l *linker) calls() {
	configs := map[string]*Config{}
	for i := range l.Configs {
		configs[l.Configs[i].Namespace+"/"+l.Configs[i].Name] = &l.Configs[i]
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		if !w.Lasting || w.AtLeast() == 0 && w.Scaler == nil {
			continue // it runs to its end, or not at all
		}
		seen := map[string]bool{}
		take := func(hosts []string, config string, at origin.Position) {
			for _, host := range hosts {
				if !seen[host] {
					seen[host] = true
					l.Calls = append(l.Calls, w.call(host, config, at)...)
				}
			}
		}
		take(w.Calls, "", w.Position)
		for _, name := range w.Template.ConfigMaps {
			if c := configs[w.Namespace+"/"+name]; c != nil {
				take(c.Calls, name, c.Position)
			}
		}
	}
}

// call is what a host is the name of: a Service, or a pod of one, whose name ends in a
// number (db-0.db).
func (w *Workload) call(host, config string, at origin.Position) []Call {
	name, namespace, ok := strings.Cut(host, ".")
	if !ok {
		return []Call{{w.Namespace, name, w.Ref, config, at}}
	}
	all := []Call{{namespace, name, w.Ref, config, at}}
	if unnumbered := strings.TrimRight(name, "0123456789"); unnumbered != name && strings.HasSuffix(unnumbered, "-") {
		all = append(all, Call{w.Namespace, namespace, w.Ref, config, at})
	}
	return all
}
