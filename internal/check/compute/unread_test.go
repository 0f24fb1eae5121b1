package compute

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/manifest"
)

// object is a Kubernetes object of some input.
type object map[string]any

func (o object) kind() string { return o["kind"].(string) }

func (o object) at(path ...string) any {
	var v any = map[string]any(o)
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

// objectsOf are those of files, Lists taken apart.
func objectsOf(t testing.TB, files ...string) []object {
	t.Helper()
	var all []object
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096); ; {
			var o object
			if err := d.Decode(&o); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(file, err)
			}
			if items, ok := o["items"].([]any); ok {
				for _, i := range items {
					all = append(all, i.(map[string]any))
				}
			} else if o["kind"] != nil {
				all = append(all, o)
			}
		}
	}
	return all
}

// on is a pod's spec once it was bound to one of three nodes.
func on(spec any, i int) map[string]any {
	bound := map[string]any{"nodeName": fmt.Sprintf("node-%d", i%3)}
	if template, ok := spec.(map[string]any); ok {
		maps.Copy(bound, template)
	}
	return bound
}

// alive adds to manifests what a cluster would have made of them: nodes,
// ReplicaSets, and ready pods with their labels.
func alive(all []object) []object {
	made := slices.Clone(all)
	for i := range 3 {
		made = append(made, object{"apiVersion": "v1", "kind": "Node", "metadata": map[string]any{
			"name": fmt.Sprintf("node-%d", i), "labels": map[string]any{"eks.amazonaws.com/compute-type": "auto"}}})
	}
	pod := func(owner object, kind, name, pod string, labels map[string]any, hash string) {
		namespace, _ := owner.at("metadata", "namespace").(string)
		own := map[string]any{}
		maps.Copy(own, labels)
		if hash != "" {
			own["pod-template-hash"] = hash
		}
		made = append(made, object{
			"apiVersion": "v1", "kind": "Pod", "spec": on(owner.at("spec", "template", "spec"), len(made)),
			"metadata": map[string]any{"name": pod, "namespace": namespace, "labels": own, "ownerReferences": []any{
				map[string]any{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u-" + name, "controller": true},
			}},
			"status": map[string]any{"phase": "Running", "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}},
		})
	}
	for _, o := range all {
		kind := o.kind()
		if kind != "Deployment" && kind != "StatefulSet" {
			continue
		}
		n := 1
		switch v := o.at("spec", "replicas").(type) {
		case float64:
			n = int(v)
		case int64:
			n = int(v)
		}
		name, _ := o.at("metadata", "name").(string)
		labels, _ := o.at("spec", "template", "metadata", "labels").(map[string]any)
		owner := name
		if kind == "Deployment" {
			owner = name + "-5d8f"
			set := object{"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": o["spec"], "metadata": map[string]any{
				"name": owner, "namespace": o.at("metadata", "namespace"), "uid": "u-" + owner,
				"ownerReferences": []any{map[string]any{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u-" + name, "controller": true}},
			}}
			made = append(made, set)
		}
		for i := range n {
			if kind == "Deployment" {
				pod(o, "ReplicaSet", owner, fmt.Sprintf("%s-%d", owner, i), labels, "5d8f")
			} else {
				numbered := map[string]any{
					"apps.kubernetes.io/pod-index":       strconv.Itoa(i),
					"statefulset.kubernetes.io/pod-name": fmt.Sprintf("%s-%d", name, i),
				}
				maps.Copy(numbered, labels)
				pod(o, kind, name, fmt.Sprintf("%s-%d", name, i), numbered, "")
			}
		}
	}
	return made
}

// snapshot is what would be read of a cluster with some objects, had those that
// lost is true of not been read.
func snapshot(t rapid.TB, all []object, unread []origin.Unread, lost func(i int, o object) bool) *kubernetes.Estate {
	t.Helper()
	s := map[string]any{"schema": manifest.Snapshot, "apiVersion": "v1", "kind": "List", "unread": unread}
	items := []object{}
	for i, o := range all {
		if !lost(i, o) {
			items = append(items, o)
		}
	}
	s["items"] = items
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data))
}

// forbidden is what a reader says of a kind it may not list.
func forbidden(o object) origin.Unread {
	group, _, found := strings.Cut(o["apiVersion"].(string), "/")
	if !found {
		group = ""
	}
	return origin.Unread{Resource: strings.TrimSuffix(strings.ToLower(o.kind())+"s."+group, "."), Kind: o.kind(), Cause: origin.Forbidden,
		Reason: "forbidden: User \"onus\" cannot list it"}
}

// looked finds what there is to find on an estate, outcomes that a cause
// explains included.
func looked(t rapid.TB, c *responsibility.Catalog, e *kubernetes.Estate) map[string]finding.Finding {
	found := map[string]finding.Finding{}
	for _, f := range ran(t, c, e, locate.Locate(c, e, nil, c.Offering("eks-auto-mode"))).Findings {
		found[fmt.Sprintf("%s on %s/%s %s", f.Obligation, f.Subject.Namespace, f.Subject.Kind, f.Subject.Name)] = f
		for _, o := range f.LeadsTo {
			found[fmt.Sprintf("%s on %s/%s %s", o.Obligation, o.Subject.Namespace, o.Subject.Kind,
				o.Subject.Name)] = finding.Finding{Verdict: o.Verdict, Message: o.Message}
		}
	}
	return found
}

// lies are verdicts by a part of a cluster that are others by the whole. Where
// by the whole there is none, the obligation is not looked at there. What is
// held about such a subject is true, if beside the point.
func lies(whole, part map[string]finding.Finding) []string {
	var all []string
	for what, f := range part {
		w, ok := whole[what]
		if f.Verdict == finding.Unknown || ok && f.Verdict == w.Verdict || !ok && f.Verdict == finding.Held {
			continue
		}
		all = append(all, fmt.Sprintf("%s is %s (%s), and by all there is %q (%s)", what, f.Verdict, f.Message, w.Verdict, w.Message))
	}
	slices.Sort(all)
	return all
}

// inputs are estates: the examples, the truth table, and recorded clusters.
func inputs(t testing.TB) map[string][]object {
	t.Helper()
	all := map[string][]object{}
	for _, glob := range []string{"../../../testdata/runs/*/estate.json", "testdata/*/*.yaml", "../../../examples/cockroachdb/*.yaml"} {
		files, _ := filepath.Glob(glob)
		for _, file := range files {
			if strings.Contains(file, "stands-twice") || strings.Contains(file, "patch") {
				continue // nothing of the kind is in a cluster
			}
			all[file] = objectsOf(t, file)
		}
	}
	var insurer []string
	_ = filepath.WalkDir("../../../examples/insurer", func(path string, _ fs.DirEntry, _ error) error {
		if filepath.Ext(path) == ".yaml" {
			insurer = append(insurer, path)
		}
		return nil
	})
	all["insurer"] = objectsOf(t, insurer...)
	if len(all) < 100 || len(all["insurer"]) < 50 {
		t.Fatal("no inputs")
	}
	for name, o := range maps.Clone(all) {
		if !slices.ContainsFunc(o, func(o object) bool { return o.kind() == "Pod" }) {
			all[name+", alive"] = alive(o)
		}
	}
	return all
}

// Whatever kind could not be read, no verdict is another one than with it, and
// what went missing is told of.
func TestNoVerdictOnWhatWasNotRead(t *testing.T) {
	c := knowledge(t)
	for name, all := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := looked(t, c, snapshot(t, all, nil, func(int, object) bool { return false }))
			seen := map[origin.Unread]bool{}
			for _, o := range all {
				u := forbidden(o)
				if seen[u] {
					continue
				}
				seen[u] = true
				part := looked(t, c, snapshot(t, all, []origin.Unread{u}, func(_ int, o object) bool { return forbidden(o) == u }))
				for _, lie := range lies(whole, part) {
					t.Errorf("without %s: %s", u.Resource, lie)
				}
			}
		})
	}
}

// The same with objects that somebody thought of to make it fail: budgets,
// autoscalers, pods, services, controllers and nodes that change verdicts, of
// which some were read and some not.
func TestNoVerdictOnSomeOfACluster(t *testing.T) {
	c := knowledge(t)
	inputs := inputs(t)
	names := slices.Sorted(maps.Keys(inputs))
	rapid.Check(t, func(t *rapid.T) {
		all := inputs[rapid.SampledFrom(names).Draw(t, "input")]
		var keepers []object
		for _, o := range all {
			if labels, _ := o.at("spec", "template", "metadata", "labels").(map[string]any); len(labels) > 0 && o.at("metadata", "name") != nil &&
				o.at("metadata", "ownerReferences") == nil {
				keepers = append(keepers, o)
			}
		}
		if len(keepers) == 0 {
			t.Skip("nothing to hide things behind")
		}
		whole := unstatused(all)
		for i := range rapid.IntRange(0, 4).Draw(t, "hidden") {
			whole = append(whole, hidden(t, rapid.SampledFrom(keepers).Draw(t, "behind"), i))
		}
		var kinds []origin.Unread
		for _, o := range whole {
			if u := forbidden(o); !slices.Contains(kinds, u) {
				kinds = append(kinds, u)
			}
		}
		unread := rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 1, min(3, len(kinds)), func(u origin.Unread) string {
			return u.Resource
		}).Draw(t, "unread")
		few := rapid.Bool().Draw(t, "in part")
		part := snapshot(t, whole, unread, func(i int, o object) bool {
			return slices.Contains(unread, forbidden(o)) && !(few && (i+len(unread))%2 == 0)
		})
		for _, lie := range lies(looked(t, c, snapshot(t, whole, nil, func(int, object) bool { return false })), looked(t, c, part)) {
			t.Errorf("without %v: %s", unread, lie)
		}
	})
}

// unstatused are objects without what the disruption controller counted: it
// would have counted what is added, too.
func unstatused(all []object) []object {
	some := make([]object, len(all))
	for i, o := range all {
		if some[i] = o; o.kind() == "PodDisruptionBudget" {
			some[i] = maps.Clone(o)
			delete(some[i], "status")
		}
	}
	return some
}

// hidden draws an object that changes what is found about a keeper of pods.
func hidden(t *rapid.T, keeper object, i int) object {
	namespace := keeper.at("metadata", "namespace")
	labels := keeper.at("spec", "template", "metadata", "labels").(map[string]any)
	meta := map[string]any{"name": fmt.Sprintf("hidden-%d", i), "namespace": namespace, "labels": labels}
	spec, _ := keeper.at("spec", "template", "spec").(map[string]any)
	switch rapid.SampledFrom([]string{"budget", "autoscaler", "scaledobject", "pod", "service", "statefulset", "job",
		"node"}).Draw(t, "kind") {
	case "budget":
		return object{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": map[string]any{
			"selector": map[string]any{"matchLabels": labels}, "maxUnavailable": rapid.IntRange(0, 2).Draw(t, "maxUnavailable")}}
	case "autoscaler":
		return object{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": map[string]any{
			"scaleTargetRef": map[string]any{"apiVersion": keeper["apiVersion"], "kind": keeper["kind"], "name": keeper.at("metadata", "name")},
			"minReplicas":    rapid.IntRange(1, 5).Draw(t, "least"), "maxReplicas": 10}}
	case "scaledobject":
		return object{"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": meta, "spec": map[string]any{
			"scaleTargetRef":  map[string]any{"apiVersion": keeper["apiVersion"], "kind": keeper["kind"], "name": keeper.at("metadata", "name")},
			"minReplicaCount": rapid.IntRange(0, 5).Draw(t, "least"), "maxReplicaCount": 10, "triggers": []any{}}}
	case "service":
		return object{"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": map[string]any{"selector": labels}}
	case "statefulset":
		return object{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": map[string]any{
			"replicas": rapid.IntRange(0, 4).Draw(t, "replicas"), "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": spec}}}
	case "job":
		return object{"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": map[string]any{
			"parallelism": rapid.IntRange(1, 4).Draw(t, "parallelism"), "template": map[string]any{"metadata": map[string]any{"labels": labels},
				"spec": spec}}}
	case "node":
		return object{"apiVersion": "v1", "kind": "Node", "metadata": map[string]any{
			"name":   meta["name"],
			"labels": map[string]any{"cloud.google.com/gke-nodepool": "p"},
		}, "spec": map[string]any{"providerID": "gce://p/z/n"}}
	}
	return object{"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": on(spec, i),
		"status": map[string]any{"phase": rapid.SampledFrom([]string{"Running", "Succeeded"}).Draw(t, "phase")}}
}

// What cannot be changed by what was not read stays a verdict.
func TestVerdictsThatStay(t *testing.T) {
	c := knowledge(t)
	kinds := func(kinds ...string) (all []origin.Unread) {
		for _, k := range kinds {
			all = append(all, origin.Unread{Resource: k, Kind: k, Cause: origin.Forbidden, Reason: "forbidden"})
		}
		return all
	}
	for name, test := range map[string]struct {
		file, without, what string
		verdict             finding.Verdict
	}{
		"a budget that is read and never allows": {"pdb-never-allows/broken-max-unavailable-0.yaml",
			"HorizontalPodAutoscaler PodDisruptionBudget Service Node NodePool NodeClaim", "pdb-never-allows", finding.Broken},
		"one that may allow when there are more pods": {"pdb-never-allows/broken-all-of-them.yaml", "HorizontalPodAutoscaler",
			"pdb-never-allows", finding.Unknown},
		"one that allows one of however many": {"pdb-never-allows/held-max-unavailable-1-percent-rounds-up.yaml",
			"HorizontalPodAutoscaler", "pdb-never-allows", finding.Held},
		"one that allows, where there may be a second one": {"pdb-never-allows/held-max-unavailable-1-percent-rounds-up.yaml",
			"PodDisruptionBudget", "pdb-never-allows", finding.Unknown},
		"two budgets, and maybe more": {"pdb-overlap/broken-two-budgets.yaml", "PodDisruptionBudget HorizontalPodAutoscaler Service",
			"pdb-overlap", finding.Broken},
		"one budget, and maybe more": {"pdb-overlap/held-one-budget.yaml", "PodDisruptionBudget", "pdb-overlap", finding.Unknown},
		"covered, and maybe twice": {"pdb-missing/held-covered.yaml", "PodDisruptionBudget HorizontalPodAutoscaler Service",
			"pdb-missing", finding.Held},
		"not covered by what was read": {"pdb-missing/broken-no-budget.yaml", "PodDisruptionBudget", "pdb-missing", finding.Unknown},
		"not covered":                  {"pdb-missing/broken-no-budget.yaml", "Service Node", "pdb-missing", finding.Broken},
		"one replica by what was read": {"single-replica/broken-one.yaml", "HorizontalPodAutoscaler", "single-replica",
			finding.Unknown},
		"one replica": {"single-replica/broken-one.yaml", "PodDisruptionBudget Pod Node", "single-replica",
			finding.Broken},
		"a bare pod that no autoscaler scales": {"single-replica/broken-bare-pod-behind-a-service.yaml", "HorizontalPodAutoscaler ScaledObject",
			"single-replica", finding.Broken},
		"a bare pod, and maybe a Service": {"single-replica/none-bare-pod-that-serves-nothing.yaml", "Service", "single-replica",
			finding.Unknown},
		"selects nothing of what was read": {"pdb-orphan/broken-typo.yaml", "Deployment", "pdb-orphan", finding.Unknown},
		"selects nothing": {"pdb-orphan/broken-typo.yaml", "HorizontalPodAutoscaler Service Node", "pdb-orphan",
			finding.Broken},
		"has no selector":                        {"pdb-orphan/broken-no-selector.yaml", "Pod Deployment", "pdb-orphan", finding.Broken},
		"a kind that is not known may keep pods": {"pdb-orphan/broken-typo.yaml", "Redis", "pdb-orphan", finding.Unknown},
		"tolerates, wherever that is":            {"drain-dodger/broken-tolerates-everything.yaml", "Node", "drain-dodger", finding.Unknown},
		"a pool that says it itself": {"budget-closed/broken-0-always.yaml", "Pod Node NodeClaim NodePool", "budget-closed",
			finding.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			all := objectsOf(t, filepath.Join("testdata", test.file))
			found := 0
			for what, f := range looked(t, c, snapshot(t, all, kinds(strings.Fields(test.without)...), func(int, object) bool { return false })) {
				if f.Obligation != test.what || f.Subject.Name == "" {
					continue
				}
				found++
				if f.Verdict != test.verdict {
					t.Errorf("%s is %s: %s", what, f.Verdict, f.Message)
				}
				if f.Verdict == finding.Unknown &&
					(f.Fix != nil || !slices.ContainsFunc(f.Evidence, func(e finding.Evidence) bool {
						return strings.Contains(e.Text, "could not be read")
					})) {
					t.Errorf("%s does not say what was not read: %+v", what, f)
				}
			}
			if found == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

// Of what obligations are about and could not be read each has a finding, which
// is unknown and not silent.
func TestUnreadSubjects(t *testing.T) {
	c := knowledge(t)
	all := objectsOf(t, "../../../testdata/runs/drift-ndb2/estate.json")
	for kind, checks := range map[string][]string{"PodDisruptionBudget": pdbChecks, "NodePool": poolChecks, "Pod": workloadChecks} {
		var unread []origin.Unread
		for _, o := range all {
			if o.kind() == kind {
				unread = []origin.Unread{forbidden(o)}
			}
		}
		e := snapshot(t, all, unread, func(_ int, o object) bool { return o.kind() == kind })
		found := looked(t, c, e)
		for _, id := range checks {
			if f := found[id+" on /"+kind+" "]; f.Verdict != finding.Unknown {
				t.Errorf("%s of the %ss that were not read: %+v", id, kind, f)
			}
			if result := ran(t, c, e, locate.Locate(c, e, nil, nil)); slices.Contains(result.NotLookedAt, id) {
				t.Errorf("%s is a finding, and told of as not looked at, too", id)
			}
		}
	}
}

// No fix makes a budget where one may be there unread.
func TestNoFixWhereItMayDoHarm(t *testing.T) {
	c := knowledge(t)
	unread := []origin.Unread{{Resource: "poddisruptionbudgets.policy", Kind: "PodDisruptionBudget"}}
	for name, all := range inputs(t) {
		for what, f := range looked(t, c, snapshot(t, all, unread, func(int, object) bool { return false })) {
			if f.Fix != nil && slices.ContainsFunc(f.Fix.Changes, func(c finding.Change) bool {
				return c.Action == finding.Create && c.Object.Kind == "PodDisruptionBudget"
			}) {
				t.Errorf("%s: %s: %+v", name, what, f.Fix)
			}
		}
	}
}
