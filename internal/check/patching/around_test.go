package patching

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

func entry(account, network string) database.Entry {
	n, _ := database.ParseNetwork(network)
	return database.Entry{Offering: "mongodb-atlas", Account: account, Network: n, Text: network}
}

// What the list of a project of Atlas lets in, and the security groups of an instance of RDS.
func TestWhoMayConnect(t *testing.T) {
	atlas := database.Instance{Name: "a", Product: "mongodb", Version: "8.0.29", Offering: "mongodb-atlas", Account: "p"}
	ended, further := entry("p", "0.0.0.0/0"), entry("p", "192.0.2.7")
	ended.Until, further.More = today.Add(-time.Hour), true
	rds := database.Instance{Name: "a", Product: "postgresql", Offering: "rds", Public: &yes, Groups: []string{"sg-1", "sg-2"}, Port: 5432}
	group := func(id, network string, from, to int, lists ...string) database.Group {
		r := database.Rule{From: from, To: to, Lists: lists}
		if network != "" {
			r.Networks = []netip.Prefix{netip.MustParsePrefix(network)}
		}
		return database.Group{ID: id, Rules: []database.Rule{r}}
	}
	for name, x := range map[string]struct {
		in      database.Instance
		entries []database.Entry
		groups  []database.Group
		want    string
	}{
		"all of the Internet":     {atlas, []database.Entry{entry("p", "10.0.0.0/8"), entry("p", "0.0.0.0/0")}, nil, "broken everybody can"},
		"an office":               {atlas, []database.Entry{entry("p", "192.0.2.0/24")}, nil, "held none but networks"},
		"another project":         {atlas, []database.Entry{entry("q", "0.0.0.0/0")}, nil, ""},
		"it ended":                {atlas, []database.Entry{ended, entry("p", "192.0.2.7")}, nil, "held none but networks"},
		"the list goes on":        {atlas, []database.Entry{further}, nil, "unknown the list of its project goes on"},
		"it goes on, and is open": {atlas, []database.Entry{further, entry("p", "::/0")}, nil, "broken everybody can"},
		"a security group": {atlas, []database.Entry{{Offering: "mongodb-atlas", Account: "p", Text: "sg-1"}}, nil,
			"held none but networks"},
		"closed groups": {rds, nil, []database.Group{group("sg-1", "10.0.0.0/8", 5432, 5432), group("sg-2", "192.0.2.0/24", 0, 65535)},
			"held none"},
		"an open group":        {rds, nil, []database.Group{group("sg-1", "0.0.0.0/0", 0, 65535)}, "broken everybody can"},
		"open at another port": {rds, nil, []database.Group{group("sg-1", "0.0.0.0/0", 22, 22), group("sg-2", "", 1, 1)}, "held none"},
		"one group was not read": {rds, nil, []database.Group{group("sg-1", "10.0.0.0/8", 5432, 5432)},
			"unknown its address is public, and its security group sg-2"},
		"none was": {rds, nil, []database.Group{group("sg-9", "0.0.0.0/0", 0, 65535)},
			"unknown its address is public, and whether"},
		"a list that was not read": {rds, nil, []database.Group{group("sg-1", "", 5432, 5432, "pl-1"), group("sg-2", "", 1, 1)},
			"unknown its address is public, and whom"},
	} {
		said, not := by(t, ExposureClosed, database.Estate{Instances: []database.Instance{x.in}, Entries: x.entries, Groups: x.groups})
		got := strings.Replace(strings.Join(said, "\n"), " a on "+x.in.Offering+":", "", 1)
		if !strings.HasPrefix(got, x.want) || x.want == "" && got != "" || not != (x.want == "") {
			t.Errorf("%s: %q, wants %q; %t", name, got, x.want, not)
		}
	}
}

// aroundAtlas is what one check says of an estate with windows of projects.
func aroundAtlas(t *testing.T, one check.Check, e database.Estate, windows ...cloud.Window) (said []string) {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	all := &estate.Estate{Kubernetes: kubernetes.Link(&kubernetes.Raw{}), Database: e, Cloud: cloud.Estate{Windows: windows}, Today: today}
	places := locate.Locate(c, all.Kubernetes, nil, c.Offering("eks-auto-mode"))
	places.Instances, _ = locate.Instances(c, &all.Database)
	result, err := check.Run(context.Background(), checks, c, all, places)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Obligation != one.ID {
			continue
		}
		said = append(said, fmt.Sprintf("%s %s", f.Verdict, f.Message))
		if (f.Consequence != "") != (f.Verdict == finding.Broken) || len(f.Evidence) == 0 || (f.Fix != nil) != (f.Verdict != finding.Held) {
			t.Errorf("%+v", f)
		}
	}
	return said
}

// The window of a project counts where no other project was read.
func TestWindowOfAProject(t *testing.T) {
	one := database.Instance{Name: "a", Product: "mongodb", Offering: "mongodb-atlas", Account: "p"}
	other := one
	other.Account = "q"
	set := cloud.Window{Offering: "mongodb-atlas", Project: true, Set: true, Protected: true}
	bare, unset := set, cloud.Window{Offering: "mongodb-atlas", Project: true}
	bare.Protected = false
	for name, x := range map[string]struct {
		all     []database.Instance
		windows []cloud.Window
		want    string
	}{
		"set": {[]database.Instance{one}, []cloud.Window{set}, "held its project has a maintenance window and protected hours"},
		"not protected": {[]database.Instance{one}, []cloud.Window{bare},
			"unknown its project has a maintenance window, and no protected hours are told"},
		"not set":        {[]database.Instance{one}, []cloud.Window{unset}, "broken nobody chose when it is maintained"},
		"of which one":   {[]database.Instance{one, other}, []cloud.Window{unset}, ""},
		"two windows":    {[]database.Instance{one}, []cloud.Window{set, unset}, ""},
		"of another one": {[]database.Instance{one}, []cloud.Window{{Offering: "rds", Project: true}}, ""},
	} {
		if got := strings.Join(aroundAtlas(t, MaintenanceWindowSet, database.Estate{Instances: x.all}, x.windows...), "\n"); got != x.want {
			t.Errorf("%s: %q, wants %q", name, got, x.want)
		}
	}
}

// Rehearsed outside of the window and told of the next one; each of the two alone is not enough.
func TestReadyForUrgentMaintenance(t *testing.T) {
	alert := func(event string, on, more bool) database.Alert {
		return database.Alert{Offering: "mongodb-atlas", Account: "p", Event: event, On: on, More: more}
	}
	by := func(a database.Alert) database.Alert {
		a.Some = true
		return a
	}
	both := []database.Alert{alert("NO_PRIMARY", true, false), alert("MAINTENANCE_STARTED", true, false)}
	for name, x := range map[string]struct {
		tested, window string
		alerts         []database.Alert
		want           string
	}{
		"ready": {"2026-11-12T14:00:00Z", "sun:02:00-sun:04:00", both,
			"held a failover was rehearsed outside of its window"},
		"in its window": {"2026-11-15T03:00:00Z", "sun:02:00-sun:04:00", both,
			"unknown its last failover was rehearsed in its window"},
		"at an hour not told": {"2026-11-12", "sun:02:00-sun:04:00", both,
			"unknown its last failover was rehearsed on 12 November 2026; at what hour"},
		"long ago": {"2026-06-01T14:00:00Z", "", both,
			"broken its last failover was rehearsed on 1 June 2026, 14:00 UTC, 181 days ago"},
		"planned":               {"2026-12-12T14:00:00Z", "", both, "unknown its failover is to be rehearsed"},
		"never told":            {"", "", both, "unknown whether a failover of it was rehearsed is not told"},
		"no alerts read":        {"2026-11-12T14:00:00Z", "", nil, "unknown whether somebody is told of maintenance is not known"},
		"no alert on an outage": {"2026-11-12T14:00:00Z", "", both[1:], "broken no alert of its project says that a set has no primary"},
		"switched off": {"", "", []database.Alert{alert("NO_PRIMARY", false, false)},
			"broken no alert of its project says that a set"},
		"no alert on maintenance": {"2026-11-12T14:00:00Z", "", both[:1], "unknown no alert of its project says that maintenance began"},
		"a page of them": {"2026-11-12T14:00:00Z", "", []database.Alert{alert("X", true, true)},
			"unknown the list of alerts goes on"},
		"nothing": {"", "", nil, ""},
		"a window that cannot be read": {"2026-11-12T14:00:00Z", "weekly on sundays", both,
			"unknown its last failover was rehearsed on 12 November 2026, 14:00 UTC; whether that was in its window"},
		"no window": {"2026-11-12T14:00:00Z", "", both, "held a failover was rehearsed at an hour that is told"},
		"on others": {"2026-11-12T14:00:00Z", "", []database.Alert{by(both[0]), both[1]},
			"unknown an alert of its project is on some of its databases alone"},
		"on others, and on all": {"2026-11-12T14:00:00Z", "", append(both, by(both[0])), "held a failover was rehearsed"},
		"of maintenance of others": {"2026-11-12T14:00:00Z", "", []database.Alert{both[0], by(both[1])},
			"unknown an alert of its project is on some"},
		"of that alone": {"2026-11-12T14:00:00Z", "", []database.Alert{by(both[1])},
			"broken no alert of its project says that a set"},
		"on others, and switched off": {"", "", []database.Alert{by(alert("NO_PRIMARY", false, false))},
			"broken no alert of its project says that a set"},
		"of maintenance in advance": {"2026-11-12T14:00:00Z", "", []database.Alert{both[0], alert("MAINTENANCE_IN_ADVANCED", true, false)},
			"unknown no alert of its project says that maintenance began"},
		"of maintenance no longer needed": {"2026-11-12T14:00:00Z", "",
			[]database.Alert{both[0], alert("MAINTENANCE_NO_LONGER_NEEDED", true, false)},
			"unknown no alert of its project says that maintenance began"},
	} {
		in := database.Instance{Name: "a", Product: "mongodb", Offering: "mongodb-atlas", Account: "p", Window: x.window}
		in.Tested, _ = database.ParseMoment(x.tested)
		e := database.Estate{Instances: []database.Instance{in}, Alerts: x.alerts}
		got := strings.Join(aroundAtlas(t, ReadyForUrgentMaintenance, e), "\n")
		if !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s: %q, wants %q", name, got, x.want)
		}
	}
}

// A rehearsal in the window of the project says as little of other hours as one in its own.
func TestRehearsedInTheWindowOfAProject(t *testing.T) {
	weekly := disruption.Window{Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Thursday}},
		At: 14 * time.Hour, Length: time.Hour}
	set := cloud.Window{Offering: "mongodb-atlas", Project: true, Set: true, Windows: []disruption.Window{weekly}}
	unset := cloud.Window{Offering: "mongodb-atlas", Project: true}
	for name, x := range map[string]struct {
		tested, window string
		none           bool
		windows        []cloud.Window
		want           string
	}{
		"in it": {"2026-11-12T14:30:00Z", "", false, []cloud.Window{set},
			"unknown its last failover was rehearsed in its window"},
		"outside": {"2026-11-12T16:30:00Z", "", false, []cloud.Window{set},
			"held a failover was rehearsed outside of its window"},
		"its own goes before": {"2026-11-12T14:30:00Z", "sun:02:00-sun:04:00", false, []cloud.Window{set},
			"held a failover was rehearsed outside"},
		"it has none":          {"2026-11-12T14:30:00Z", "", true, []cloud.Window{set}, "held a failover was rehearsed at an hour"},
		"its project has none": {"2026-11-12T14:30:00Z", "", false, []cloud.Window{unset}, "held a failover was rehearsed at an hour"},
		"of which project it is": {"2026-11-12T16:30:00Z", "", false, []cloud.Window{set, unset},
			"unknown its last failover was rehearsed on 12 November"},
		"none of the two has one": {"2026-11-12T16:30:00Z", "", false, []cloud.Window{unset, unset}, "held a failover was rehearsed at an hour"},
	} {
		in := database.Instance{Name: "a", Product: "mongodb", Offering: "mongodb-atlas", Account: "p", Window: x.window, NoWindow: x.none}
		in.Tested, _ = database.ParseMoment(x.tested)
		e := database.Estate{Instances: []database.Instance{in}}
		for _, event := range []string{"NO_PRIMARY", "MAINTENANCE_STARTED"} {
			e.Alerts = append(e.Alerts, database.Alert{Offering: "mongodb-atlas", Account: "p", Event: event, On: true})
		}
		if got := strings.Join(aroundAtlas(t, ReadyForUrgentMaintenance, e, x.windows...), "\n"); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: %q, wants %q", name, got, x.want)
		}
	}
}
