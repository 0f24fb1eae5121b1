package compute

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// webhook is the webhook that a workload answers to the API server, one that does not
// fail open before one that does; nil where it answers none.
func (s *stakes) webhook(i int) *kubernetes.Backend {
	var found *kubernetes.Backend
	for _, by := range s.webhooks(i) {
		if found == nil || found.Optional && !by.Optional {
			found = by
		}
	}
	return found
}

// webhooks are those that a workload answers.
func (s *stakes) webhooks(i int) []*kubernetes.Backend {
	var all []*kubernetes.Backend
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			if by := &s.estate.Backends[b]; by.Webhook {
				all = append(all, by)
			}
		}
	}
	return all
}

// holdsUpWrites reports whether a workload answers a webhook without which the API server
// takes nothing of what it asks about: each pod answers, whichever of them leads.
func (s *stakes) holdsUpWrites(i int) bool {
	by := s.webhook(i)
	return by != nil && !by.Optional
}

// answersAlone is the stake of what answers a webhook by which neither pods nor namespaces come:
// less where that is about resources of its own operator, which asks again for what was
// refused.
func (s *stakes) answersAlone(i int, hook *kubernetes.Backend) stake {
	x := stake{severity: "medium", Evidence: calledBy(hook), from: server}
	role := s.electors.may(i)
	if role == "" && !s.electors.elects(i) || s.asksOthers(i) {
		return x
	}
	x.severity = "low"
	x.Text += ", for " + asksFor(hook) + " alone; it works with those itself, and elects a leader"
	return x
}

// asksOthers reports whether a workload answers a webhook that holds up more than custom resources,
// as far as rules say.
func (s *stakes) asksOthers(i int) bool {
	return slices.ContainsFunc(s.webhooks(i), func(by *kubernetes.Backend) bool {
		return !by.Optional && !by.Custom && len(by.Asked) > 0
	})
}

// asksFor names what a webhook is asked about.
func asksFor(by *kubernetes.Backend) string {
	if len(by.Asked) == 0 {
		return "what its program has it asked about"
	}
	return asked(by.Asked)
}

// unanswered is what the absence of an admission webhook does; empty for a workload that
// is none, and for one that others wait for as well.
func (s *stakes) unanswered(i int) string {
	by := s.webhook(i)
	if by == nil || s.of(i).from != server || len(by.Asked) == 0 && !admission(by) {
		return ""
	}
	if len(by.Asked) == 0 {
		if by.Optional {
			return ""
		}
		return "keeps the API server from taking " + asksFor(by) + " (failurePolicy Fail; its rules were not read), until the new pod is ready"
	}
	said, policy := "keeps the API server from "+refuses(by), "failurePolicy Fail"
	if by.Optional {
		said, policy = "leaves out what it does to "+asked(by.Asked)+whileAway(by), "failurePolicy Ignore"
	}
	if len(by.Narrowed) > 0 {
		policy = "those of its " + words.And(by.Narrowed) + " alone; " + policy
	}
	return said + " (" + policy + "), until the new pod is ready"
}

// refuses is what the API server does not do while a webhook that it has to ask is away.
func refuses(by *kubernetes.Backend) string {
	of := asked(by.Asked)
	creates, changes, deletes := asksOf(by, "CREATE"), asksOf(by, "UPDATE"), asksOf(by, "DELETE")
	taking := ""
	switch {
	case !creates && !changes && !deletes:
		return "taking requests for " + of
	case creates && changes:
		taking = "taking new and changed " + of
	case creates:
		taking = "taking new " + of
	case changes:
		taking = "taking changed " + of
	default:
		return "deleting " + of
	}
	if deletes {
		taking += ", and from deleting any"
	}
	return taking
}

// whileAway says of which objects a webhook that may be left out misses what happens.
func whileAway(by *kubernetes.Backend) string {
	var done []string
	for _, x := range [...][2]string{{"CREATE", "made"}, {"UPDATE", "changed"}, {"DELETE", "deleted"}} {
		if asksOf(by, x[0]) {
			done = append(done, x[1])
		}
	}
	if len(done) == 0 {
		return " meanwhile"
	}
	return " that are " + words.Or(done) + " meanwhile"
}

// asksOf reports whether a webhook is asked about an operation.
func asksOf(by *kubernetes.Backend, op string) bool {
	return slices.Contains(by.Operations, op) || slices.Contains(by.Operations, "*")
}

// asked names some resources in words: pods, pods and 2 more kinds, objects of every kind.
func asked(resources []string) string {
	first := resources[0]
	group, name, grouped := strings.Cut(first, "/")
	switch {
	case first == "*" || first == "*/*":
		return "objects of every kind"
	case grouped && name == "*":
		first = "objects of " + group
	case grouped && strings.Contains(group, "."):
		first = name + " of " + group
	}
	switch more := len(resources) - 1; {
	case more == 1:
		return first + " and one more kind"
	case more > 1:
		return first + " and " + itoa(more) + " more kinds"
	}
	return first
}
