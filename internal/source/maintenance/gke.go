package maintenance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
)

// gkeTimes are the ends of a window, or of an exclusion.
type gkeTimes struct {
	Start string `json:"startTime"`
	End   string `json:"endTime"`
}

// gkePolicy is the maintenance policy of a cluster.
//
// Source: MaintenanceWindow and MaintenanceExclusionOptions of
// cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.
type gkePolicy struct {
	Daily *struct {
		Start string `json:"startTime"`
	} `json:"dailyMaintenanceWindow"`
	Recurring *struct {
		Window     gkeTimes `json:"window"`
		Recurrence string   `json:"recurrence"`
	} `json:"recurringWindow"`
	Exclusions map[string]struct {
		gkeTimes
		Options struct {
			Scope string `json:"scope"`
		} `json:"maintenanceExclusionOptions"`
	} `json:"maintenanceExclusions"`
}

// gkeCluster reads what gcloud container clusters describe --format json prints: one window,
// and what exclusions leave of it for each kind of work.
func gkeCluster(x *thing) ([]cloud.Window, error) {
	var read struct {
		Name      string `json:"name"`
		Location  string `json:"location"`
		Autopilot struct {
			Enabled bool `json:"enabled"`
		} `json:"autopilot"`
		Policy struct {
			Window gkePolicy `json:"window"`
		} `json:"maintenancePolicy"`
	}
	if err := x.decode(&read); err != nil {
		return nil, err
	}
	window, err := read.Policy.Window.window(x)
	if err != nil {
		return nil, err
	}
	base := cloud.Window{
		Offering: "gke-standard", Kind: "GKE cluster", Name: strings.Trim(read.Location+"/"+read.Name, "/"),
		Set: window.Days.Every != disruption.Never || len(window.Exclusions) > 0, Windows: []disruption.Window{window}, Position: x.here(),
	}
	if read.Autopilot.Enabled {
		base.Offering = "gke-autopilot"
	}
	var all []cloud.Window
	for _, of := range []struct {
		work disruption.Work
		what string
	}{
		{disruption.NodeWork, "upgrades of nodes"}, {disruption.MinorWork, "minor versions of the control plane"},
		{disruption.PatchWork, "patches of the control plane"},
	} {
		w := base
		w.Work, w.For, w.Nodes = of.work, of.what, of.work == disruption.NodeWork
		all = append(all, w)
	}
	return all, nil
}

// window is the window with its exclusions.
func (p *gkePolicy) window(x *thing) (disruption.Window, error) {
	const at = jsontext.Pointer("/maintenancePolicy/window")
	var w disruption.Window
	err := x.few(at+"/maintenanceExclusions", len(p.Exclusions))
	if err != nil {
		return w, err
	}
	if p.Daily != nil {
		if w, err = disruption.GKEDaily(p.Daily.Start); err != nil {
			return w, x.fault(at+"/dailyMaintenanceWindow/startTime", err)
		}
	}
	if p.Recurring != nil {
		from, until, err := x.times(at+"/recurringWindow/window", p.Recurring.Window)
		if err != nil {
			return w, err
		}
		if w, err = disruption.GKERecurring(from, until, p.Recurring.Recurrence); err != nil {
			return w, x.fault(at+"/recurringWindow", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Exclusions)) {
		e := p.Exclusions[name]
		field := (at + "/maintenanceExclusions").AppendToken(name)
		from, until, err := x.times(field, e.gkeTimes)
		if err != nil {
			return w, err
		}
		scope := disruption.NoUpgrades
		if e.Options.Scope != "" {
			scope = disruption.Scope(strings.ToLower(e.Options.Scope))
		}
		if !slices.Contains([]disruption.Scope{disruption.NoUpgrades, disruption.NoMinorUpgrades, disruption.NoMinorOrNodeUpgrades}, scope) {
			return w, x.fault(field+"/maintenanceExclusionOptions/scope",
				fmt.Errorf("is %q, wants NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES", e.Options.Scope))
		}
		w.Exclusions = append(w.Exclusions, disruption.Exclusion{Name: name, From: from, Until: until, Scope: scope})
	}
	return w, nil
}

// times reads the two ends of something.
func (x *thing) times(at jsontext.Pointer, t gkeTimes) (from, until time.Time, err error) {
	if from, err = x.instant(at+"/startTime", t.Start); err != nil {
		return from, until, err
	}
	until, err = x.instant(at+"/endTime", t.End)
	return from, until, err
}

// instant reads a moment.
func (x *thing) instant(at jsontext.Pointer, is string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, is)
	if err != nil {
		return t, x.fault(at, fmt.Errorf("is %q, wants a time such as 2026-12-01T02:00:00Z", is))
	}
	return t, nil
}
