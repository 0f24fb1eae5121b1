package nodes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan/step"
)

// Targets pick nodes by what was read of them; what was not read picks none.
func TestTargets(t *testing.T) {
	drifted := &kubernetes.NodeClaim{Drifted: true}
	node := kubernetes.Node{Name: "a", KubeletVersion: "v1.35.6+k3s1", OSImage: "Talos (v1.9)", Created: noon.Add(-10 * 24 * time.Hour),
		NodeClaim: drifted}
	for text, x := range map[string]struct{ goes, unread bool }{
		"version=1.36": {goes: true}, "version=1.35": {}, "version=v1.35.7": {goes: true}, "version=1.35.6": {}, "version=1.9": {},
		"version=1.100":      {goes: true},
		"image=Talos (v1.9)": {}, "image=Talos (v1.10)": {goes: true},
		"older-than=9d": {goes: true}, "older-than=10d": {}, "older-than=240h": {}, "older-than=239h": {goes: true},
		"drifted": {goes: true}, "nodes=a": {goes: true}, "nodes=b,a": {goes: true}, "nodes=b": {},
	} {
		target, err := ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		if goes, unknown := target.picks(&node, noon); goes != x.goes || unknown != "" {
			t.Errorf("%s: %t %q, want %t", text, goes, unknown, x.goes)
		}
		unread := kubernetes.Node{Name: "c"}
		if goes, unknown := target.picks(&unread, noon); goes || (unknown == "") != (target.Kind == ByDrift || target.Kind == ByName) {
			t.Errorf("%s of a node of which nothing was read: %t %q", text, goes, unknown)
		}
		if target.Written() != text {
			t.Errorf("%s is written %s", text, target.Written())
		}
	}
}

// What is no target, amount, window or replacement is refused, with what is wanted.
func TestWhatIsTyped(t *testing.T) {
	for text, want := range map[string]string{
		"": "wants version=1.36", "versions=1": "wants version=1.36", "version=": "such as version=1.36", "version=1": "such as version=1.36",
		"version=new": "such as version=1.36", "older-than=14": "such as older-than=14d", "older-than=-1h": "such as older-than=14d",
		"drifted=yes": "wants drifted alone", "nodes=": "names of nodes", "nodes=a,": "names of nodes",
		"image=": "what nodes call their image",
	} {
		if _, err := ParseTarget(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("target %q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]int{"1": 1, "3": 3, "10%": 2, "1%": 1, "100%": 20} {
		if a, err := ParseAmount(text); err != nil || a.of(20) != want {
			t.Errorf("amount %s: %d %v, want %d", text, a.of(20), err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "0%", "101%", "x", "1.5", "10 %"} {
		if _, err := ParseAmount(text); err == nil {
			t.Errorf("amount %q is taken", text)
		}
	}
	for _, text := range []string{"nothing", "exec:", "exec: ", "exec"} {
		if _, err := ParseReplace(text); err == nil {
			t.Errorf("replacement %q is taken", text)
		}
	}
}

// A window is read as it is typed, and opens where the clock on the wall says so.
func TestParseWindow(t *testing.T) {
	for text, want := range map[string]string{
		"Sat,Sun 02:00+4h Europe/Berlin": "every week on Sat, Sun at 02:00 Europe/Berlin for 4 h",
		"02:00+90m":                      "every day at 02:00 UTC for 1 h 30 min",
		"Mon-Fri 22:30+1h UTC":           "every week on Mon, Tue, Wed, Thu, Fri at 22:30 UTC for 1 h",
		"Fri-Mon 00:00+1d":               "every week on Fri, Sat, Sun, Mon at 00:00 UTC for 24 h",
		"Mon-Wed,tuesday 22:30+1h":       "every week on Mon, Tue, Wed at 22:30 UTC for 1 h",
		"sat 2:05+1h":                    "every week on Sat at 02:05 UTC for 1 h",
	} {
		w, err := disruption.ParseWindow(text)
		if err != nil || w.String() != want {
			t.Errorf("%q: %q %v, want %q", text, w.String(), err, want)
		}
	}
	const form = "wants days, a time of day with a length, and a zone"
	for text, want := range map[string]string{
		"": form, "Sat": form, "02:00": form, "02:00+1h UTC x": form, "x y 02:00+1h": form,
		"02:00+": "wants a length between", "02:00+0s": "wants a length between", "02:00+8d": "wants a length between",
		"25:00+1h": `at is "25:00"`, "Sam 02:00+1h": `days is "Sam"`, "Mon-Sam 02:00+1h": `days is "Mon-Sam"`, "Sat, 02:00+1h": `days is ""`,
		"02:00+1h Mars/Base": `zone is "Mars/Base"`, "Sat 02:00+1h Local": `zone is "Local"`,
	} {
		if _, err := disruption.ParseWindow(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("window %q: %v, want %s", text, err, want)
		}
	}
	w, _ := disruption.ParseWindow("Sat,Sun 02:00+4h Europe/Berlin")
	g, ok := step.GuardOf(&w)
	if !ok || g.With["days"] != "Sat,Sun" || g.With["at"] != "02:00" || g.With["length"] != "4h0m0s" || g.With["zone"] != "Europe/Berlin" {
		t.Errorf("the guard is %+v", g)
	}
	if !slices.Equal(w.Days.Weekdays, []time.Weekday{time.Saturday, time.Sunday}) {
		t.Errorf("days %v", w.Days.Weekdays)
	}
}
