package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/origin"
)

// Lacks returns what could not be read of some kinds.
func (e *Estate) Lacks(kinds ...origin.Kinds) []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Unread {
		if slices.ContainsFunc(kinds, func(k origin.Kinds) bool { return slices.Contains(k, u.Kind) || slices.Contains(k, u.Resource) }) {
			all = append(all, u)
		}
	}
	return all
}

// LacksControllers returns the kinds of controllers that could not be read: all
// that are nothing else. What is not known here may keep pods as well.
func (e *Estate) LacksControllers() []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Unread {
		if !slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Set != Controllers && k.Name == u.Kind }) {
			all = append(all, u)
		}
	}
	return all
}

// Hides returns what may hold objects of some kinds and could not be read.
func (e *Estate) Hides(kinds ...origin.Kinds) []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Hidden {
		if slices.ContainsFunc(kinds, func(k origin.Kinds) bool { return slices.ContainsFunc(k, u.May) }) {
			all = append(all, u)
		}
	}
	return all
}

// MakesPods reports whether a kind is one of pods or controllers that make them, or not
// known here: then it may be as well.
func MakesPods(kind string) bool {
	return !slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Set != Controllers && k.Set != Pods && k.Name == kind })
}

// HidesPods returns what may hold pods, or controllers that make them, and could
// not be read. What is not known here may make pods as well.
func (e *Estate) HidesPods() []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Hidden {
		if MakesPods(u.Kind) {
			all = append(all, u)
		}
	}
	return all
}
