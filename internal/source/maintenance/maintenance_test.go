package maintenance

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
)

const (
	gke  = `{"name":"prod","location":"eu","currentMasterVersion":"1.33","selfLink":"x","maintenancePolicy":{"window":{`
	aks  = `[{"name":"aksManagedAutoUpgradeSchedule","timeInWeek":null,"maintenanceWindow":{"durationHours":4,"startTime":"02:00","schedule":{`
	slot = `[{"name":"default","maintenanceWindow":null,"timeInWeek":[`
	rds  = `{"DBInstances":[{"DBInstanceIdentifier":"orders","Engine":"postgres","PreferredMaintenanceWindow":`
	grp  = `{"nodegroup":{"nodegroupName":"w","clusterName":"prod","updateConfig":{`
	atl  = `{"startASAP":false,"dayOfWeek":`
)

// What each command prints, as windows: what it is for, and when.
func TestRead(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"gke daily": {gke + `"dailyMaintenanceWindow":{"startTime":"03:00"}}}}`, "every day at 03:00 UTC for 4 h"},
		"gke weekly": {gke + `"recurringWindow":{"recurrence":"FREQ=WEEKLY;BYDAY=SA","window":` +
			`{"startTime":"2026-01-03T02:00:00Z","endTime":"2026-01-03T08:00:00Z"}}}}}`, "every week on Sat at 02:00 UTC for 6 h"},
		"gke none": {gke + `}}}`, "any time"},
		"gke exclusion": {gke + `"maintenanceExclusions":{"x":` +
			`{"startTime":"2026-12-05T00:00:00Z","endTime":"2026-12-06T00:00:00Z"}}}}}`, "any time"},
		"aks weekly": {aks + `"weekly":{"dayOfWeek":"Friday","intervalWeeks":2}},"utcOffset":"+05:30"}}]`,
			"every 2 weeks on Fri at 02:00 UTC+05:30 for 4 h"},
		"aks daily":   {aks + `"daily":{"intervalDays":1}}}}]`, "every day at 02:00 UTC for 4 h"},
		"aks monthly": {aks + `"absoluteMonthly":{"intervalMonths":1,"dayOfMonth":15}}}}]`, "every month on day 15 at 02:00 UTC for 4 h"},
		"aks last": {aks + `"relativeMonthly":{"intervalMonths":1,"weekIndex":"Last","dayOfWeek":"Sunday"}}}}]`,
			"every month on the last Sun at 02:00 UTC for 4 h"},
		"aks slots": {slot + `{"day":"Monday","hourSlots":[3,1,2,7]}]}]`,
			"every week on Mon at 01:00 UTC for 3 h; every week on Mon at 07:00 UTC for 1 h"},
		"rds":           {rds + `"sun:23:45-mon:00:30"}]}`, "every week on Sun at 23:45 UTC for 45 min"},
		"rds, all week": {rds + `"sun:00:00-sun:00:00"}]}`, "every week on Sun at 00:00 UTC for 7 days"},
		"rds cluster": {`{"DBClusters":[{"DBClusterIdentifier":"a","Engine":"aurora-mysql",` +
			`"PreferredMaintenanceWindow":"wed:04:00-wed:04:30"}]}`, "every week on Wed at 04:00 UTC for 30 min"},
		"atlas":       {atl + `7,"hourOfDay":4,"timeZoneId":"Europe/Berlin"}`, "every week on Sat at 04:00 Europe/Berlin for 1 h"},
		"atlas, yaml": {"dayOfWeek: 1\nhourOfDay: 0\nstartASAP: false\n", "every week on Sun at 00:00 UTC for 1 h"},
		"node group":  {grp + `"maxUnavailable":2}}}`, ""},
	} {
		if !Is([]byte(test.text), topOf(t, test.text)) {
			t.Errorf("%s is not taken for one", name)
		}
		var e cloud.Estate
		if err := Read("x.json", strings.NewReader(test.text), &e); err != nil || len(e.Windows) == 0 {
			t.Errorf("%s: %d windows, %v", name, len(e.Windows), err)
			continue
		}
		var got []string
		for _, w := range e.Windows[0].Windows {
			said, _, _ := strings.Cut(w.String(), ", but")
			got = append(got, said)
		}
		if said := strings.Join(got, "; "); said != test.want {
			t.Errorf("%s: %s, want %s", name, said, test.want)
		}
		if e.Windows[0].Position.Line != 1 || e.Windows[0].Name == "" {
			t.Errorf("%s: %+v", name, e.Windows[0])
		}
	}
}

// What is not as the clouds print it is told with its field, and other files are not taken
// for windows.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		gke + `"dailyMaintenanceWindow":{"startTime":"25:00"}}}}`:                                      "dailyMaintenanceWindow.startTime",
		gke + `"recurringWindow":{"window":{"startTime":"x"}}}}}`:                                      "recurringWindow.window.startTime",
		gke + `"maintenanceExclusions":{"x":{"startTime":"2026-12-05T00:00:00Z","endTime":"soon"}}}}}`: "maintenanceExclusions.x.endTime",
		aks + `"weekly":{"dayOfWeek":"Fryday"}}}}]`:                                                    "maintenanceWindow.schedule",
		aks + `}}}]`: "maintenanceWindow",
		aks + `"relativeMonthly":{"weekIndex":"Fifth","dayOfWeek":"Sunday"}}}}]`:                         "weekIndex",
		slot + `{"day":"Monday","hourSlots":[24]}]}]`:                                                    "timeInWeek[0].hourSlots",
		slot + strings.TrimSuffix(strings.Repeat(`{"day":"Monday","hourSlots":[1]},`, 201), ",") + `]}]`: "timeInWeek",
		slot + `{"day":"Someday"}]}]`:                                                                    "timeInWeek[0].day",
		rds + `"someday"}]}`:                                                                             "PreferredMaintenanceWindow",
		rds + `7}]}`:                                                                                     "PreferredMaintenanceWindow",
		atl + `8,"hourOfDay":4}`:                                                                         "dayOfWeek",
		atl + `1,"hourOfDay":24}`:                                                                        "hourOfDay",
		atl + `1,"hourOfDay":4,"timeZoneId":"Mars/Olympus"}`:                                             "timeZoneId",
		grp + `"maxUnavailable":"two"}}}`:                                                                "maxUnavailable",
	} {
		var e cloud.Estate
		var fault *document.Error
		if err := Read("x.json", strings.NewReader(text), &e); !errors.As(err, &fault) || !strings.HasSuffix(fault.Field, want) {
			t.Errorf("%s: %v, want a fault at %s", text, err, want)
		}
	}
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\ndata: {dayOfWeek: x, hourOfDay: y, startASAP: z}\n", `{"DBInstances":[]}`, "hourOfDay: 1\n", "",
		"components: {schemas: {Window: {properties: {dayOfWeek: {}, hourOfDay: {}, startASAP: {}}}}}\n", `{"nodegroup": "x"}`,
		`[{"name": "x", "maintenanceWindow": null}]`, `{"currentMasterVersions": []}`,
	} {
		if Is([]byte(text), topOf(t, text)) {
			t.Errorf("%s is taken for windows", text)
		}
	}
}

// topOf are the keys of the top mapping of a text.
func topOf(t *testing.T, text string) []string {
	t.Helper()
	var all map[string]any
	if err := yaml.Unmarshal([]byte(text), &all); err != nil {
		return nil
	}
	return slices.Collect(maps.Keys(all))

}
