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
	Config string
	// Names says that By only names it, such as a ConfigMap that no workload which was read
	// is given, and values of a chart.
	Names    bool
	Position origin.Position // of what tells it
}

// Values is the kind of what calls a Service where values of a chart name it.
const Values = "values"

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
	l.named()
}

// named are the calls of ConfigMaps that are given to no workload which was read: who has
// them may be made elsewhere. That of a Service itself says what that is called.
func (l *linker) named() {
	given := map[string]bool{}
	for i := range l.Workloads {
		for _, name := range l.Workloads[i].Template.ConfigMaps {
			given[l.Workloads[i].Namespace+"/"+name] = true
		}
	}
	for i := range l.Configs {
		c := &l.Configs[i]
		if given[c.Namespace+"/"+c.Name] {
			continue
		}
		by := Workload{Ref: Ref{Namespace: c.Namespace, Kind: "ConfigMap", Name: c.Name}}
		for _, host := range c.Addresses {
			for _, call := range by.call(host, "", c.Position) {
				if call.Names = true; !strings.HasPrefix(c.Name, call.Service) && !strings.HasPrefix(call.Service, c.Name) {
					l.Calls = append(l.Calls, call)
				}
			}
		}
	}
}

// call is what a host is the name of: a Service, or a pod of one, whose name ends in a
// number (db-0.db).
func (w *Workload) call(host, config string, at origin.Position) []Call {
	name, namespace, ok := strings.Cut(host, ".")
	if !ok {
		return []Call{{Namespace: w.Namespace, Service: name, By: w.Ref, Config: config, Position: at}}
	}
	all := []Call{{Namespace: namespace, Service: name, By: w.Ref, Config: config, Position: at}}
	if unnumbered := strings.TrimRight(name, "0123456789"); unnumbered != name && strings.HasSuffix(unnumbered, "-") {
		all = append(all, Call{Namespace: w.Namespace, Service: namespace, By: w.Ref, Config: config, Position: at})
	}
	return all
}
