package compute

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// stakes are what is lost with workloads. All findings on one have its severity.
type stakes struct {
	estate   *kubernetes.Estate
	serving  *serving
	programs *programs
	claims   claims
	electors *electors
	backends map[string][]int // by namespace/name of a Service: what sends requests to it
	calls    map[string][]int // likewise: who is told to call it
	configs  map[string]int   // by namespace/name: ConfigMaps that tell something
	unit     *estate.Estate
	catalog  *responsibility.Catalog
	places   locate.Places
	twins    *twins // once they are asked for
}

// stakesOf are those of the estate that a pass is over.
func stakesOf(p *check.Pass) *stakes {
	return check.Shared(p, func(p *check.Pass) *stakes {
		e := p.Estate.Kubernetes
		s := &stakes{
			estate: e, serving: servingOf(p), programs: programsOf(p), claims: claimsOf(p), electors: electorsOf(p),
			backends: map[string][]int{}, calls: map[string][]int{}, configs: map[string]int{},
			unit: p.Estate, catalog: p.Catalog, places: p.Places,
		}
		for i := range e.Configs {
			s.configs[e.Configs[i].Namespace+"/"+e.Configs[i].Name] = i
		}
		within := servicesIn(e)
		for i := range e.Backends {
			b := &e.Backends[i]
			service := b.Namespace + "/" + b.Service
			if !e.Live && !within[b.Namespace] && within[metav1.NamespaceDefault] {
				service = metav1.NamespaceDefault + "/" + b.Service // the files of those beside it name no namespace
			}
			s.backends[service] = append(s.backends[service], i)
		}
		for i := range e.Calls {
			service := e.Calls[i].Namespace + "/" + e.Calls[i].Service
			if by := e.Calls[i].By.Namespace; by == metav1.NamespaceDefault && !within[e.Calls[i].Namespace] {
				service = by + "/" + e.Calls[i].Service // its files name no namespace
			}
			s.calls[service] = append(s.calls[service], i)
		}
		return s
	})
}

// stake is how much is lost with a workload, and by what that is known.
type stake struct {
	severity string
	finding.Evidence
	from caller
	// uncalled says that a Service leads to it, and that nothing which was read calls it.
	uncalled bool
	// collects says that it collects at times of its own.
	collects bool
}

// lost is a stake that nobody outside of what runs in the cluster has.
func lost(severity, text string, at origin.Position) stake {
	return stake{severity: severity, Evidence: finding.Evidence{Text: text, Position: at}}
}

// shifted is a severity some steps up or down.
func shifted(severity string, steps int) string {
	all := finding.Severities
	return all[min(max(slices.Index(all, severity)-steps, 0), len(all)-1)]
}

// least is the lower one of two severities.
func least(a, b string) string {
	return finding.Severities[max(slices.Index(finding.Severities, a), slices.Index(finding.Severities, b))]
}

// of weighs a workload, less where it is known that few wait for all that is beside it.
func (s *stakes) of(i int) stake {
	x := s.weighed(i)
	w := &s.estate.Workloads[i]
	if p := s.programs.of(i); x.severity == "low" || p != nil && p.Quorum && w.AtLeast() >= 3 {
		return x
	}
	if why := s.modest(w); why != "" {
		x.severity, x.uncalled, x.Text = "low", false, x.Text+"; "+why
	}
	return x
}

// weighed weighs a workload by itself: what is reached from outside the cluster or called by its
// API server, and members of a quorum, over what others inside need; and that
// over what nobody waits for.
func (s *stakes) weighed(i int) stake {
	if x, ok := s.aside(i); ok {
		return x
	}
	w := &s.estate.Workloads[i]
	x, called := s.outside(i, s.serving.missedBy(i))
	// Whom the API server calls is known by its name where nobody waits for that either.
	if costs := s.forgone(i); costs != "" && (x.from != server || costs == s.programs.unmissed(i)) {
		return lost("low", costs, w.Position)
	}
	if _, bound := s.claims.bound(w); bound != "" && x.severity == "high" && x.from == anybody && w.AtLeast() < 2 && s.programs.of(i) == nil {
		x.severity = "medium" // its absence can only be accepted, and planned
	}
	if called {
		return x
	}
	if x, ok := s.byItsWork(i); ok {
		return x
	}
	return s.inside(i)
}

// aside is the stake of what is there to be tried, does nothing, or has others beside it
// that answer in its place; false for others.
func (s *stakes) aside(i int) (x stake, ok bool) {
	w := &s.estate.Workloads[i]
	if w.Template.Pause && len(s.serving.services[i]) == 0 {
		return lost("low", "its containers do nothing: they run the pause image", w.Position), true
	}
	if why := s.trial(i); why != "" {
		return lost("low", why, w.Position), true
	}
	if others, k := s.company(i); others > 0 {
		through := &s.estate.Services[k]
		said := words.Count(others, "pod") + " of other workloads stand behind Service " + through.Name + " as well"
		return lost("low", said, through.Position), true
	}
	if others := len(s.siblings(i)); others > 0 {
		said := words.Count(others, "pod") + " of other replicas of " + w.OwnedBy.Kind + " " + w.OwnedBy.Name + " do its work as well"
		return lost("low", said, w.Position), true
	}
	if said := s.abroad(i); said.Text != "" {
		return stake{severity: "low", Evidence: said}, true
	}
	if other := s.twin(i); other != "" && w.AtLeast() < 2 && s.programs.of(i) == nil {
		said := other + " is another one of its kind, as what both run and the numbers in their names say"
		return lost("low", said, w.Position), true
	}
	return stake{}, false
}

// forgone says what it costs that a workload is away for which nobody waits, by the program
// that it runs; empty for others.
func (s *stakes) forgone(i int) string {
	w := &s.estate.Workloads[i]
	switch p := s.programs.of(i); {
	case p != nil && p.Metrics:
		return "only metrics are read from it, by its image"
	case p != nil && p.Alone != "" && !w.Template.Anonymous && w.AtLeast() < 2:
		return p.Alone
	}
	return s.programs.unmissed(i)
}

// byItsWork is the stake of what nobody outside calls, by what it does; false where that
// tells nothing.
func (s *stakes) byItsWork(i int) (x stake, ok bool) {
	w := &s.estate.Workloads[i]
	members, quorum := w.AtLeast(), s.programs.lost(i)
	switch p := s.programs.of(i); {
	case p != nil && p.Keeps == responsibility.KeepsCache:
		return lost("low", "what it holds is a cache, which fills again", w.Position), true
	case w.Template.Anonymous && len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) == 0:
		const why = "it lets in who has no login, and has no volume that outlasts its pod: all that it shows is given to it"
		return lost("low", why, w.Position), true
	case s.serving.scrapes.exports(w, s.serving.services[i]):
		return lost("low", "it is an exporter by its name: only metrics are read from it", w.Position), true
	case s.serving.scrapes.polls(w) && p == nil && members < 2:
		x = lost("low", collects, w.Position)
		x.collects = true
		return x, true
	case quorum != "":
		return lost("high", quorum, w.Position), true
	case !w.Lasting:
		return lost("low", "its pods run to their end, and serve nobody", w.Position), true
	case s.electors.elects(i) && !s.holdsUpWrites(i):
		return lost("low", "it elects a leader: its work waits until a pod is there again", w.Position), true
	}
	return stake{}, false
}

// collects is why nobody waits for what collects at times of its own.
const collects = "by its name it collects at times of its own: nobody waits for it"

// company is how many pods of other workloads serve while the only one of a workload
// is away, and the Service that they stand behind: every one that it is used by, or
// every one by which it is reached from outside, where the others are for the pods of
// such a group to find each other.
func (s *stakes) company(i int) (pods, through int) {
	if s.estate.Workloads[i].AtLeast() >= 2 {
		return 0, 0
	}
	services := s.serving.used(i)
	if pods, through = s.serving.company(i, services); pods > 0 {
		return pods, through
	}
	return s.serving.company(i, slices.DeleteFunc(services, func(k int) bool {
		_, called := s.outside(i, []int{k})
		return !called
	}))
}

// besides says of a workload of one pod that others answer in its place through one Service,
// where nobody was read who calls the one that leads to it alone, as each of them has one;
// empty for others, and for what keeps data, which others do not have.
func (s *stakes) besides(i int, alone *kubernetes.Service) string {
	if p := s.programs.of(i); p != nil && p.Keeps == responsibility.KeepsData || s.estate.Workloads[i].AtLeast() >= 2 {
		return ""
	}
	without := func(other int) bool { // of a Service of its own
		return other != i && !slices.ContainsFunc(s.serving.services[other], func(k int) bool { return !slices.Contains(s.serving.behind[k], i) })
	}
	for _, k := range s.serving.used(i) {
		if others := s.serving.others(i, k); others > 0 && !slices.ContainsFunc(s.serving.behind[k], without) {
			return words.Count(others, "pod") + " of other workloads stand behind Service " + s.estate.Services[k].Name +
				" as well, and it is not known who calls Service " + alone.Name + ", which leads to it alone"
		}
	}
	return ""
}

// inside looks for what needs a workload within the cluster.
func (s *stakes) inside(i int) stake {
	routed, ok := s.serving.routed(i)
	if k, leads := s.serving.foremost(i); leads {
		service, by := &s.estate.Services[k], s.calledFrom(i)
		if by.Text == "" && s.serving.forMetrics(i, k) {
			return lost("low", "only metrics are read from it, through Service "+service.Name, service.Position)
		}
		if s.serving.forPeers(k) && s.estate.Workloads[i].AtLeast() < 2 {
			return lost("low", "only members of its cluster reach it, through Service "+service.Name, service.Position)
		}
		if hook := s.webhook(i); hook != nil && hook.Optional && by.Text == "" {
			return stake{severity: "low", Evidence: calledBy(hook), from: server}
		} else if hook != nil {
			return s.answersAlone(i, hook)
		}
		if why := s.resigned(i, service); why != "" {
			return lost("low", why, service.Position)
		}
		if by.Text != "" {
			by.Text = routed.Text + "; " + by.Text
			return stake{severity: "medium", Evidence: by}
		}
		if said := s.besides(i, service); said != "" {
			return lost("low", said, service.Position)
		}
		if by = s.namedBy(i, service); by.Text != "" {
			by.Text = routed.Text + "; " + by.Text
			return stake{severity: "medium", Evidence: by}
		}
		return stake{severity: "medium", Evidence: routed, uncalled: !s.awaited(i)}
	}
	if role := s.electors.may(i); !ok && role != "" {
		said := routed.Text + "; " + role + " lets it hold the lease of a leader"
		return lost("low", said, routed.Position)
	}
	if ok || s.estate.Workloads[i].AtLeast() >= 2 && !s.serving.built { // who runs two has a reason
		return stake{severity: "medium", Evidence: routed}
	}
	return stake{severity: "low", Evidence: routed}
}

// resigned says why there is little to be done about the absence of a workload of one
// pod, or little to be lost by it, though a Service leads to it; empty for others.
func (s *stakes) resigned(i int, service *kubernetes.Service) string {
	w, p := &s.estate.Workloads[i], s.programs.of(i)
	if _, store := s.programs.store(i); w.AtLeast() >= 2 || p != nil && p.Keeps == responsibility.KeepsData || store.Told != "" {
		return ""
	}
	routed := "Service " + service.Name + " routes to it, and "
	switch _, why := s.claims.bound(w); {
	case p == nil && s.serving.governed(i):
		return "nothing leads to it but Service " + service.Name + ", which gives its pods their names"
	case p != nil && p.Replicated == "":
		return routed + "of " + p.Title + " one runs at a time"
	case why != "" && p == nil:
		return routed + why
	case s.estate.Registers && hooks(w):
		return routed + "it registers itself as a webhook when it runs: " +
			"what its absence does follows from the failurePolicy of that, which was not read"
	}
	return ""
}

// hooks reports whether a workload is a webhook by its name.
func hooks(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(strings.Split(w.Name, "-"), func(word string) bool {
		return word == "webhook" || word == "webhooks" || word == "admission"
	})
}

// onlyMetrics reports whether nothing but metrics is read from a workload: what is
// called otherwise is so where it is an exporter.
func (s *stakes) onlyMetrics(i int) bool {
	services := s.serving.services[i]
	return len(services) > 0 && (s.serving.onlyMetrics(i) && s.of(i).from == nobody && s.calledFrom(i).Text == "" ||
		s.serving.scrapes.exports(&s.estate.Workloads[i], services))
}

// samples reports whether all that a workload runs is there to be tried, but for what only
// serves that.
func (s *stakes) samples(w *kubernetes.Workload) bool {
	tried := false
	for _, c := range telling(s.catalog, w) {
		switch {
		case s.catalog.Sample(c.Image):
			tried = true
		case !s.catalog.InFront(c.Image) && !s.catalog.Beside(c.Image):
			return false
		}
	}
	return tried
}

// trial says by what it is known that a workload is there to be tried or looked
// into, and nobody needs it.
func (s *stakes) trial(i int) string {
	w := &s.estate.Workloads[i]
	named, word := purpose.OfObject(w.Name)
	switch {
	case w.Template.Sleeps:
		return "its containers only sleep"
	case w.Template.Unpulled:
		return "its images are never pulled: it is for a cluster on which somebody has put them"
	case s.samples(w):
		return "what it runs is there to be tried, by its image"
	case s.unit.Deprecated:
		return "its chart is deprecated"
	case strings.HasPrefix(w.Template.Annotations["helm.sh/hook"], "test"):
		return "it is a test of its chart"
	case w.Template.Placeholder != "":
		return "its image is one to fill in (" + w.Template.Placeholder + "), so it does not run as it stands"
	case named != purpose.Deployed:
		return `by "` + word + `" in its name it is there for ` + string(named)
	case purpose.OfFile(w.Position.File) == purpose.Retired:
		return "by the name of its file it is no longer used"
	case purpose.OfFile(w.Position.File) != purpose.Deployed:
		return "by the name of its file it is there for " + string(purpose.OfFile(w.Position.File))
	}
	return cmp.Or(s.setAside(w.Position.File), s.unit.Beside[w.Ref], s.ofNamespace(w), s.outdated(w), s.inEnvironment(w), s.answersFor(i),
		onOwnMachine(w))
}

// onOwnMachine says of a workload that its image is on the machine that runs the cluster.
func onOwnMachine(w *kubernetes.Workload) string {
	if w.Template.OwnMachine == "" {
		return ""
	}
	return "its image comes from a registry on the machine that runs it (" + w.Template.OwnMachine + ")"
}

// setAside says by which folder or unit it is known that nobody needs what stands in a
// file; empty where somebody may.
func (s *stakes) setAside(file string) string {
	switch said := s.unit.Folders.SetAside(filepath.ToSlash(file)); {
	case said != "":
		return said
	case s.disclaimed(file) != "":
		return s.disclaimed(file)
	case s.unit.Unlisted && file != "":
		return "no kustomization lists " + filepath.ToSlash(file)
	case s.unit.Unneeded != "":
		return "unit " + s.unit.Name + " " + s.unit.Unneeded
	}
	return ""
}

// disclaimed is how a README in the folder of a file, or above it, says that it is
// not for production.
func (s *stakes) disclaimed(file string) string {
	readme, said := s.unit.Folders.Disclaimer(filepath.ToSlash(file))
	if said == "" {
		return ""
	}
	by := "README"
	if strings.HasSuffix(readme, "Chart.yaml") {
		by = "chart"
	}
	return "its " + by + ` says "` + said + `" (` + readme + ")"
}
