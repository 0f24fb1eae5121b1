package maintenance

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
)

var update = flag.Bool("update", false, "write what is read into testdata/full.txt")

// inFull is all that is read of a window, a line each.
func inFull(w *cloud.Window) string {
	said := fmt.Sprintf("%s %s %s: %s (%s)", w.Offering, w.Kind, w.Name, w.For, w.Work)
	for _, of := range []struct {
		is   bool
		said string
	}{{w.Set, "set"}, {w.Manual, "manual"}, {w.Nodes, "nodes"}, {w.Control != "", "by " + w.Control}, {w.Pool != "", "pool " + w.Pool}} {
		if of.is {
			said += ", " + of.said
		}
	}
	if u := w.Rolling.Unavailable; u.Nodes+u.Percent > 0 {
		said += fmt.Sprintf(", %d nodes or %d%%", u.Nodes, u.Percent)
	}
	lines := []string{said}
	for _, one := range w.Windows {
		lines = append(lines, "  "+one.String())
		for _, x := range one.Exclusions {
			from, until := x.From.Format("2006-01-02T15:04"), x.Until.Format("2006-01-02T15:04")
			lines = append(lines, fmt.Sprintf("  not %s to %s: %s of %q", from, until, x.Scope, x.Name))
		}
	}
	for _, n := range w.Notes {
		lines = append(lines, "  - "+n)
	}
	return strings.Join(lines, "\n") + "\n"
}

// All that commands print of windows is read: whose they are, what for, what begins without
// one, and what is to be known of each. A case of testdata/full.txt is a name, the output of
// a command, and what is read of it.
func TestReadInFull(t *testing.T) {
	const file = "testdata/full.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var made strings.Builder
	for _, one := range strings.Split(string(data), "== ")[1:] {
		name, rest, _ := strings.Cut(one, "\n")
		text, want, _ := strings.Cut(rest, "\n")
		var e cloud.Estate
		if err := Read("x.json", strings.NewReader(text), &e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := ""
		for i := range e.Windows {
			got += inFull(&e.Windows[i])
		}
		made.WriteString("== " + name + "\n" + text + "\n" + got)
		if got != want && !*update {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(made.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// More that is not as clouds print it is told with its field. What is about several things
// is told of each, and the others are read.
func TestFaultsOfFields(t *testing.T) {
	const exclusion = `"maintenanceExclusions":{"x":{"startTime":"2026-12-05T00:00:00Z","endTime":"2026-12-06T00:00:00Z",` +
		`"maintenanceExclusionOptions":{"scope":"NO_SLEEP"}}}}}}`
	notAllowed := strings.TrimSuffix(slot, `"timeInWeek":[`) + `"timeInWeek":[],"notAllowedTime":[`
	many := func(one string) string { return strings.TrimSuffix(strings.Repeat(one+",", 201), ",") }
	const span, dates = `{"start":"2026-12-06T00:00:00Z","end":"2026-12-07T00:00:00Z"}`, `{"start":"2026-12-23","end":"2027-01-02"}`
	exclusions := `"x":{}`
	for i := range 201 {
		exclusions += fmt.Sprintf(`,"x%d":{}`, i)
	}
	const week, hourly = `"sun:05:00-sun:05:30","PreferredBackupWindow":`, `"recurringWindow":{"recurrence":"FREQ=HOURLY","window":`
	const hours = `{"startTime":"2026-01-03T02:00:00Z","endTime":"2026-01-03T08:00:00Z"}`
	for _, x := range []struct{ want, text string }{
		{"maintenanceExclusions.x.maintenanceExclusionOptions.scope", gke + exclusion},
		{"maintenanceExclusions", gke + `"maintenanceExclusions":{` + exclusions + `}}}}`},
		{"recurringWindow", gke + hourly + hours + `}}}}`},
		{"notAllowedTime[0].start", notAllowed + `{"start":"soon","end":"2026-12-06T00:00:00Z"}]}]`},
		{"notAllowedTime[0].end", notAllowed + `{"start":"2026-12-06T00:00:00Z","end":"late"}]}]`},
		{"notAllowedTime", notAllowed + many(span) + `]}]`},
		{"notAllowedDates", aks + `"weekly":{"dayOfWeek":"Friday","intervalWeeks":1}},"notAllowedDates":[` + many(dates) + `]}}]`},
		{"maintenanceWindow.schedule", aks + `"relativeMonthly":{"weekIndex":"First","dayOfWeek":"Someday"}}}}]`},
		{"timeInWeek[0].hourSlots", slot + `{"day":"Monday","hourSlots":[-1]}]}]`},
		{"PreferredMaintenanceWindow", rds + `"sun:05:00"}]}`},
		{"PreferredMaintenanceWindow", rds + `"sun:05:00-son:06:00"}]}`},
		{"PreferredBackupWindow", rds + week + `"07:00"}]}`},
		{"PreferredBackupWindow", rds + week + `"7am-08:00"}]}`},
		{"dayOfWeek", atl + `-1,"hourOfDay":4}`},
		{"hourOfDay", atl + `1,"hourOfDay":-1}`},
		{"Engine", `{"DBInstanceIdentifier":"a","PreferredMaintenanceWindow":"x","Engine":{}}`},
	} {
		var e cloud.Estate
		var fault *document.Error
		err := Read("x.json", strings.NewReader(x.text), &e)
		if !errors.As(err, &fault) || !strings.HasSuffix(fault.Field, x.want) || fault.File != "x.json" {
			t.Errorf("%.300s: %v, want a fault at %s", x.text, err, x.want)
		}
	}
	var e cloud.Estate
	err := Read("x.json", strings.NewReader(`{"DBInstances":[{"DBInstanceIdentifier":"a","PreferredMaintenanceWindow":"never"},
{"DBInstanceIdentifier":"b","PreferredMaintenanceWindow":"sun:05:00-sun:05:30"},
{"DBInstanceIdentifier":"c","PreferredMaintenanceWindow":"late"}, {"other":1}]}`), &e)
	if len(e.Windows) != 1 || e.Windows[0].Name != "b" || err == nil || !strings.Contains(err.Error(), "x.json:1: ") ||
		!strings.Contains(err.Error(), "x.json:3: ") {
		t.Errorf("of a list: %+v, %v", e.Windows, err)
	}
	for text, want := range map[string]string{"a: [": "x.json:1", "": "", "# nothing\n": ""} {
		switch err := Read("x.json", strings.NewReader(text), &e); {
		case (err == nil) != (want == ""), err != nil && !strings.HasPrefix(err.Error(), want):
			t.Errorf("%q: %v", text, err)
		}
	}
}
