package compute

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// programs are what workloads run, as far as the catalog knows it.
type programs struct {
	estate   *kubernetes.Estate
	catalog  *responsibility.Catalog
	services [][]int                   // that route to each workload
	all      []*responsibility.Program // by workload; nil for what is not known, and for what keeps nothing in its role
	roles    []role                    // by workload
	// configs are the ConfigMaps that tell where data are kept, by namespace/name.
	configs map[string]*kubernetes.Config
}

// role is what a workload does of what its program can.
type role int

const (
	wholeProgram role = iota // nothing tells that it is a part of it
	dataless                 // it keeps nothing
	votes                    // it keeps nothing, and its vote counts
)

// programsOf are those of the estate that a pass is over.
func programsOf(p *check.Pass) *programs {
	return check.Shared(p, func(p *check.Pass) *programs {
		e := p.Estate.Kubernetes
		x := &programs{
			estate: e, catalog: p.Catalog, services: servingOf(p).services,
			all: make([]*responsibility.Program, len(e.Workloads)), roles: make([]role, len(e.Workloads)),
			configs: map[string]*kubernetes.Config{},
		}
		for i := range e.Configs {
			x.configs[e.Configs[i].Namespace+"/"+e.Configs[i].Name] = &e.Configs[i]
		}
		for i := range e.Workloads {
			if x.roles[i] = roleOf(p.Catalog, &e.Workloads[i]); x.roles[i] == wholeProgram {
				x.all[i] = x.asTold(programOf(p.Catalog, e, &e.Workloads[i], servingOf(p).services[i]), &e.Workloads[i])
			}
		}
		return x
	})
}

func (x *programs) of(i int) *responsibility.Program { return x.all[i] }

// roleOf is the role of a workload, as its containers are told it or the label of
// its component names it.
func roleOf(c *responsibility.Catalog, w *kubernetes.Workload) role {
	var roles []string
	for _, x := range w.Template.Containers {
		roles = append(roles, x.Roles...)
	}
	component := w.Template.Labels["app.kubernetes.io/component"]
	switch {
	case !c.Dataless(roles) && !c.Dataless([]string{component}):
		return wholeProgram
	case c.Votes(append(roles, component)):
		return votes
	}
	return dataless
}

// fellows are the other workloads that are members of the same replica set, by
// what their containers are told, and how many pods they have at least.
func (x *programs) fellows(i int) (set string, fellows []string, pods int) {
	w := &x.estate.Workloads[i]
	if set = setOf(w); set == "" {
		return "", nil, 0
	}
	for k := range x.estate.Workloads {
		if o := &x.estate.Workloads[k]; k != i && o.Namespace == w.Namespace && o.Lasting && o.AtLeast() > 0 && setOf(o) == set {
			fellows, pods = append(fellows, o.Name), pods+o.AtLeast()
		}
	}
	return set, fellows, pods
}

func setOf(w *kubernetes.Workload) string {
	for _, x := range w.Template.Containers {
		if x.Set != "" {
			return x.Set
		}
	}
	return ""
}

// programOf is what a workload runs, by the first of the containers that tell it: a proxy, or
// what fetches the files of another one, does not; and where the first one's program is not
// known, by the one that a Service of those which route to it leads to. Operators know theirs.
func programOf(c *responsibility.Catalog, e *kubernetes.Estate, w *kubernetes.Workload, services []int) *responsibility.Program {
	if w.MadeBy != nil || slices.ContainsFunc(namesOf(w), func(name string) bool { return c.Unmissed(name, true) != "" }) {
		return nil
	}
	from := telling(c, w)
	if p, known := programIn(c, from); known {
		return p
	}
	p, _ := programIn(c, ledTo(e, services, from))
	return p
}

// programIn is what the first of some containers runs that is in front of no other one;
// known says that it is, or that it is none on purpose.
func programIn(c *responsibility.Catalog, from []kubernetes.Container) (p *responsibility.Program, known bool) {
	var measures *responsibility.Program // of what the others do
	for _, x := range from {
		var ports []int
		for _, p := range x.Ports {
			if !watched(p.Name) {
				ports = append(ports, int(p.Number))
			}
		}
		p := c.Program(x.Image, x.Runs, ports)
		switch {
		case p != nil && (p.Dev && x.Dev == "" || !p.Is(x.Tag)):
			return nil, true
		case p != nil && p.Metrics:
			measures = p
		case p != nil || !c.InFront(x.Image) && !c.Beside(x.Image):
			return p, p != nil
		}
	}
	return measures, measures != nil
}

// asTold is a program as a workload is told to run it: as a cache, where it drops any of
// its keys once its memory is full; without a quorum, where its members are told to go on
// without most of them, or have no names of their own by which they find each other; and as nothing that is known, where
// it is so only unless its data are where all replicas reach them, and they are.
func (x *programs) asTold(p *responsibility.Program, w *kubernetes.Workload) *responsibility.Program {
	told := func(is func(kubernetes.Settings) bool) bool {
		return slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool { return is(c.Settings) }) ||
			slices.ContainsFunc(w.Template.ConfigMaps, func(name string) bool {
				c, ok := x.configs[w.Namespace+"/"+name]
				return ok && is(c.Settings)
			})
	}
	switch {
	case p == nil:
	case p.Keeps == responsibility.KeepsData && told(func(s kubernetes.Settings) bool { return s.Evicts }):
		cache := *p
		cache.Keeps = responsibility.KeepsCache
		return &cache
	case p.Quorum && (w.Kind == "Deployment" || told(func(s kubernetes.Settings) bool { return s.Alone })):
		single := *p
		single.Quorum = false
		return &single
	case p.Unless != "" && told(func(s kubernetes.Settings) bool { return s.Shares }):
		return nil
	}
	return p
}

// memory is what a container of a workload is told by which it keeps its data in memory;
// empty where none is.
func memory(w *kubernetes.Workload) string {
	for _, c := range w.Template.Containers {
		if c.Store.Memory {
			return c.Store.Told
		}
	}
	return ""
}

// store is what tells that a workload keeps its data itself: its containers, or a
// ConfigMap that it is given, which of is named. It is empty for what is known as a
// program or a role of one. A directory in a claim is for all pods that mount it.
func (x *programs) store(i int) (of string, s kubernetes.Store) {
	w := &x.estate.Workloads[i]
	if x.roles[i] != wholeProgram || x.all[i] != nil || w.MadeBy != nil {
		return "", s
	}
	counts := func(s kubernetes.Store) bool { return s.Sole || s.Told != "" && len(w.Template.VolumeClaims) == 0 }
	for _, c := range w.Template.Containers {
		if counts(c.Store) {
			return "", c.Store
		}
	}
	for _, name := range w.Template.ConfigMaps {
		if c, ok := x.configs[w.Namespace+"/"+name]; ok && counts(c.Store) {
			return "ConfigMap " + name, c.Store
		}
	}
	return "", s
}

// lostData is where a workload keeps data on an emptyDir, by the name of the path: one
// of which the catalog does not say what it keeps, and in front of nothing else.
func (x *programs) lostData(i int) string {
	t := &x.estate.Workloads[i].Template
	inFront := slices.ContainsFunc(t.Containers, func(c kubernetes.Container) bool { return x.catalog.InFront(c.Image) })
	if x.roles[i] != wholeProgram || x.all[i] != nil && (x.all[i].Keeps != "" || x.all[i].Metrics) || inFront {
		return ""
	}
	return t.LostData
}

// loses says that what a workload keeps is gone with its pod; empty where it keeps
// nothing, or on a volume that outlasts pods.
func (x *programs) loses(i int, w *kubernetes.Workload) string {
	if _, fellows, _ := x.fellows(i); len(fellows) > 0 { // they have it, too
		return ""
	}
	on := "in its container"
	if w.Template.EmptyDir {
		on = "on an emptyDir"
	}
	if by := w.MadeBy; by != nil && by.Loses != "" {
		return "It keeps " + by.Loses + " on an emptyDir, because " + by.Kind + " " + by.Name +
			" asks for no volume (" + by.Volume + "): each eviction loses that."
	}
	lasting := w.Template.Lasting || len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0
	if _, s := x.store(i); s.Memory {
		return "It keeps its data in memory (" + s.Told + "): each eviction loses it."
	} else if s.Told != "" && !lasting {
		return "It keeps its data " + on + " (" + s.Told + "): each eviction loses it."
	}
	p := x.of(i)
	if p != nil && p.Keeps == responsibility.KeepsData {
		if host := x.host(w); host != "" {
			return p.Title + " keeps its data on a volume of " + host + ": its pod starts nowhere else, or without them, and they go with the node."
		}
	}
	if at := x.lostData(i); at != "" {
		return "What it keeps in " + at + ", an emptyDir, is lost with each eviction."
	}
	if p == nil || p.Keeps != responsibility.KeepsData || lasting {
		return ""
	}
	if told := memory(w); told != "" {
		return p.Title + " keeps its data in memory (" + told + "): each eviction loses it."
	}
	said := p.Title + " keeps its data " + on + ": each eviction loses it"
	if p.Unless != "" {
		said += ", unless " + p.Unless
	}
	return said + "."
}

// losesRecords reports whether the only pod of a workload keeps records of others, and loses
// them for good whenever it is evicted.
func (x *programs) losesRecords(i int, w *kubernetes.Workload) bool {
	p := x.of(i)
	return p != nil && p.Records && p.Unless == "" && w.MadeBy == nil && x.host(w) == "" && x.loses(i, w) != ""
}

// host is the node that a workload has its data on; empty where they are on none.
func (x *programs) host(w *kubernetes.Workload) string {
	if w.Template.OnNode && len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) == 0 {
		return "its node"
	}
	for i := range x.estate.VolumeClaims {
		c := &x.estate.VolumeClaims[i]
		if c.Host != "" && c.Namespace == w.Namespace && slices.Contains(w.Template.VolumeClaims, c.Name) {
			return "node " + c.Host
		}
	}
	return ""
}

// namesOf are the names by which a workload says what it runs: its own, and those of its
// labels.
func namesOf(w *kubernetes.Workload) []string {
	l := w.Template.Labels
	return []string{w.Name, l["app.kubernetes.io/name"], l["app"], l["k8s-app"]}
}

// unmissed says what the absence of a workload costs, where nobody waits for what it
// runs: by its name, by a label that names what it is, or by the images of all its
// containers, or what they are told to run, but those that only serve the others.
func (x *programs) unmissed(i int) string {
	w := &x.estate.Workloads[i]
	known := x.catalog.Unmissed
	if w.AtLeast() < 2 {
		if w.MadeBy != nil && w.MadeBy.Alone != "" {
			return w.MadeBy.Alone
		}
		if x.catalog.Chats(w.Name) {
			return "by its name it answers a chat service, which sends again what was not taken"
		}
		known = x.catalog.UnmissedAlone
	}
	for _, name := range namesOf(w) {
		if costs := known(name, true); costs != "" {
			return costs
		}
	}
	found := ""
	for _, c := range telling(x.catalog, w) {
		told, _, _ := strings.Cut(c.Runs, " ")
		switch costs := cmp.Or(known(c.Image, false), known(told, false)); {
		case costs != "":
			found = costs
		case !x.catalog.InFront(c.Image) && !x.catalog.Beside(c.Image):
			return ""
		}
	}
	return found
}
