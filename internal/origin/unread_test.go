package origin

import "testing"

// What a file may hold is about the objects in its directory and below, in the
// namespace and by the name that are known of it.
func TestScopeHolds(t *testing.T) {
	for _, c := range []struct {
		name            string
		scope           Scope
		namespace, subj string
		file            string
		want            bool
	}{
		{"nothing is known", Scope{}, "ns", "web", "a/b.yaml", true},
		{"its directory", Scope{Directory: "a"}, "ns", "web", "a/b.yaml", true},
		{"below it", Scope{Directory: "a"}, "ns", "web", "a/c/b.yaml", true},
		{"beside it", Scope{Directory: "a"}, "ns", "web", "ab/b.yaml", false},
		{"above it", Scope{Directory: "a/c"}, "ns", "web", "a/b.yaml", false},
		{"the working directory", Scope{Directory: "."}, "ns", "web", "b.yaml", true},
		{"an absolute one", Scope{Directory: "/"}, "ns", "web", "/a/b.yaml", true},
		{"its namespace", Scope{Namespace: "ns"}, "ns", "web", "x.yaml", true},
		{"another namespace", Scope{Namespace: "ns"}, "other", "web", "x.yaml", false},
		{"no namespace", Scope{Namespace: "ns"}, "", "web", "x.yaml", true},
		{"its name", Scope{Name: "web"}, "ns", "web", "x.yaml", true},
		{"its name continued", Scope{Name: "web"}, "ns", "web-api", "x.yaml", true},
		{"another name", Scope{Name: "web"}, "ns", "webapi", "x.yaml", false},
		{"all but one", Scope{Directory: "a", Namespace: "ns", Name: "web"}, "ns", "db", "a/x.yaml", false},
	} {
		if got := c.scope.Holds(c.namespace, c.subj, Position{File: c.file}); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// A sentence names the kinds, and of many files the first few.
func TestPlurals(t *testing.T) {
	file := func(name string) Unread { return Unread{Of: name} }
	for want, all := range map[string][]Unread{
		"Pods and PodDisruptionBudgets": {{Kind: "Pod"}, {Kind: "PodDisruptionBudget"}, {Kind: "Pod"}},
		"a, b and c":                    {file("a"), file("b"), file("c"), file("a")},
		"a, b, c and 2 more":            {file("a"), file("b"), file("c"), file("d"), file("e")},
		"Pods, a, b and 1 more":         {{Kind: "Pod"}, file("a"), file("b"), file("c")},
	} {
		if got := Plurals(all); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
