package calendar

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// daily is a window of a length each day at 02:00 UTC.
func daily(length time.Duration) []disruption.Window {
	return []disruption.Window{{Days: disruption.Days{Every: disruption.Daily}, At: 2 * time.Hour, Length: length}}
}

// windowOn is the calendar of one window beside an estate whose nodes run on its offering.
func windowOn(t *testing.T, e *kubernetes.Estate, w cloud.Window, in Range) Window {
	t.Helper()
	c := built()
	places := locate.Locate(c, e, c.Offering(w.Offering), nil).Decided()
	_, all, err := Of(context.Background(), c, &estate.Estate{Kubernetes: e, Cloud: cloud.Estate{Windows: []cloud.Window{w}}}, places, in)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	return all[0]
}

// Whether the nodes that were read are replaced within a window, and the smallest one in
// which they are: it is that of a window that is long enough, whichever that is.
func TestWindowFits(t *testing.T) {
	gke := cloud.Window{Offering: "gke-standard", For: "upgrades of nodes", Set: true, Work: disruption.NodeWork, Nodes: true}
	of := func(change func(w *cloud.Window)) cloud.Window {
		w := gke
		change(&w)
		return w
	}
	smallest := time.Duration(0)
	for _, x := range []struct {
		name          string
		window        cloud.Window
		fits          finding.Verdict
		always, never bool
		openings      int
	}{
		{"long enough", of(func(w *cloud.Window) { w.Windows = daily(6 * time.Hour) }), finding.Held, false, false, 1},
		{"always open", of(func(w *cloud.Window) { w.Set = false }), finding.Held, true, false, 1},
		{"too short", of(func(w *cloud.Window) { w.Windows = daily(3 * time.Minute) }), finding.Broken, false, false, 2},
		{"excluded for ever", of(func(w *cloud.Window) {
			w.Windows = daily(time.Hour)
			until := time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
			w.Windows[0].Exclusions = []disruption.Exclusion{{Until: until, Scope: disruption.NoUpgrades}}
		}), finding.Unknown, false, true, 0},
	} {
		w := windowOn(t, recorded(t, "drift-half"), x.window, week(t, "UTC"))
		r := w.Roll
		if r.Fits != x.fits || r.Always != x.always || r.Never != x.never || min(r.Openings, 2) != x.openings {
			t.Errorf("%s: %+v", x.name, *r)
		}
		if r.Never {
			continue
		}
		if smallest == 0 {
			smallest = r.Smallest
		}
		if r.Smallest != smallest || r.Nodes != 10 || r.AtLeast > r.Takes || x.fits == finding.Broken && (r.InOpening == 0 || r.InOpening == 10) {
			t.Errorf("%s: %+v, and the smallest window before was %s", x.name, *r, smallest)
		}
	}
}

// A node group has no window: its update begins when it is started, at the pace that is set.
func TestNodeGroup(t *testing.T) {
	group := cloud.Window{Offering: "eks-managed-nodegroup", For: "updates of nodes", Manual: true, Work: disruption.NodeWork, Nodes: true}
	slow := windowOn(t, recorded(t, "drift-half"), group, week(t, "UTC"))
	group.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: 5}
	fast := windowOn(t, recorded(t, "drift-half"), group, week(t, "UTC"))
	if slow.Openings != nil || slow.Roll.Fits != finding.Held || !slow.Roll.Always || fast.Roll.Takes >= slow.Roll.Takes {
		t.Errorf("one at a time %+v, five at a time %+v", *slow.Roll, *fast.Roll)
	}
}

// What a window is in the range, and what is to be known of it.
func TestWindowRemarks(t *testing.T) {
	berlin := week(t, "Europe/Berlin")
	at := berlin.From.Location()
	spring := Range{time.Date(2027, 3, 26, 0, 0, 0, 0, at), time.Date(2027, 4, 2, 0, 0, 0, 0, at)}
	next := Range{berlin.From.AddDate(0, 0, 7), berlin.Until.AddDate(0, 0, 7)}
	june := disruption.Window{
		Days: disruption.Days{Every: disruption.Monthly, Interval: 6, Monthday: 5}, Length: time.Hour,
		From: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	here := disruption.Window{Days: disruption.Days{Every: disruption.Daily}, Length: time.Hour, Zone: at}
	touching := disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 3 * time.Hour, Length: time.Hour}
	for _, x := range []struct {
		name     string
		window   cloud.Window
		in       Range
		openings int
		want     string
	}{
		{"none is set", cloud.Window{Work: disruption.NodeWork}, berlin, 1, "no window is set: the provider takes any time"},
		{"each day", cloud.Window{Set: true, Windows: daily(time.Hour)}, berlin, 7, ""},
		{"in June", cloud.Window{Set: true, Windows: []disruption.Window{june}}, next, 0,
			"closed in all of this time; it opens next on Sat 5 Jun 2027 02:00"},
		{"clocks", cloud.Window{Set: true, Windows: daily(time.Hour)}, spring, 7,
			"clocks change in this time, and the window keeps to its own: by the clock here it moves by 1 h"},
		{"clocks of its own", cloud.Window{Set: true, Windows: []disruption.Window{here}}, spring, 7, ""},
		{"two that touch", cloud.Window{Set: true, Windows: append(daily(time.Hour), touching)}, berlin, 7, ""},
	} {
		w := windowOn(t, &kubernetes.Estate{}, x.window, x.in)
		var said []string
		for _, r := range w.Remarks {
			said = append(said, r.Text)
		}
		if got := strings.Join(said, "; "); got != x.want || len(w.Openings) != x.openings {
			t.Errorf("%s: %d openings, %q, want %d, %q", x.name, len(w.Openings), got, x.openings, x.want)
		}
		stretches := w.Track(x.in).Stretches
		if first, last := stretches[0], stretches[len(stretches)-1]; !first.From.Equal(x.in.From) || !last.Until.Equal(x.in.Until) {
			t.Errorf("%s: the track is from %s to %s", x.name, first.From, last.Until)
		}
	}
}
