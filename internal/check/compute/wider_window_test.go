package compute

import (
	"fmt"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// windowed is a pool of as many nodes as a workload has pods, one on each, that goes by some budgets.
func windowed(pods int, pdb, budgets, expire string) string {
	return fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [
        {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}
      containers: [{name: web, image: "registry.example/web:1"}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: %s, selector: {matchLabels: {app: web}}}
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: default}
spec:
  disruption: {budgets: [%s]}
  template: {spec: {expireAfter: %s, nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}}}
`, pods, pdb, budgets, expire)
}

// unbounded is what expiry-unbounded says of that.
func unbounded(t *testing.T, docs string) (v finding.Verdict, fix string) {
	t.Helper()
	e, c := parse(t, docs), knowledge(t)
	for _, f := range foundBy(t, ExpiryUnbounded.ID, e, locate.Locate(c, e, c.Offering("karpenter"), nil), ExpiryUnbounded.Run) {
		if v = f.Verdict; f.Fix != nil {
			fix = f.Fix.Summary
		}
	}
	return v, fix
}

// What is said to be enough is, and a step less, which is said not to be, is not.
func TestWindowsThatAreEnough(t *testing.T) {
	const weekly = `{nodes: "%s"}, {nodes: "0", schedule: "0 3 * * 6", duration: %s}`
	const daily = `{nodes: "%s"}, {nodes: "0", schedule: "0 4 * * *", duration: %s}`
	const twice = `{nodes: "%s"}, {nodes: "0", schedule: "0 0 * * *", duration: %[2]s}, {nodes: "0", schedule: "0 12 * * *", duration: %[2]s}`
	for name, of := range map[string]struct {
		pods                              int
		pdb, budgets, closed, alive, says string
		enough, less                      string // for how long it is closed
		atOnce, fewer                     string // how many nodes, where it is closed for as long as is written
	}{
		"one pod at a time": {120, "1", weekly, "167h", "168h", `close for 164h in place of 167h from each "0 3 * * 6": a window of 4 h ` +
			`is enough, and one of 3 h is not; or set expireAfter to Never`, "164h", "165h", "", ""},
		"as many as drift takes": {120, "100%", weekly, "167h", "168h", `close for 165h in place of 167h from each "0 3 * * 6": a window of ` +
			`3 h is enough, and one of 2 h is not; or allow 3 nodes at once within the windows: 2 are not enough; or set expireAfter to Never`,
			"165h", "166h", "3", "2"},
		"each day": {60, "100%", daily, "23h45m", "48h", `close for 23h15m in place of 23h45m from each "0 4 * * *": a window of ` +
			`45 min is enough, and one of 30 min is not; or allow 3 nodes at once within the windows: 2 are not enough; or set expireAfter to Never`,
			"23h15m", "23h30m", "3", "2"},
		"two closings a day": {40, "100%", twice, "11h55m", "24h",
			"shorten each budget of 0 with a schedule by 30 min: that is enough, and by 15 min is not; or set expireAfter to Never",
			"11h25m", "11h40m", "", ""},
		"slower than nodes live": {100, "1", daily, "23h30m", "1h", "let nodes get older: no window is enough, and no number of nodes at once, " +
			"since some stay even where budgets never close; or set expireAfter to Never", "", "", "", ""},
	} {
		doc := func(nodes, closed string) string {
			return windowed(of.pods, of.pdb, fmt.Sprintf(of.budgets, nodes, closed), of.alive)
		}
		v, fix := unbounded(t, doc("1", of.closed))
		if v == finding.Held || fix != of.says {
			t.Errorf("%s: %s, %s", name, v, fix)
		}
		for _, is := range []struct {
			nodes, closed string
			held          bool
		}{{"1", of.enough, true}, {"1", of.less, false}, {of.atOnce, of.closed, true}, {of.fewer, of.closed, false}} {
			if is.nodes == "" || is.closed == "" {
				continue
			}
			if v, _ := unbounded(t, doc(is.nodes, is.closed)); (v == finding.Held) != is.held {
				t.Errorf("%s: %s at once, closed for %s: %s", name, is.nodes, is.closed, v)
			}
		}
	}
}

// How long that takes is bounded: a guess that is right is played twice, and a pool that is large not at all, nor are all of many.
func TestWiderWindowsPlayLittle(t *testing.T) {
	for _, of := range []struct{ top, guess, is, most int }{
		{168, 40, 40, 2}, {168, 30, 40, 8}, {168, 167, 1, 16}, {168, 84, 168, 16}, {2, 9, 1, 1}, {1, 0, 1, 0},
	} {
		seen := map[int]bool{}
		n, err := enough(0, of.top, of.guess, func(n int) (bool, error) {
			if seen[n] || n < 1 || n >= of.top {
				t.Errorf("%+v: plays %d after %v", of, n, seen)
			}
			seen[n] = true
			return n >= of.is, nil
		})
		if n != of.is || err != nil || len(seen) > of.most {
			t.Errorf("%+v: %d after %d plays", of, n, len(seen))
		}
	}
	const budgets = `{nodes: "1"}, {nodes: "0", schedule: "0 3 * * 6", duration: 167h}`
	const general = "widen the windows, or allow more nodes at once within them, so that the whole pool is replaced well before that age; " +
		"or set expireAfter to Never"
	if _, fix := unbounded(t, windowed(1000, "1", budgets, "336h")); fix != general {
		t.Error(fix)
	}
}

// No closure is as long as nodes live, wherever in the year it begins; what opens no window is named, however wide windows are.
func TestWindowsThatAreNoWayOut(t *testing.T) {
	for name, of := range map[string]struct{ budgets, says string }{
		"a year that began before": {`{nodes: "1"}, {nodes: "0", schedule: "@yearly", duration: 8759h}`,
			`close for 335h in place of 8759h from each "@yearly": for 336h is not enough; or set expireAfter to Never`},
		"always": {`{nodes: "0", reasons: [Drifted]}, {nodes: "0", schedule: "0 3 * * 6", duration: 167h}`,
			"take out budget 1 (0 at any time for Drifted): no window opens while it is there; or set expireAfter to Never"},
	} {
		if _, fix := unbounded(t, windowed(3, "1", of.budgets, "336h")); fix != of.says {
			t.Errorf("%s: %s", name, fix)
		}
	}
	for closed, want := range map[string]finding.Verdict{"335h": finding.Held, "383h": finding.Broken} {
		v, _ := unbounded(t, windowed(3, "1", `{nodes: "1"}, {nodes: "0", schedule: "@yearly", duration: `+closed+`}`, "336h"))
		if v != want {
			t.Errorf("closed for %s: %s, want %s", closed, v, want)
		}
	}
}
