package estate

import (
	"slices"
	"strings"
)

// Kinds are kinds of objects that tell alike. A kind whose name several groups
// have is written as its resource.
type Kinds []string

// What estates are made of, by what it tells.
var (
	BudgetKinds  = Kinds{"PodDisruptionBudget"}
	ScalerKinds  = Kinds{"HorizontalPodAutoscaler", "ScaledObject"}
	PodKinds     = Kinds{"Pod"}
	ServiceKinds = Kinds{"Service"}
	NodeKinds    = Kinds{"Node"}
	// KarpenterPools have node budgets; PoolKinds are all that nodes are made from.
	KarpenterPools = Kinds{"nodepools.karpenter.sh"}
	PoolKinds      = Kinds{"NodePool", "MachineDeployment", "MachinePool", "MachineSet"}
	ClaimKinds     = Kinds{"NodeClaim"}
	VolumeKinds    = Kinds{"PersistentVolumeClaim", "PersistentVolume"}
)

// Lacks returns what could not be read of some kinds.
func (e *Estate) Lacks(kinds ...Kinds) []Unread {
	var all []Unread
	for _, u := range e.Unread {
		if slices.ContainsFunc(kinds, func(k Kinds) bool { return slices.Contains(k, u.Kind) || slices.Contains(k, u.Resource) }) {
			all = append(all, u)
		}
	}
	return all
}

// LacksControllers returns the kinds of controllers that could not be read: all
// that are nothing else. What is not known here may keep pods as well.
func (e *Estate) LacksControllers() []Unread {
	var all []Unread
	for _, u := range e.Unread {
		if !slices.ContainsFunc([]Kinds{BudgetKinds, ScalerKinds, PodKinds, ServiceKinds, NodeKinds, PoolKinds, ClaimKinds, VolumeKinds}, func(k Kinds) bool { return slices.Contains(k, u.Kind) }) {
			all = append(all, u)
		}
	}
	return all
}

// Plural is the kind in words: PodDisruptionBudgets.
func (u Unread) Plural() string {
	switch {
	case u.Kind == "":
		return u.Resource
	case strings.HasSuffix(u.Kind, "s"):
		return u.Kind + "es"
	}
	return u.Kind + "s"
}

// Words say what was not read, why, and how to have it read.
func (u Unread) Words() string {
	words := u.Plural() + " could not be read"
	if u.Reason != "" {
		words += ": " + u.Reason
	}
	if u.Forbidden() {
		words += "; allow list on " + u.Resource
	}
	return words
}

// Forbidden reports whether the reader lacks the permission.
func (u Unread) Forbidden() bool { return strings.HasPrefix(strings.ToLower(u.Reason), "forbidden") }

// Why is the sort of reason, in a word or two: what stands before its colon.
func (u Unread) Why() string {
	why, _, _ := strings.Cut(u.Reason, ":")
	return why
}

// ByWhy are those that could not be read for one sort of reason together, in
// the order in which the reasons come first, each in words.
func ByWhy(all []Unread, words func([]Unread) string) string {
	var whys []string
	by := map[string][]Unread{}
	for _, u := range all {
		if by[u.Why()] == nil {
			whys = append(whys, u.Why())
		}
		by[u.Why()] = append(by[u.Why()], u)
	}
	parts := make([]string, len(whys))
	for i, why := range whys {
		if parts[i] = words(by[why]); why != "" {
			parts[i] += " (" + why + ")"
		}
	}
	return strings.Join(parts, "; ")
}

// Plurals names kinds in a sentence: PodDisruptionBudgets and Nodes.
func Plurals(all []Unread) string {
	var names []string
	for _, u := range all {
		if !slices.Contains(names, u.Plural()) {
			names = append(names, u.Plural())
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
