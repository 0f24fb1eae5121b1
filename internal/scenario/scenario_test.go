package scenario

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// known is a small estate to name things of.
func known(t testing.TB, offerings ...string) Known {
	t.Helper()
	k := Known{
		Nodes: []string{"a", "b", "worker-1"}, Pools: []string{"default", "gpu"},
		Workloads: []kubernetes.Ref{
			{Namespace: "default", Kind: "Deployment", Name: "web"},
			{Namespace: "default", Kind: "StatefulSet", Name: "db"},
			{Namespace: "shop", Kind: "Deployment", Name: "db"},
			{Namespace: "shop", Kind: "StatefulSet", Name: "db"},
		},
	}
	c := builtin(t)
	for _, id := range offerings {
		k.Offerings = append(k.Offerings, c.Offering(id))
	}
	return k
}

func builtin(t testing.TB) *responsibility.Catalog {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var loaded = sync.OnceValues(func() (*responsibility.Catalog, error) {
	return responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
})

var now = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

func read(t testing.TB, written string, k Known) (simulate.Scenario, error) {
	t.Helper()
	f, err := Read(Stdin, strings.NewReader(written))
	if err != nil {
		return simulate.Scenario{}, err
	}
	return f.Scenario(k,
		Given{Start: now, Timings: simulate.Timings{NodeReady: time.Minute, PodReady: 30 * time.Second, PodStop: 5 * time.Second}})
}

func TestRead(t *testing.T) {
	s, err := read(t, `
start: 2026-11-22T07:12:00+01:00
horizon: 1d
runs: 30
seed: 7
timings:
  nodeReady: 2s
  podReady: 15s
own:
  default/web: {podReady: 60s, crashes: {after: 2m, for: 20s}}
floors: {default/web: 3, shop/Deployment/db: 0}
window: {days: [Sat, SUNDAY], at: "02:30", length: 4h, zone: Europe/Berlin}
mishap: {oneDown: true, slow: 2, noCapacity: true, twice: true}
triggers:
  - {at: 0, kind: drift, pool: default}
  - {at: 30s, kind: expiry, nodes: [a, b]}
  - {at: 1m, kind: expiry}
  - {at: 2m, kind: expiry, nodes: all}
  - {at: 3m, kind: delete, nodes: all}
  - {at: 4m, kind: upgrade, move: rollback}
  - {at: 5m, kind: rollout, workload: default/web}
  - {at: 6m, kind: scale, workload: shop/statefulset/db, replicas: 9}
`, known(t, "eks-auto-mode"))
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	want := simulate.Scenario{
		Start: time.Date(2026, 11, 22, 6, 12, 0, 0, time.UTC), Horizon: 24 * time.Hour, Runs: 30, Seed: 7,
		Timings:         simulate.Timings{NodeReady: 2 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
		WorkloadTimings: map[string]simulate.Timings{"default/web": {PodReady: time.Minute}},
		Crashes:         map[string]simulate.Crashes{"default/web": {After: 2 * time.Minute, For: 20 * time.Second}},
		Floors:          map[string]int{"default/web": 3, "shop/db": 0},
		Window: disruption.Window{
			Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Saturday, time.Sunday}},
			At:   150 * time.Minute, Length: 4 * time.Hour, Zone: berlin,
		},
		Fault: simulate.Fault{OneDown: true, Slow: 2, NoCapacity: true, ExtraDrain: true},
		Triggers: []simulate.Trigger{
			{Kind: "drift", Pool: "default"},
			{At: 30 * time.Second, Kind: "expiry", Nodes: []string{"a", "b"}},
			{At: time.Minute, Kind: "expiry"},
			{At: 2 * time.Minute, Kind: "expiry", Nodes: []string{"a", "b", "worker-1"}},
			{At: 3 * time.Minute, Kind: "delete"},
			{At: 4 * time.Minute, Kind: "upgrade", Move: "rollback"},
			{At: 5 * time.Minute, Kind: "rollout", Workload: kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "web"}},
			{At: 6 * time.Minute, Kind: "scale", Workload: kubernetes.Ref{Namespace: "shop", Kind: "StatefulSet", Name: "db"}, Replicas: 9},
		},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}

// What a file leaves out is documented, and what was asked goes over it.
func TestLeftOut(t *testing.T) {
	f, err := Read(Stdin, strings.NewReader(`triggers: [{kind: drift}, {at: 10m, kind: delete}]`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Scenario(known(t), Given{Start: now, Timings: simulate.Timings{PodReady: 9}})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Start.Equal(now) || s.Horizon != 70*time.Minute || s.Runs != 20 || s.Seed != 1 || s.Timings.PodReady != 9 ||
		!s.Window.Contains(now, false) {
		t.Errorf("%+v", s)
	}
	seed := int64(0)
	asked := Asked{Start: now.Add(time.Hour), Horizon: 20 * time.Minute, Runs: 3, Seed: &seed}
	if s, err = f.Scenario(known(t), Given{Start: now, Asked: asked}); err != nil {
		t.Fatal(err)
	}
	if !s.Start.Equal(now.Add(time.Hour)) || s.Horizon != 20*time.Minute || s.Runs != 3 || s.Seed != 0 {
		t.Errorf("%+v", s)
	}
	asked.Horizon = 5 * time.Minute
	if _, err = f.Scenario(known(t), Given{Start: now, Asked: asked}); err == nil ||
		!strings.Contains(err.Error(), "triggers[1].at: is 10 min, at or beyond the horizon of 5 min") {
		t.Error(err)
	}
}

// Every fault is one line that names the line and the field, and where there is
// a way out, says it.
func TestFaults(t *testing.T) {
	const drift = "triggers: [{kind: drift}]\n"
	for _, test := range []struct{ written, want, hint string }{
		{"", "<stdin>:1: is empty", "a scenario has at least one trigger"},
		{"- a\n", "<stdin>:1: is a list, wants a mapping", ""},
		{"triggers: [\n", "<stdin>:1: ", ""},
		{"apiVersion: v1\nkind: Pod\n", "<stdin>:1: is a Kubernetes object and no scenario", "what to play goes to --scenario"},
		{drift + "horizn: 10m\n", "<stdin>:2: horizn: is not a field that stands here", "did you mean horizon?"},
		{drift + "colour: red\n", "<stdin>:2: colour: is not a field", "these do: start, horizon"},
		{"triggers:\n  - kind: drift\n    nods: all\n", "<stdin>:3: triggers[0].nods: is not a field", "did you mean nodes?"},
		{drift + "own:\n  default/web.v1:\n    podRedy: 3s\n", "<stdin>:4: own.default/web.v1.podRedy: is not a field", "did you mean podReady?"},
		{drift + "window:\n  schedule:\n    weekly: {dayOfWek: Sat}\n", "<stdin>:4: window.schedule.weekly.dayOfWek: is not a field",
			"did you mean dayOfWeek?"},
		{drift + "runs: 1\nruns: 2\n", "<stdin>:3: runs: stands here twice", ""},

		{drift + "start: tomorrow\n", `<stdin>:2: start: is "tomorrow", wants a time such as 2026-11-22T06:12:00Z`, ""},
		{drift + "horizon: 0s\n", "<stdin>:2: horizon: is 0 s, wants more than 0", ""},
		{drift + "horizon: -5m\n", "<stdin>:2: horizon: is -5 min, wants more than 0", ""},
		{drift + "horizon: 366d\n", "<stdin>:2: horizon: is 366 days, wants no more than a year", ""},
		{drift + "horizon: 99999999999999d\n", `<stdin>:2: horizon: is "99999999999999d", wants a duration`, ""},
		{drift + "horizon: 600\n", "<stdin>:2: horizon: is 600, wants a duration with a unit", ""},
		{drift + "horizon: forever\n", `<stdin>:2: horizon: is "forever", wants a duration such as`, ""},
		{drift + "horizon: [1h]\n", "<stdin>:2: horizon: is [\"1h\"], wants a duration", ""},
		{drift + "runs: 0\n", "<stdin>:2: runs: is 0, wants 1 or more", ""},
		{drift + "runs: 100001\n", "<stdin>:2: runs: is 100001, wants no more than 100000", ""},
		{drift + "runs: many\n", `<stdin>:2: runs: is a string ("many"), wants a whole number`, ""},
		{drift + "seed: 1.5\n", "<stdin>:2: seed: is a number (1.5), wants a whole number", ""},
		{drift + "timings:\n  nodeReady: -1s\n", "<stdin>:3: timings.nodeReady: is -1 s, wants 0 or more", ""},
		{drift + "timings: {podStop: 400d}\n", "<stdin>:2: timings.podStop: is 400 days, wants no more than a year", ""},
		{drift + "own: {default/web: {crashes: {after: 10s}}}\n",
			"<stdin>:2: own.default/web.crashes: lacks for: how long it takes until it is ready again", ""},
		{drift + "own: {default/web: {crashes: {after: 0s, for: 1s}}}\n",
			"<stdin>:2: own.default/web.crashes.after: is 0 s, wants 1s to a year (365d): how long a pod is ready until it crashes", ""},
		{drift + "own: {default/web: {podReady: 0s}}\n", "<stdin>:2: own.default/web.podReady: is 0 s, wants more", "1ms"},
		{drift + "own: {default/web: {podStop: -2s}}\n", "<stdin>:2: own.default/web.podStop: is -2 s", ""},
		{drift + "own:\n  default/wbe: {podStop: 2s}\n", `<stdin>:3: own.default/wbe: there is no workload "default/wbe"`,
			"did you mean default/web or"},
		{drift + "floors: {web: 2}\n", `<stdin>:2: floors.web: "web" wants a namespace and a name`, ""},
		{drift + "floors: {default/web: -2}\n", "<stdin>:2: floors.default/web: is -2, wants 0 or more", ""},
		{drift + "floors: {shop/db: 2}\n", `there is more than one workload "shop/db"`, "name it as shop/Deployment/db or shop/StatefulSet/db"},
		{drift + "floors: {elsewhere/thing: 2}\n", `there is no workload "elsewhere/thing"`, "there is default/web, "},
		{drift + "mishap: {slow: 0}\n", "<stdin>:2: mishap.slow: is 0, wants more than 0", ""},
		{drift + "mishap: {oneDown: 1}\n", "<stdin>:2: mishap.oneDown: is a number (1), wants true or false", ""},

		{drift + "window: {}\n", "<stdin>:2: window: lacks at", "window: {days:"},
		{drift + "window: {at: \"26:00\", length: 1h}\n", `<stdin>:2: window.at: is "26:00", wants a time of day`, ""},
		{drift + "window: {at: \"02:00\"}\n", "<stdin>:2: window: lacks length", ""},
		{drift + "window: {at: \"02:00\", length: 0s}\n", "<stdin>:2: window.length: is 0 s", ""},
		{drift + "window: {at: \"02:00\", length: 4h, days: [Funday]}\n", `<stdin>:2: window.days[0]: is "Funday"`, ""},
		{drift + "window: {at: \"02:00\", length: 4h, zone: Mars/Base}\n", `<stdin>:2: window.zone: is "Mars/Base"`, ""},
		{drift + "window: {at: \"02:00\", length: 4h, dailyMaintenanceWindow: {startTime: \"02:00\"}}\n",
			"<stdin>:2: window: has several forms", ""},
		{drift + "window: {schedule: {weekly: {dayOfWeek: Someday}}}\n", `<stdin>:2: window.schedule.weekly.dayOfWeek: is "Someday"`, ""},
		{drift + "window: {schedule: {relativeMonthly: {dayOfWeek: Monday, weekIndex: Fifth}}}\n", `weekIndex: is "Fifth"`, ""},
		{drift + "window: {schedule: {absoluteMonthly: {dayOfMonth: 32}}}\n", "dayOfMonth: is 32, wants 1 to 31", ""},
		{drift + "window: {schedule: {daily: {intervalDays: 1}}, startTime: \"02:00\", durationHours: 2}\n",
			"<stdin>:2: window: durationHours is 2, wants 4 to 24", ""},
		{drift + "window: {recurringWindow: {window: {startTime: now}}}\n", `window.recurringWindow.window.startTime: is "now"`, ""},
		{drift + "window: {dailyMaintenanceWindow: {startTime: noon}}\n", `"noon" is no time of day`, ""},
		{drift + "window: {maintenanceExclusions: {xmas: {startTime: 2026-12-23T00:00:00Z, endTime: 2027-01-05T00:00:00Z, " +
			"maintenanceExclusionOptions: {scope: NOTHING}}}}\n", `scope: is "NOTHING"`, ""},

		{"runs: 3\n", "<stdin>:1: triggers: there are none", "add one"},
		{"triggers: []\n", "<stdin>:1: triggers: there are none", ""},
		{"triggers:\n  - {at: 0s}\n", "<stdin>:2: triggers[0]: lacks its kind: drift, expiry", ""},
		{"triggers:\n  - kind: expires\n", `<stdin>:2: triggers[0].kind: is "expires", wants drift, expiry, `, "did you mean expiry?"},
		{"triggers: [{kind: drift, at: -1s}]\n", "<stdin>:1: triggers[0].at: is -1 s, wants 0 or more", ""},
		{"horizon: 10m\ntriggers:\n  - {kind: drift, at: 11m}\n", "<stdin>:3: triggers[0].at: is 11 min, at or beyond the horizon of 10 min", ""},
		{"triggers: [{kind: drift, pool: defualt}]\n", `<stdin>:1: triggers[0].pool: there is no node pool "defualt"`, "did you mean default?"},
		{"triggers: [{kind: drift, nodes: [a, zz-top]}]\n", `<stdin>:1: triggers[0].nodes[1]: there is no node "zz-top"`,
			"there is a, b, worker-1"},
		{"triggers: [{kind: drift, nodes: [worker-2]}]\n", `there is no node "worker-2"`, "did you mean worker-1?"},
		{"triggers: [{kind: drift, nodes: some}]\n", "<stdin>:1: triggers[0].nodes: wants all, or a list of names", ""},
		{"triggers: [{kind: drift, nodes: []}]\n", "<stdin>:1: triggers[0].nodes: is empty", "nodes: all"},
		{"triggers: [{kind: drift, replicas: 3}]\n", "<stdin>:1: triggers[0].replicas: is for rollout and scale", ""},
		{"triggers: [{kind: drift, workload: default/web}]\n", "<stdin>:1: triggers[0].workload: is for rollout and scale", ""},
		{"triggers: [{kind: rollout}]\n", "<stdin>:1: triggers[0]: lacks its workload", ""},
		{"triggers: [{kind: rollout, workload: default/web, pool: default}]\n", "<stdin>:1: triggers[0].pool: is for what takes nodes", ""},
		{"triggers: [{kind: rollout, workload: default/web, replicas: 3}]\n", "<stdin>:1: triggers[0].replicas: is for scale", ""},
		{"triggers: [{kind: scale, workload: default/web}]\n", "<stdin>:1: triggers[0]: lacks replicas", ""},
		{"triggers: [{kind: scale, workload: default/web, replicas: -1}]\n", "<stdin>:1: triggers[0].replicas: is -1, wants 0 to", ""},
		{"triggers: [{kind: scale, workload: default/web, replicas: 1000000000}]\n", "is 1000000000, wants 0 to 100000", ""},
		{"triggers: [{kind: scale, workload: default/Job/web, replicas: 1}]\n",
			`<stdin>:1: triggers[0].workload: there is no workload "default/Job/web"`, ""},
		{"triggers: [{kind: repair, move: x}]\n", `<stdin>:1: triggers[0].move: is "x", and eks-auto-mode has only one repair`, "leave it out"},
		{"triggers: [{kind: interruption, move: spt}]\n",
			`<stdin>:1: triggers[0].move: is "spt", wants spot or scheduled-event: the moves of eks-auto-mode for interruption`,
			"did you mean spot?"},
	} {
		_, err := read(t, test.written, known(t, "eks-auto-mode"))
		var fault *document.Error
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v", test.written, err)
			continue
		}
		if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q:\n got %s\nwant %s", test.written, err, test.want)
		}
		if !strings.Contains(fault.Hint, test.hint) {
			t.Errorf("%q:\n got the hint %q\nwant %q", test.written, fault.Hint, test.hint)
		}
	}
}

func TestKindUnknownToTheContract(t *testing.T) {
	_, err := read(t, "triggers: [{kind: expiry}]\n", known(t, "eks-managed-nodegroup"))
	const want = `<stdin>:1: triggers[0].kind: is "expiry", which does not happen under the contract of eks-managed-nodegroup: ` +
		`that has upgrade, scale-down, repair, interruption`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	// One of several contracts is enough, and anybody can delete a node.
	if _, err := read(t, "triggers: [{kind: expiry}]\n", known(t, "eks-managed-nodegroup", "karpenter")); err != nil {
		t.Error(err)
	}
	if _, err := read(t, "triggers: [{kind: delete}]\n", known(t, "openshift")); err != nil {
		t.Error(err)
	}
}

// AKS and GKE print their windows in forms that can be pasted.
func TestWindowsOfPlatforms(t *testing.T) {
	for _, test := range []struct{ written, want string }{
		{`{at: "02:00", length: 4h}`, "every day at 02:00 UTC for 4 h"},
		{`{schedule: {weekly: {intervalWeeks: 2, dayOfWeek: Saturday}}, durationHours: 4, utcOffset: "+05:30", startDate: "2026-11-01",
  startTime: "02:00",
		  notAllowedDates: [{start: 2026-12-23, end: 2027-01-05}]}`,
			"every 2 weeks on Sat at 02:00 UTC+05:30 for 4 h, but no upgrades from 2026-12-22 18:30 to 2027-01-05 18:30"},
		{`{schedule: {daily: {intervalDays: 3}}, durationHours: 4, startTime: "02:00"}`, "every 3 days at 02:00 UTC for 4 h"},
		{`{schedule: {absoluteMonthly: {intervalMonths: 1, dayOfMonth: 15}}, durationHours: 4, startTime: "02:00"}`,
			"every month on day 15 at 02:00 UTC for 4 h"},
		{`{schedule: {relativeMonthly: {intervalMonths: 1, weekIndex: Last, dayOfWeek: Monday}}, durationHours: 4, startTime: "02:00"}`,
			"every month on the last Mon at 02:00 UTC for 4 h"},
		{`{dailyMaintenanceWindow: {startTime: "03:00", duration: PT4H0M0S}}`, "every day at 03:00 UTC for 4 h"},
		{`{recurringWindow: {window: {startTime: "2026-11-22T02:00:00Z", endTime: "2026-11-22T08:00:00Z"}, recurrence: "FREQ=WEEKLY;BYDAY=SA,SU"},
		  maintenanceExclusions: {freeze: {startTime: "2026-12-20T00:00:00Z", endTime: "2027-01-03T00:00:00Z",
  maintenanceExclusionOptions: {scope: NO_MINOR_OR_NODE_UPGRADES}}}}`,
			"every week on Sat, Sun at 02:00 UTC for 6 h, but no minor or node upgrades from 2026-12-20 00:00 to 2027-01-03 00:00"},
	} {
		s, err := read(t, "triggers: [{kind: upgrade}]\nwindow: "+test.written+"\n", known(t))
		if err != nil {
			t.Errorf("%s: %v", test.written, err)
			continue
		}
		if got := s.Window.String(); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.written, got, test.want)
		}
	}
}

// The scenarios of the recorded runs are in this form.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("../../testdata/runs/*/scenario.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	k := known(t, "karpenter")
	for _, name := range []string{"api", "batch", "flaky", "recreated"} {
		k.Workloads = append(k.Workloads, kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: name})
	}
	for _, file := range files {
		f, err := Read(file, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		for i := range f.form.Triggers {
			k.Pools = append(k.Pools, f.form.Triggers[i].Pool)
		}
		s, err := f.Scenario(k, Given{})
		if err != nil || s.Runs < 30 || s.Timings.NodeReady < 2*time.Second || s.Timings.PodReady != 15*time.Second ||
			s.Timings.PodStop != 5*time.Second {
			t.Errorf("%s: %v %+v", file, err, s)
		}
	}
}

func TestReadFaultsOfFiles(t *testing.T) {
	if _, err := Read("nowhere.yaml", nil); err == nil || err.Error() != "nowhere.yaml: no such file or directory" {
		t.Error(err)
	}
	if _, err := Read(t.TempDir(), nil); err == nil || !strings.HasSuffix(err.Error(), ": is a directory, wants a file") {
		t.Error(err)
	}
	if _, err := Read(os.DevNull, nil); err == nil || !strings.HasSuffix(err.Error(), ": is empty") {
		t.Error(err)
	}
	zeros, err := os.Open("/dev/zero")
	if err != nil {
		t.Skip("this system has no /dev/zero")
	}
	defer zeros.Close()
	if _, err := Read(Stdin, zeros); err == nil || !strings.Contains(err.Error(), "has more than 16 MiB") {
		t.Error(err)
	}
}

// Whatever a file holds, the answer is a scenario that can be played or one
// line that places the fault.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("../../testdata/runs/*/scenario.yaml")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("horizon: 7d\nwindow: {at: \"02:00\", length: 4h, days: [Sat]}\n" +
		"triggers: [{kind: scale, workload: default/web, replicas: 2}]"))
	f.Add([]byte("window: {recurringWindow: {window: {startTime: 2026-11-22T02:00:00Z, endTime: 2026-11-22T08:00:00Z}, " +
		"recurrence: 'FREQ=WEEKLY;BYDAY=SA'}}\ntriggers: [{kind: drift}]"))
	k := known(f, "karpenter")
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := read(t, string(data), k)
		if err != nil {
			var fault *document.Error
			if !errors.As(err, &fault) || fault.Line < 1 || strings.Contains(fault.Field, "\x00") {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		if s.Horizon <= 0 || s.Horizon > year || s.Runs < 1 || s.Runs > mostRuns || len(s.Triggers) == 0 {
			t.Errorf("%+v", s)
		}
	})
}
