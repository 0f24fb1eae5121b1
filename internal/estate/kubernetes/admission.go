package kubernetes

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// Namespace is one with its labels, by which policies and selectors choose it.
type Namespace struct {
	Name     string
	UID      string
	Labels   map[string]string // as written: without the one that every namespace gets
	Position origin.Position
}

// Webhook is one that the API server asks before it makes, evicts or deletes pods. It
// may refuse, and without its answer the API server does, unless it is Optional.
type Webhook struct {
	Name string
	In   Ref // the MutatingWebhookConfiguration or ValidatingWebhookConfiguration
	// Optional: its failurePolicy is Ignore.
	Optional bool
	// Creates, Evicts, Starts and Deletes are what it is asked about: that a pod is
	// made, that one is evicted, that one is bound to a node or reports its status, and
	// that one is deleted.
	Creates, Evicts, Starts, Deletes bool
	Habit                            *Habit          // nil where nothing is known of it
	Namespaces                       labels.Selector // of the namespace's labels
	Objects                          labels.Selector // of the object's own
	// Conditional: it has matchConditions, which narrow down what it is asked about.
	Conditional bool
	// ServiceNamespace and Service are what it is called by; empty where that is a URL.
	ServiceNamespace, Service string
	Position                  origin.Position
}

// String names it as findings and notes do.
func (w *Webhook) String() string { return "webhook " + w.Name + " of " + w.In.String() }

// Habit is how a known webhook answers when a pod is evicted or deleted.
type Habit struct {
	Title   string                           // what it belongs to
	ByRules bool                             // it refuses what rules say that were not read, and nothing else
	Spares  func(pod map[string]string) bool // lets pods with these labels go
	Instead string                           // what it does where it refuses; empty where that is not known
}

// MayRefuse reports whether a webhook may keep a pod with some labels on its node, though
// it answers: it refuses to have it evicted, or what was evicted to be deleted in the end,
// which the kubelet asks for. What an eviction itself deletes is asked of nobody.
//
// Source: EvictionREST.Create in pkg/registry/core/pod/storage/eviction.go of Kubernetes
// 1.36, which deletes with ValidateAllObjectFunc, and syncPod in
// pkg/kubelet/status/status_manager.go.
func (e *Estate) MayRefuse(w *Webhook, namespace string, pod map[string]string) bool {
	if w.Habit != nil && (w.Habit.ByRules || w.Habit.Spares(pod)) {
		return false
	}
	return e.AsksToGo(w, namespace, pod)
}

// AsksToGo reports whether a webhook may be asked before a pod with some labels goes. An
// eviction is an object of its own, which has no labels.
func (e *Estate) AsksToGo(w *Webhook, namespace string, pod map[string]string) bool {
	return w.Evicts && e.Asked(w, namespace, nil) != No || w.Deletes && e.Asked(w, namespace, pod) != No
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
