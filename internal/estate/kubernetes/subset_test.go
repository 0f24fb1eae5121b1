package kubernetes

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func linked() *Estate {
	deployment := func(name string) RawWorkload {
		return RawWorkload{Workload: Workload{Ref: Ref{Namespace: "ns", Kind: "Deployment", Name: name}, Scaled: true, Evictable: true,
			Lasting: true}}
	}
	pod := func(name, owner, phase string) RawPod {
		return RawPod{Pod: Pod{Namespace: "ns", Name: name, Phase: phase, Workload: -1}, Owner: &Owner{"apps/v1", "Deployment", owner},
			Template: &PodTemplate{}}
	}
	return Link(&Raw{
		Nodes: []Node{{Name: "n"}}, NodeClaims: []NodeClaim{{Name: "c", Node: "n"}}, Pools: []Pool{{Name: "p"}},
		Budgets:   []Budget{{Namespace: "ns", Name: "b"}},
		Workloads: []RawWorkload{deployment("a"), deployment("b"), deployment("c")},
		Scalers: []Scaler{
			{Ref: Ref{Namespace: "ns", Kind: "HorizontalPodAutoscaler", Name: "h"}, Target: Ref{"ns", "Deployment", "c"}, Min: 2},
		},
		Pods: []RawPod{
			pod("b-0", "b", ""), pod("a-0", "a", ""), pod("c-0", "c", "Failed"), pod("c-1", "c", ""), pod("b-1", "b", "Succeeded"),
			pod("c-2", "c", ""),
			{Pod: Pod{Namespace: "ns", Name: "nobody's", Phase: "Failed", Workload: -1}, Template: &PodTemplate{}},
		},
	})
}

// what tells of an estate who its pods belong to and the other way round, by
// name, and fails where a number leads nowhere or elsewhere.
func what(t interface{ Fatalf(string, ...any) }, e *Estate) string {
	var all []string
	for i, w := range e.Workloads {
		line := w.Name + ":"
		for _, p := range w.Pods {
			if e.Pods[p].Workload != i {
				t.Fatalf("%s has pod %s, which is of workload %d", w.Name, e.Pods[p].Name, e.Pods[p].Workload)
			}
			line += " " + e.Pods[p].Name
		}
		for _, p := range w.Finished {
			if e.Pods[p].Workload != i {
				t.Fatalf("%s has finished pod %s, which is of workload %d", w.Name, e.Pods[p].Name, e.Pods[p].Workload)
			}
			line += " (" + e.Pods[p].Name + ")"
		}
		if w.Scaler != nil {
			line += " by " + w.Scaler.Name
		}
		all = append(all, line)
	}
	for _, p := range e.Pods {
		if p.Workload >= 0 && p.Workload >= len(e.Workloads) {
			t.Fatalf("%s is of workload %d of %d", p.Name, p.Workload, len(e.Workloads))
		}
		if p.Workload < 0 {
			all = append(all, "nobody: "+p.Name)
		}
	}
	return strings.Join(all, "; ")
}

func TestSubset(t *testing.T) {
	for _, c := range []struct {
		wanted string
		kept   []int
		want   string
	}{
		{"abc", []int{0, 1, 2}, "a: a-0; b: b-0 (b-1); c: c-1 c-2 (c-0) by h; nobody: nobody's"},
		{"c", []int{2}, "c: c-1 c-2 (c-0) by h; nobody: nobody's"},
		{"ab", []int{0, 1}, "a: a-0; b: b-0 (b-1); nobody: nobody's"},
		{"", nil, "nobody: nobody's"},
	} {
		e := linked()
		s, kept := e.Subset(func(w *Workload) bool { return strings.Contains(c.wanted, w.Name) })
		if got := what(t, s); got != c.want || !slices.Equal(kept, c.kept) {
			t.Errorf("of %q: %s, at %v; want %s, at %v", c.wanted, got, kept, c.want, c.kept)
		}
		if len(s.Nodes) != 1 || len(s.Pools) != 1 || len(s.Budgets) != 1 || len(s.Scalers) != 1 || s.Nodes[0].NodeClaim != &s.NodeClaims[0] {
			t.Errorf("of %q: %+v", c.wanted, s)
		}
	}
}

// What is written into one of the two is not seen in the other.
func TestSubsetIsApart(t *testing.T) {
	e := linked()
	s, _ := e.Subset(func(*Workload) bool { return true })
	overwrite(reflect.ValueOf(s).Elem())
	if before, after := what(t, linked()), what(t, e); before != after || e.Nodes[0].NodeClaim.Name != "c" || e.Pools[0].Name != "p" ||
		e.Budgets[0].Name != "b" {
		t.Errorf("what was %s is %s", before, after)
	}
	e = linked()
	s, _ = e.Subset(func(w *Workload) bool { return w.Name == "c" })
	s.Workloads[0].Scaler.Min = 7
	s.Workloads[0].Pods[0] = 0
	s.Nodes[0].NodeClaim.Name = "other"
	if e.Scalers[0].Min != 2 || e.Workloads[2].Pods[0] != 4 || e.NodeClaims[0].Name != "c" {
		t.Errorf("%+v", e)
	}
}

// Whatever section an estate has, its subset has it too, in a slice of its own:
// what is written into the one, or appended to it, is not seen in the other.
func TestSubsetSharesNoSlice(t *testing.T) {
	e := &Estate{}
	v := reflect.ValueOf(e).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 2, 8))
		}
	}
	s, _ := e.Subset(func(*Workload) bool { return true })
	for i := range v.NumField() {
		a, b := v.Field(i), reflect.ValueOf(s).Elem().Field(i)
		if a.Kind() == reflect.Slice && (b.Len() != 2 || a.Pointer() == b.Pointer()) {
			t.Errorf("%s: %d of 2, or shared", v.Type().Field(i).Name, b.Len())
		}
	}
}

// overwrite clears the elements of every slice of an estate.
func overwrite(estate reflect.Value) {
	for i := range estate.NumField() {
		if f := estate.Field(i); f.Kind() == reflect.Slice {
			for k := range f.Len() {
				f.Index(k).SetZero()
			}
		}
	}
}

// Whatever is left out, each workload that stays has the pods it had, and all
// numbers lead to where they did.
func TestSubsetKeepsLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := &Raw{}
		n := rapid.IntRange(0, 8).Draw(t, "workloads")
		for i := range n {
			raw.Workloads = append(raw.Workloads,
				RawWorkload{Workload: Workload{Ref: Ref{Namespace: "ns", Kind: "StatefulSet", Name: fmt.Sprint("w", i)}, Evictable: true,
					Lasting: true}})
		}
		for i := range rapid.IntRange(0, 30).Draw(t, "pods") {
			p := RawPod{Pod: Pod{Namespace: "ns", Name: fmt.Sprint("p", i), Workload: -1,
				Phase: rapid.SampledFrom([]string{"Running", "Failed"}).Draw(t, "phase")}, Template: &PodTemplate{}}
			if owner := rapid.IntRange(-1, max(0, n-1)).Draw(t, "owner"); owner >= 0 {
				p.Owner = &Owner{"apps/v1", "StatefulSet", fmt.Sprint("w", owner)}
			}
			raw.Pods = append(raw.Pods, p)
		}
		e := Link(raw)
		before := what(t, e)
		wanted := map[Ref]bool{}
		for i := range e.Workloads {
			wanted[e.Workloads[i].Ref] = rapid.Bool().Draw(t, "wanted")
		}
		s, kept := e.Subset(func(w *Workload) bool { return wanted[w.Ref] })
		if what(t, e) != before {
			t.Fatalf("the whole has changed")
		}
		lines := strings.Split(before, "; ")
		var want []string
		for i := range e.Workloads {
			if wanted[e.Workloads[i].Ref] {
				want = append(want, lines[i])
			}
		}
		want = append(want, lines[len(e.Workloads):]...)
		if before == "" {
			want = nil
		}
		for _, p := range s.Pods {
			if p.Workload >= 0 && !slices.Contains(s.Workloads[p.Workload].Pods,
				slices.IndexFunc(s.Pods, func(o Pod) bool { return o.Name == p.Name })) && !p.Finished() {
				t.Fatalf("%s is not among the pods of its workload", p.Name)
			}
		}
		if got := what(t, s); got != strings.Join(want, "; ") {
			t.Fatalf("got %s, want %s", got, strings.Join(want, "; "))
		}
		for k, i := range kept {
			if s.Workloads[k].Ref != e.Workloads[i].Ref {
				t.Fatalf("%v was at %d", s.Workloads[k].Ref, i)
			}
		}
	})
}
