package scenario

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
)

type gkeDaily struct {
	StartTime string `json:"startTime"`
	Duration  string `json:"duration"` // GKE prints it, and it is always 4 hours
}

type gkeTimes struct {
	StartTime string `json:"startTime"`
	EndTime   string `json:"endTime"`
}

type gkeRecurring struct {
	Window     gkeTimes `json:"window"`
	Recurrence string   `json:"recurrence"`
}

type gkeExclusion struct {
	StartTime string `json:"startTime"`
	EndTime   string `json:"endTime"`
	Options   struct {
		Scope string `json:"scope"`
	} `json:"maintenanceExclusionOptions"`
}

func (f *File) gkeWindow(w *window) (disruption.Window, error) {
	var out disruption.Window
	var err error
	if w.Daily != nil {
		if out, err = disruption.GKEDaily(w.Daily.StartTime); err != nil {
			return out, f.fault("/window/dailyMaintenanceWindow/startTime", "", "%s", err)
		}
	}
	if r := w.Recurring; r != nil {
		from, until, err := f.times("/window/recurringWindow/window", r.Window)
		if err != nil {
			return out, err
		}
		if out, err = disruption.GKERecurring(from, until, r.Recurrence); err != nil {
			return out, f.fault("/window/recurringWindow", "", "%s", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Exclusions)) {
		x, at := w.Exclusions[name], jsontext.Pointer("/window/maintenanceExclusions").AppendToken(name)
		from, until, err := f.times(at, gkeTimes{x.StartTime, x.EndTime})
		if err != nil {
			return out, err
		}
		if !until.After(from) {
			return out, f.fault(at+"/endTime", "", "is %s, which is not after the start", x.EndTime)
		}
		scope := disruption.NoUpgrades
		if x.Options.Scope != "" {
			scope = disruption.Scope(strings.ToLower(x.Options.Scope))
		}
		scopes := []disruption.Scope{disruption.NoUpgrades, disruption.NoMinorUpgrades, disruption.NoMinorOrNodeUpgrades}
		if !slices.Contains(scopes, scope) {
			return out, f.fault(at+"/maintenanceExclusionOptions/scope", "",
				"is %q, wants NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES", x.Options.Scope)
		}
		out.Exclusions = append(out.Exclusions, disruption.Exclusion{Name: name, From: from, Until: until, Scope: scope})
	}
	return out, nil
}

func (f *File) times(at jsontext.Pointer, t gkeTimes) (from, until time.Time, err error) {
	if from, err = ParseStart(t.StartTime); err != nil {
		return from, until, f.fault(at+"/startTime", "", "%s", err)
	}
	if until, err = ParseStart(t.EndTime); err != nil {
		return from, until, f.fault(at+"/endTime", "", "%s", err)
	}
	return from, until, nil
}
