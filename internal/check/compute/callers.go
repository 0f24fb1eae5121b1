package compute

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// servicesIn are the namespaces of which a Service was read. Who stands in files that name no
// namespace, and is told to call a Service in one of which none was read, means the one beside
// it: that is where the files are applied.
func servicesIn(e *kubernetes.Estate) map[string]bool {
	all := map[string]bool{}
	for i := range e.Services {
		all[e.Services[i].Namespace] = true
	}
	return all
}

// calledFrom is the evidence that another workload is told to call one; without text where
// none is. What only watches others waits for none of them: of ports that are called after
// metrics others than those are served as well where anybody else calls them. Who calls a
// Service behind which others stand does not miss the only pod of one.
func (s *stakes) calledFrom(i int) finding.Evidence {
	for _, k := range s.serving.missedBy(i) {
		service := &s.estate.Services[k]
		if s.serving.forPeers(k) {
			continue
		}
		for _, c := range s.calls[service.Namespace+"/"+service.Name] {
			call := &s.estate.Calls[c]
			by := strings.NewReplacer("/", "-", ".", "-").Replace(call.By.Name)
			if call.By == s.estate.Workloads[i].Ref || s.catalog.Watches(by) {
				continue
			}
			said := call.By.Kind + " " + call.By.Name + " is told to call it"
			switch {
			case call.By.Kind == kubernetes.Values:
				said = "values in " + call.By.Name + " name it"
			case call.Names:
				said = call.By.Kind + " " + call.By.Name + " names it"
			}
			if call.Config != "" {
				said = "ConfigMap " + call.Config + " of " + call.By.Kind + " " + call.By.Name + " names it"
			}
			return finding.Evidence{Text: said, Position: call.Position}
		}
	}
	return finding.Evidence{}
}

// namedBy is the evidence that an object of a kind which is not known names a Service as such:
// what it does with it is not known, and that nothing calls it is not, either. Without text
// where there is none.
func (s *stakes) namedBy(i int, service *kubernetes.Service) finding.Evidence {
	w := &s.estate.Workloads[i]
	for c := range s.estate.CustomResources {
		x := &s.estate.CustomResources[c]
		kind := x.API[strings.LastIndex(x.API, "/")+1:]
		if x.Namespace != service.Namespace || kind == w.Kind && x.Name == w.Name || !bytes.Contains(x.Object, []byte(`"`+service.Name+`"`)) {
			continue
		}
		for _, found := range namesService.FindAllSubmatch(x.Object, -1) {
			if string(found[1])+string(found[2]) == service.Name {
				return finding.Evidence{Text: kind + " " + x.Name + " names it", Position: x.Position}
			}
		}
	}
	return finding.Evidence{}
}

// namesService is a field of a custom resource that names a Service: serviceName: web, services: [{name: web}].
var namesService = regexp.MustCompile(`"(?:\w*[sS]ervices?|\w*[bB]ackends?|upstreams?)(?:Name|Ref)?":\s*` +
	`(?:"([a-z0-9-]+)"|\[?\{(?:[^{}]*,)?\s*"name":\s*"([a-z0-9-]+)")`)

// awaited reports whether it is to be taken that somebody waits for a workload to which a
// Service leads though nobody was read who is told to call it: who runs two has a reason, but for work that waits in a queue,
// of what an operator makes the clients are told by Secrets, of a cluster it is not read
// what its programs are told, and beside files that somebody gives as they are the clients
// may stand elsewhere.
func (s *stakes) awaited(i int) bool {
	w := &s.estate.Workloads[i]
	return !s.serving.built || s.estate.Live || w.AtLeast() >= 2 && !s.catalog.WorksQueue(w.Name) || w.MadeBy != nil
}
