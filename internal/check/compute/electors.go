package compute

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// electors are which workloads elect a leader, or may.
type electors struct {
	estate  *kubernetes.Estate
	configs map[string]bool   // by namespace/name of a ConfigMap: it asks for the election
	roles   map[string]string // by namespace/name of a ServiceAccount: what lets it hold the lease of a leader
	writes  map[string]string // likewise: what lets it write the status of which custom resources
}

// electorsOf are those of the estate that a pass is over.
func electorsOf(p *check.Pass) *electors {
	return check.Shared(p, func(p *check.Pass) *electors {
		e := p.Estate.Kubernetes
		x := &electors{estate: e, configs: map[string]bool{}, roles: map[string]string{}, writes: map[string]string{}}
		for i := range e.Configs {
			x.configs[e.Configs[i].Namespace+"/"+e.Configs[i].Name] = e.Configs[i].Elects
		}
		leases := map[kubernetes.Ref]bool{}
		for _, r := range e.LeaseRoles {
			leases[r.Ref] = true
		}
		status := map[kubernetes.Ref]string{}
		for _, r := range e.StatusRoles {
			status[r.Ref] = r.Of
		}
		for _, b := range e.RoleBindings {
			for _, a := range b.Accounts {
				account, role := a.Namespace+"/"+a.Name, b.Role.Kind+" "+b.Role.Name
				if leases[b.Role] {
					x.roles[account] = role
				}
				if of := status[b.Role]; of != "" {
					x.writes[account] = role + " lets it write the status of " + of
				}
			}
		}
		return x
	})
}

// elects reports whether a workload is told to elect a leader: by its containers, or by a
// ConfigMap that it is given.
func (x *electors) elects(i int) bool {
	w := &x.estate.Workloads[i]
	return w.Template.Elects || slices.ContainsFunc(w.Template.ConfigMaps, func(name string) bool { return x.configs[w.Namespace+"/"+name] })
}

// off is what tells a workload to elect no leader, as it is written; empty where nothing
// does, or something else tells it to elect one.
func (x *electors) off(i int) string {
	if x.elects(i) {
		return ""
	}
	return x.estate.Workloads[i].Template.ElectsNot
}

// may names the role by which a workload may hold the lease of a leader, as programs that
// are built to elect one are given; empty where none lets it. What the account of the
// whole namespace may says nothing of one workload.
func (x *electors) may(i int) string {
	w := &x.estate.Workloads[i]
	if account := w.Template.ServiceAccount; account != "" && account != "default" {
		return x.roles[w.Namespace+"/"+account]
	}
	return ""
}

// controls says by which role a workload writes the status of custom resources, as what acts
// on these does, whatever it is called and whoever calls it besides; empty where none lets it.
func (x *electors) controls(i int) string {
	w := &x.estate.Workloads[i]
	if account := w.Template.ServiceAccount; account != "" && account != "default" && !answers(w) {
		return x.writes[w.Namespace+"/"+account]
	}
	return ""
}

// reconciles reports whether a workload is by its name, or by the program that it
// is told to run, what brings other objects into a state, which two do at once where
// none of them leads. Projects of kubebuilder build it as manager. What only answers
// requests does not: a server of webhooks, which operators run beside themselves, or a
// front end, whose name may have these words for what its users do. A manager by its
// name alone has an account of its own, by which it changes objects.
func reconciles(w *kubernetes.Workload) bool {
	if answers(w) {
		return false
	}
	runs := func(c kubernetes.Container) bool {
		return slices.ContainsFunc(strings.FieldsFunc(c.Runs, func(r rune) bool { return r == '-' || r == '_' }), reconcilesAs)
	}
	return slices.ContainsFunc(strings.Split(w.Name, "-"), func(word string) bool {
		return reconcilesAs(word) && (word != "manager" || w.Template.ServiceAccount != "")
	}) || slices.ContainsFunc(w.Template.Containers, runs)
}

func reconcilesAs(word string) bool {
	return word == "operator" || word == "controller" || word == "controllers" || word == "manager"
}

// answers reports whether all that a workload does is to answer requests: by the last word
// of its name or the command of its program, by the component that its labels name, or by
// a web server in its only container.
func answers(w *kubernetes.Workload) bool {
	words := strings.Split(w.Name, "-")
	last := words[len(words)-1]
	runs := func(c kubernetes.Container) bool { return c.Runs == "webhook" }
	if last == "webhook" || last == "webhooks" || slices.ContainsFunc(w.Template.Containers, runs) {
		return true
	}
	for _, key := range []string{"app.kubernetes.io/component", "component"} {
		if slices.Contains([]string{"frontend", "front-end", "web", "ui", "webhook"}, w.Template.Labels[key]) {
			return true
		}
	}
	return len(w.Template.Containers) > 0 && !slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool {
		return !slices.Contains([]string{"nginx", "nginx-unprivileged", "httpd", "caddy"}, c.Image) || c.Runs != "" && c.Runs != c.Image
	})
}
