package compute

import (
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// webhook is the webhook that a workload answers to the API server, one that does not
// fail open before one that does; nil where it answers none.
func (s *stakes) webhook(i int) *kubernetes.Backend {
	var found *kubernetes.Backend
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			if by := &s.estate.Backends[b]; by.Webhook && (found == nil || found.Optional && !by.Optional) {
				found = by
			}
		}
	}
	return found
}

// holdsUpWrites reports whether a workload answers a webhook without which the API server
// takes nothing of what it asks about: each pod answers, whichever of them leads.
func (s *stakes) holdsUpWrites(i int) bool {
	by := s.webhook(i)
	return by != nil && !by.Optional
}

// unanswered is what the absence of an admission webhook does; empty for a workload that
// is none, and for one that others wait for as well.
func (s *stakes) unanswered(i int) string {
	by := s.webhook(i)
	if by == nil || len(by.Asked) == 0 || s.of(i).from != server {
		return ""
	}
	if by.Optional {
		return "leaves out what it does to " + asked(by.Asked) + " that are made meanwhile (failurePolicy Ignore), until the new pod is ready"
	}
	return "keeps the API server from taking new and changed " + asked(by.Asked) + " (failurePolicy Fail), until the new pod is ready"
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
