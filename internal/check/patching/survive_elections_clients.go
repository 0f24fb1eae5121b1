package patching

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/connection"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// usual is how long an election takes at the most, as a rule.
//
// Source: mongodb.com/docs/manual/core/replica-set-elections: the median time until there is a new primary should not
// typically exceed 12 seconds.
const usual = 12 * time.Second

// judgeClient says how a client goes through an election, by its connection string; nil where nothing says that it
// connects to a replica set. Set says that it is known to have several members, member that its only host is one of them.
// Where one host is all that is known, it may be a set of one, which elects nobody.
func judgeClient(c *connection.String, set, member bool) *election {
	said := asked(c, set, member)
	if said != nil && said.verdict == finding.Broken && !set && !c.SRV && len(c.Hosts) == 1 {
		said.verdict, said.consequence = finding.Unknown, ""
		said.message += "; whether there are other members is not known"
	}
	return said
}

// asked is what a connection string asks for.
//
// Sources: the specification of server discovery and monitoring of MongoDB's drivers: with directConnection there is one
// host and no other. The manual on retryable writes, on write concerns, and on rollbacks: what one member alone has may be
// gone when another one is primary.
func asked(c *connection.String, set, member bool) *election {
	if !c.SRV && !set && c.Set == "" && len(c.Hosts) < 2 {
		return nil
	}
	alone, weak := !c.SRV && len(c.Hosts) == 1, acknowledged(c.W)
	switch {
	case c.Direct && !c.SRV:
		return &election{finding.Broken, "its connection string asks for one host and no other (directConnection)",
			"Once another member is primary, no write of it goes through, for as long as that stays so.",
			"leave directConnection out, and name all hosts and replicaSet"}
	case c.NoRetryWrites:
		return &election{finding.Broken, "its connection string switches retries of writes off (retryWrites=false)",
			"Writes that are under way at an election fail, once for each.", "leave retryWrites=false out"}
	case weak != nil:
		return weak
	case c.NoRetryReads:
		return &election{finding.Broken, "its connection string switches retries of reads off (retryReads=false)",
			"Reads that are under way at an election fail, once for each.", "leave retryReads=false out"}
	case alone && member && set:
		return &election{finding.Broken, "its connection string names one member of several",
			"While that member is patched no client that starts finds the others.", "name all hosts and replicaSet, or a mongodb+srv:// address"}
	case alone:
		return &election{finding.Unknown, "its connection string names one host; whether that stands for all members is not known", "",
			"name all hosts and replicaSet, or a mongodb+srv:// address"}
	case c.Open:
		return &election{finding.Unknown, "part of its connection string is filled in elsewhere", "", "check it once it is filled in"}
	case c.Selection > 0 && c.Selection < usual:
		return &election{finding.Unknown, "its connection string has it look for a primary for " + words.Duration(c.Selection) +
			", and an election may take " + words.Duration(usual), "", "leave serverSelectionTimeoutMS out: drivers take 30 s"}
	case !c.SRV && c.Set == "":
		return &election{finding.Unknown, "its connection string lists hosts and no replicaSet: some drivers take them for routers", "",
			"add replicaSet"}
	}
	return &election{verdict: finding.Held, message: "its connection string names the whole set, and switches no retries off"}
}

// acknowledged is what comes of a write concern of fewer than two members; nil for others.
func acknowledged(w string) *election {
	switch w {
	case "0":
		return &election{finding.Broken, "its connection string asks that no write be acknowledged (w=0)",
			"Writes of an election are lost, and nobody is told.", "set w=majority"}
	case "1":
		return &election{finding.Broken, "its connection string has writes acknowledged that one member alone has (w=1)",
			"What it was told is written may be gone when another member is primary.", "set w=majority"}
	}
	return nil
}

// clients judges the workloads that are told to connect to a replica set: the worst of their strings.
func clients(p *check.Pass) {
	e := p.Estate.Kubernetes
	x := serversOf(p)
	configs := map[string]*kubernetes.Config{}
	for i := range e.Configs {
		configs[e.Configs[i].Namespace+"/"+e.Configs[i].Name] = &e.Configs[i]
	}
	for i := range e.Workloads {
		x.namespaces[e.Workloads[i].Namespace] = true
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if !w.Lasting || w.Off() {
			continue
		}
		all := slices.Clone(w.Connections)
		for _, name := range w.Template.ConfigMaps {
			if c := configs[w.Namespace+"/"+name]; c != nil {
				all = append(all, c.Connections...)
			}
		}
		if len(all) > 0 {
			x.report(w, all)
		}
	}
}

// servers are what clients connect to, as far as the estate tells.
type servers struct {
	p          *check.Pass
	hosts      map[string]members   // the set that each is of, in small letters
	custom     map[string][]members // those of custom resources, by namespace
	namespaces map[string]bool
	services   map[[2]string]int // how many pods are behind each, by namespace and name
}

func serversOf(p *check.Pass) *servers {
	x := &servers{p: p, hosts: map[string]members{}, custom: map[string][]members{}, namespaces: map[string]bool{},
		services: map[[2]string]int{}}
	e := &p.Estate.Database
	for _, m := range fleet(p) {
		for _, i := range m {
			for _, host := range hostsOf(&e.Instances[i]) {
				if x.hosts[host] == nil {
					x.hosts[host] = m
				}
			}
		}
		if in := &e.Instances[m[0]]; in.Custom {
			namespace, _, _ := strings.Cut(in.Deployment, "/")
			x.custom[namespace] = append(x.custom[namespace], m)
		}
	}
	return x
}

func (x *servers) report(w *kubernetes.Workload, all []connection.String) {
	j := check.Judgement{Position: w.Position, Subject: finding.Subject{Namespace: w.Namespace, Kind: w.Kind, Name: w.Name}}
	found := false
	for k := range all {
		c := &all[k]
		to, ok := x.of(w, c)
		if !ok || to.one || c.Direct && measures(w) {
			continue
		}
		said := judgeClient(c, to.several, to.member)
		if said == nil {
			continue
		}
		from := c.From
		if from != "" {
			from += ": "
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: from + c.String(), Position: w.Position})
		if found && rankOf(said.verdict) >= rankOf(j.Verdict) {
			continue
		}
		found = true
		j.Verdict, j.Message, j.Consequence, j.Place = said.verdict, said.message, said.consequence, to.place
		j.Fix = nil
		if said.do != "" {
			j.Fix = &finding.Fix{Summary: said.do}
		}
	}
	if found {
		setAside(x.p, &j)
		x.p.Report(j)
	}
}

// measures reports whether a workload reads what its members say of themselves, one by one: that is what it connects to
// each for.
func measures(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool { return strings.Contains(c.Image, "exporter") })
}

// server is what a client connects to.
type server struct {
	place locate.Place
	// Several says that it is known to have several members, one that it has not, member that the host is one of them.
	several, one, member bool
}

// podNamed is the name of a pod of a StatefulSet.
var podNamed = regexp.MustCompile(`-\d+$`)

// of is what a connection string of a workload leads to; false where that is not known: other services speak
// MongoDB's protocol, and take what is wrong of it for right.
func (x *servers) of(w *kubernetes.Workload, c *connection.String) (s server, ok bool) {
	p, host := x.p, c.Hosts[0]
	filledIn := func(h string) bool { return strings.ContainsAny(h, "${}<>%") }
	if slices.ContainsFunc(c.Hosts, filledIn) || host == "localhost" || host == "127.0.0.1" {
		return s, false
	}
	for _, o := range p.Catalog.Offerings {
		if o.Databases.Names(host) {
			return server{place: locate.Place{Offering: o, Basis: locate.Proof, Evidence: locate.Seen("its host " + host + " is one of " + o.Title)},
				several: true, member: !c.SRV}, true
		}
	}
	e := &p.Estate.Database
	if m := x.hosts[strings.ToLower(host)]; m != nil {
		v := m.votes(e)
		return server{place: p.Places.Instances[m[0]], several: v.data > 1, one: v.data == 1 && m.complete(e), member: v.data > 1}, true
	}
	name, namespace, inside := x.within(w, host)
	if !inside {
		return s, false
	}
	s = server{place: locate.Place{Offering: p.Catalog.Offering("mongodb-community"), Basis: locate.Hint,
		Evidence: locate.Seen("its host " + host + " is a Service of the cluster")}}
	first, _, _ := strings.Cut(host, ".")
	s.member = first != host && podNamed.MatchString(first)
	ok = s.member
	for _, m := range x.custom[namespace] {
		if operated(e.Instances[m[0]].Deployment, namespace, name) {
			v := m.votes(e)
			s.place, s.several, s.one, ok = p.Places.Instances[m[0]], v.data > 1, v.data == 1, true
		}
	}
	pods := x.behind(namespace, name)
	s.several, s.one = s.several || pods > 1, s.one || pods == 1
	return s, ok || pods > 0
}

// operated reports whether a Service is one that an operator makes for a custom resource: NAME-svc of MongoDB's, and
// NAME-rs0 of Percona's.
func operated(deployment, namespace, service string) bool {
	at, name, _ := strings.Cut(deployment, "/")
	name, _, _ = strings.Cut(name, "/")
	return at == namespace && (service == name || strings.HasPrefix(service, name+"-svc") || strings.HasPrefix(service, name+"-rs"))
}

// within is which Service a host is the name of, seen from a workload; false for one outside of the cluster.
func (x *servers) within(w *kubernetes.Workload, host string) (service, namespace string, ok bool) {
	of := strings.Split(host, ".")
	if at := slices.Index(of, "svc"); at >= 2 {
		return of[at-2], of[at-1], true
	}
	switch {
	case strings.Trim(host, "0123456789.:abcdef") == "" && strings.ContainsAny(host, ".:"):
		return "", "", false // an address
	case len(of) == 1:
		return of[0], w.Namespace, true
	case len(of) == 2 && podNamed.MatchString(of[0]):
		return of[1], w.Namespace, true
	case len(of) == 2 && x.namespaces[of[1]]:
		return of[0], of[1], true
	case len(of) == 3 && podNamed.MatchString(of[0]) && x.namespaces[of[2]]:
		return of[1], of[2], true
	}
	return "", "", false
}

// behind is how many pods a Service leads to; 0 where that is not known, and where it leads out of the cluster.
func (x *servers) behind(namespace, name string) (pods int) {
	key := [2]string{namespace, name}
	if known, ok := x.services[key]; ok {
		return known
	}
	e := x.p.Estate.Kubernetes
	for i := range e.Services {
		s := &e.Services[i]
		if s.Namespace != namespace || s.Name != name || s.Type == "ExternalName" || len(s.Selector) == 0 {
			continue
		}
		for k := range e.Workloads {
			if w := &e.Workloads[k]; w.Namespace == namespace && labels.SelectorFromSet(s.Selector).Matches(labels.Set(w.PodLabels())) {
				pods += w.AtLeast()
			}
		}
	}
	x.services[key] = pods
	return pods
}
