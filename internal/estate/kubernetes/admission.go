package kubernetes

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// Namespace is one with its labels, by which policies and selectors choose it.
type Namespace struct {
	Name     string
	Labels   map[string]string // as written: without the one that every namespace gets
	Position origin.Position
}

// Webhook is one that the API server asks before it makes or evicts pods, and
// without whose answer it refuses to: its failurePolicy is Fail.
type Webhook struct {
	Name string
	In   Ref // the MutatingWebhookConfiguration or ValidatingWebhookConfiguration
	// Creates, Evicts and Starts are what it is asked about: that a pod is made,
	// that one is evicted, and that one is bound to a node or reports its status.
	Creates, Evicts, Starts bool
	Namespaces              labels.Selector // of the namespace's labels
	Objects                 labels.Selector // of the object's own
	// Conditional: it has matchConditions, which narrow down what it is asked about.
	Conditional bool
	// ServiceNamespace and Service are what it is called by; empty where that is a URL.
	ServiceNamespace, Service string
	Position                  origin.Position
}

// Answer is yes, no, or not known.
type Answer uint8

// The answers.
const (
	No Answer = iota
	Yes
	Maybe // what it depends on was not read
)

// SelectsNamespace reports whether a selector takes a namespace. Of one that was
// not read nothing is known but the label that each gets by its name, whatever a
// selector makes of others.
//
// Source: NamespaceDefaultLabelName in pkg/apis/core/v1/defaults.go
// (SetDefaults_Namespace) of Kubernetes 1.36.
func (e *Estate) SelectsNamespace(selector labels.Selector, name string) Answer {
	if selector == nil || selector.Empty() {
		return Yes
	}
	own, read := labels.Set{}, false
	for i := range e.Namespaces {
		if n := &e.Namespaces[i]; n.Name == name {
			for k, v := range n.Labels {
				own[k] = v
			}
			read = true
		}
	}
	own[namespaceName] = name
	if read {
		return answer(selector.Matches(own))
	}
	all, selectable := selector.Requirements()
	if !selectable {
		return No
	}
	known := Yes
	for i := range all {
		switch {
		case all[i].Key() != namespaceName:
			known = Maybe
		case !all[i].Matches(own):
			return No
		}
	}
	return known
}

// namespaceName is the label that the API server gives each namespace: its name.
const namespaceName = "kubernetes.io/metadata.name"

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Asked reports whether a webhook is asked about objects with some labels in a
// namespace.
//
// Source: ShouldCallHook in pkg/admission/plugin/webhook/generic/webhook.go of
// k8s.io/apiserver 0.36.
func (e *Estate) Asked(w *Webhook, namespace string, own map[string]string) Answer {
	if w.Objects != nil && !w.Objects.Matches(labels.Set(own)) {
		return No
	}
	a := e.SelectsNamespace(w.Namespaces, namespace)
	if a == Yes && w.Conditional {
		return Maybe
	}
	return a
}
