package patching

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// checks are all of this axis.
var checks = []check.Check{
	FleetVersionsKnown, RolloutWithinPatchTarget, ExposureClosed, WatchPendingMaintenance, MaintenanceWindowSet, SurviveFailover,
	VersionManifestFresh, RotateSecretsAfterLeak, SurviveElections, ReadyForUrgentMaintenance,
}

var loaded = sync.OnceValues(func() (*responsibility.Catalog, error) {
	return responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
})

var today = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

// by is what one check says of a database section, line by line.
func by(t *testing.T, one check.Check, e database.Estate) (said []string, notLookedAt bool) {
	t.Helper()
	return byFlaws(t, one, e, nil)
}

// withFlaws is what is said of versions, by the flaws of the tests.
func withFlaws(t *testing.T, e database.Estate) []string {
	t.Helper()
	e.Instances = slices.Clone(e.Instances)
	said, _ := byFlaws(t, RolloutWithinPatchTarget, e, flaws(t))
	return said
}

func byFlaws(t *testing.T, one check.Check, e database.Estate, flaws *advisory.Set) (said []string, notLookedAt bool) {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	all := &estate.Estate{Kubernetes: kubernetes.Link(&kubernetes.Raw{}), Database: e, Flaws: flaws, Today: today,
		PatchTarget: 21 * 24 * time.Hour}
	places := locate.Locate(c, all.Kubernetes, nil, c.Offering("eks-auto-mode"))
	places.Instances, _ = locate.Instances(c, &all.Database)
	result, err := check.Run(t.Context(), checks, c, all, places)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Obligation != one.ID {
			continue
		}
		said = append(said, fmt.Sprintf("%s %s on %s: %s", f.Verdict, f.Subject.Name, f.Offering, f.Message))
		if (f.Consequence != "") != (f.Verdict == finding.Broken) || len(f.Evidence) == 0 || f.Verdict == finding.Broken && f.Fix == nil {
			t.Errorf("%+v", f)
		}
	}
	return said, strings.Contains(strings.Join(result.NotLookedAt, " "), one.ID)
}

func day2026(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC)
}

// What a provider has in store, by the dates that it gives.
func TestWatchPendingMaintenance(t *testing.T) {
	for name, x := range map[string]struct {
		action database.Pending
		want   string
	}{
		"forced": {database.Pending{Forced: day2026(12, 24)},
			"broken a on rds: its x is forced from 24 December 2026 on, and nobody has chosen a time before"},
		"forced and planned after": {database.Pending{Forced: day2026(12, 24), Planned: day2026(12, 25)},
			"broken a on rds: its x is forced from 24 December 2026 on, and nobody has chosen a time before"},
		"forced and planned before": {database.Pending{Forced: day2026(12, 24), Planned: day2026(12, 13)},
			"held a on rds: 1 pending action applied, under way or dated"},
		"opted in": {database.Pending{Forced: day2026(12, 24), OptIn: "next-maintenance"},
			"held a on rds: 1 pending action applied, under way or dated"},
		"undone": {database.Pending{Forced: day2026(12, 24), OptIn: "undo-opt-in"},
			"broken a on rds: its x is forced from 24 December 2026 on, and nobody has chosen a time before"},
		"required": {database.Pending{Required: day2026(12, 10)}, "held a on rds: 1 pending action applied, under way or dated"},
		"offered":  {database.Pending{}, "unknown a on rds: its x has no date: it is only offered, and since when is not told"},
		"waits": {database.Pending{Offering: "elasticache", Status: "not-applied", Due: day2026(12, 10)},
			"unknown a on elasticache: its x waits for you until 10 December 2026"},
		"overdue by its date": {database.Pending{Offering: "elasticache", Status: "not-applied", Due: day2026(11, 9)},
			"broken a on elasticache: its x was to be applied by 9 November 2026 and is not-applied"},
		"overdue": {database.Pending{Offering: "elasticache", Status: "stopped", Due: day2026(12, 9), Missed: true},
			"broken a on elasticache: its x was to be applied by 9 December 2026 and is stopped"},
		"complete and late": {database.Pending{Offering: "elasticache", Status: "complete", Due: day2026(11, 9), Missed: true},
			"held a on elasticache: 1 pending action applied, under way or dated"},
		"of an offering that is not about it": {database.Pending{Offering: "mongodb-atlas"}, ""},
		"of none that is known":               {database.Pending{Offering: "nothing"}, ""},
	} {
		x.action.Name, x.action.Action = "a", "x"
		if x.action.Offering == "" {
			x.action.Offering = "rds"
		}
		said, _ := by(t, WatchPendingMaintenance, database.Estate{Pending: []database.Pending{x.action}})
		if strings.Join(said, "\n") != x.want {
			t.Errorf("%s: %q, wants %q", name, said, x.want)
		}
	}
	e := database.Estate{
		Instances: []database.Instance{{Name: "a", Product: "mysql", Offering: "aurora", Deployment: "c", Account: "1", Region: "r"}},
		Pending: []database.Pending{{Name: "c", Cluster: true, Account: "1", Region: "r", Offering: "rds", Action: "x", Required: day2026(12, 1)},
			{Name: "c", Cluster: true, Account: "1", Region: "r", Offering: "rds", Action: "y", Forced: day2026(12, 1)},
			{Name: "a", Cluster: true, Offering: "rds", Action: "z"}},
	}
	said, _ := by(t, WatchPendingMaintenance, e)
	if want := "unknown a on rds: its z has no date: it is only offered, and since when is not told\n" +
		"broken c on aurora: its y is forced from 1 December 2026 on, and nobody has chosen a time before"; strings.Join(said, "\n") != want {
		t.Errorf("%q", said)
	}
	if _, not := by(t, WatchPendingMaintenance, database.Estate{Instances: e.Instances}); !not {
		t.Error("without a list it counts as looked at")
	}
}

var yes, no = true, false

// What there is to fail over to, as far as it is told.
func TestSurviveFailover(t *testing.T) {
	for name, x := range map[string]struct {
		all  []database.Instance
		want string
	}{
		"two zones": {[]database.Instance{{Name: "a", Offering: "rds", Standby: &yes}}, "held a on rds: it has a standby to fail over to"},
		"one":       {[]database.Instance{{Name: "a", Offering: "rds", Standby: &no}}, "broken a on rds: it has nothing to fail over to"},
		"not told":  {[]database.Instance{{Name: "a", Offering: "rds"}}, ""},
		"a copy":    {[]database.Instance{{Name: "a", Offering: "rds", Standby: &no, Role: "read replica of b"}}, ""},
		"a cluster": {[]database.Instance{{Name: "a", Offering: "aurora", Deployment: "c"}, {Name: "b", Offering: "aurora", Deployment: "c"}},
			"held c on aurora: it has a standby to fail over to"},
		"a cluster of 1": {[]database.Instance{{Name: "a", Offering: "aurora", Deployment: "c"}},
			"broken c on aurora: it has nothing to fail over to"},
		"a cache alone": {[]database.Instance{{Name: "a", Offering: "elasticache", Standby: &no}},
			"broken a on elasticache: it has nothing to fail over to"},
		"one's own": {[]database.Instance{{Name: "a", Offering: "mongodb-community", Standby: &no}}, ""},
		"a cloud's other": {[]database.Instance{{Name: "a", Offering: "cloud-sql", Standby: &no}},
			"broken a on cloud-sql: it has nothing to fail over to"},
	} {
		said, not := by(t, SurviveFailover, database.Estate{Instances: x.all})
		if strings.Join(said, "\n") != x.want || not != (name == "not told") {
			t.Errorf("%s: %q, wants %q; %t", name, said, x.want, not)
		}
	}
}

// wanted is one instance that is to run a version.
func wanted(version string) database.Estate {
	return database.Estate{Instances: []database.Instance{
		{Name: "a", Product: "mongodb", Version: version, Offering: "mongodb-enterprise-advanced", Wanted: true},
	}}
}

// Of what is wanted only a flaw is told: whether it runs, and so whether a flaw is gone, is not known.
func TestWantedVersions(t *testing.T) {
	for version, want := range map[string]string{"8.0.17": "unknown", "8.0.16": "broken"} {
		e := wanted(version)
		for _, done := range []bool{false, true} {
			if done && want == "unknown" {
				want = "held"
			}
			e.Progress = []database.Progress{{Name: "a", Done: done}}
			if said := withFlaws(t, e); len(said) != 1 || !strings.HasPrefix(said[0], want+" a ") {
				t.Errorf("%s, %t: %q, wants %s", version, done, said, want)
			}
		}
	}
	if said, _ := by(t, FleetVersionsKnown, wanted("8.0.17")); len(said) != 1 || !strings.HasPrefix(said[0], "unknown a ") {
		t.Errorf("%q", said)
	}
}

// A manifest has what members with a flaw are to go to, or a later version of that branch.
func TestVersionManifestFresh(t *testing.T) {
	const needed = "mongodb 8.0.17 or later"
	for name, x := range map[string]struct {
		runs, offering string
		offers         []string
		want           string
	}{
		"has it": {"8.0.16", "mongodb-enterprise-advanced", []string{"8.0.17-ent"},
			"held f on mongodb-enterprise-advanced: it has " + needed + ", which members with a flaw are to go to"},
		"has a later": {"8.0.16", "mongodb-enterprise-advanced", []string{"7.0.1", "8.0.20"},
			"held f on mongodb-enterprise-advanced: it has " + needed + ", which members with a flaw are to go to"},
		"lacks it": {"8.0.16", "mongodb-enterprise-advanced", []string{"8.0.16", "8.2.9"},
			"broken f on mongodb-enterprise-advanced: automation cannot install " + needed},
		"nothing to do": {"8.0.17", "mongodb-enterprise-advanced", []string{"8.0.16"},
			"unknown f on mongodb-enterprise-advanced: no member waits for a fix, and how old the manifest is, is not told"},
		"of others": {"8.0.16", "mongodb-community", []string{"8.0.16"},
			"unknown f on mongodb-enterprise-advanced: no member waits for a fix, and how old the manifest is, is not told"},
	} {
		e := database.Estate{
			Instances: []database.Instance{{Name: "a", Product: "mongodb", Version: x.runs, Offering: x.offering}, {Name: "b", Product: "mongodb",
				Version: x.runs, Offering: x.offering}},
			Offers: []database.Offer{{Offering: "mongodb-enterprise-advanced", Versions: x.offers, Position: origin.Position{File: "f", Line: 1}}},
		}
		if said, _ := byFlaws(t, VersionManifestFresh, e, flaws(t)); len(said) != 1 || said[0] != x.want {
			t.Errorf("%s: %q, wants %s", name, said, x.want)
		}
	}
	if said, not := by(t, VersionManifestFresh, wanted("8.0.16")); len(said) > 0 || !not {
		t.Errorf("%q, %t", said, not)
	}
}

// A public address may be closed by what was not read; one that is not public is closed.
func TestExposureClosed(t *testing.T) {
	const open = "its address is public, and whether a security group or a policy lets none but known networks in was not read"
	for name, x := range map[string]struct {
		all  []database.Instance
		want string
	}{
		"public":   {[]database.Instance{{Name: "a", Offering: "rds", Public: &yes}}, "unknown a on rds: " + open},
		"inside":   {[]database.Instance{{Name: "a", Offering: "rds", Public: &no}}, "held a on rds: it has no public address"},
		"not told": {[]database.Instance{{Name: "a", Offering: "rds"}}, ""},
		"in part": {[]database.Instance{{Name: "a", Offering: "aurora", Deployment: "c", Public: &no},
			{Name: "b", Offering: "aurora", Deployment: "c"}},
			"unknown c on aurora: of 1 of its 2 instances it is not known who reaches them"},
		"one of two": {[]database.Instance{{Name: "a", Offering: "aurora", Deployment: "c", Public: &no},
			{Name: "b", Offering: "aurora", Deployment: "c", Public: &yes}}, "unknown c on aurora: " + open},
	} {
		e := database.Estate{Instances: x.all}
		for i := range e.Instances {
			e.Instances[i].Product = "postgresql"
		}
		said, not := by(t, ExposureClosed, e)
		if got := strings.Join(said, "\n"); got != x.want && x.want != "" || x.want == "" && len(said) > 0 ||
			not != (name == "not told" || name == "in part") {
			t.Errorf("%s: %q, wants %q; %t", name, said, x.want, not)
		}
	}
}

// A window that somebody chose, and one that AWS may have.
func TestMaintenanceWindowSet(t *testing.T) {
	for window, want := range map[string]string{
		"sun:02:00-sun:04:00": "held a on rds: its maintenance window is set",
		"sun:02:00-sun:02:30": "unknown a on rds: its window is one of 30 min, as AWS chooses where nobody does",
		"Sat 02:00+1h":        "held a on rds: its maintenance window is set",
		"at night":            `unknown a on rds: "at night" is no window`,
		"":                    "",
	} {
		said, not := by(t, MaintenanceWindowSet, database.Estate{Instances: []database.Instance{{Name: "a", Offering: "rds", Window: window}}})
		if strings.Join(said, "\n") != want || not != (window == "") {
			t.Errorf("%s: %q, wants %q; %t", window, said, want, not)
		}
	}
	said, _ := by(t, MaintenanceWindowSet, database.Estate{Instances: []database.Instance{
		{Name: "a", Offering: "elasticache", Window: "sun:02:00-sun:02:30"},
		{Name: "b", Offering: "mongodb-community", Window: "sun:02:00-sun:04:00"}}})
	if len(said) != 1 || said[0] != "held a on elasticache: its maintenance window is set" {
		t.Errorf("%q", said)
	}
}

// A custom resource that leaves the version to its operator is asked for none; one that names
// one is judged by it, and an inventory is asked for each.
func TestVersionsThatOperatorsChoose(t *testing.T) {
	chosen := database.Instance{Name: "a", Deployment: "d", Product: "mongodb", Offering: "mongodb-community", Custom: true}
	named, listed := chosen, chosen
	named.Version, listed.Custom = "8.0.17", false
	for name, x := range map[string]struct {
		all  []database.Instance
		want int
	}{
		"left to the operator": {[]database.Instance{chosen, chosen}, 0},
		"named":                {[]database.Instance{named, chosen}, 1},
		"of an inventory":      {[]database.Instance{listed}, 1},
	} {
		if said, _ := by(t, FleetVersionsKnown, database.Estate{Instances: x.all}); len(said) != x.want {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// What is pending is applied as the catalog says of its offering, and by no other's command.
func TestHowPendingActionsAreApplied(t *testing.T) {
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, o := range c.Offerings {
		if o.Databases.Apply == "" {
			continue
		}
		tried++
		all := &estate.Estate{Today: today, Kubernetes: kubernetes.Link(&kubernetes.Raw{}),
			Database: database.Estate{Pending: []database.Pending{{Name: "a", Offering: o.ID, Action: "x"}}}}
		result, err := check.Run(t.Context(), checks, c, all, locate.Locate(c, all.Kubernetes, nil, c.Offering("eks-auto-mode")))
		if err != nil || len(result.Findings) != 1 {
			t.Fatalf("%s: %v, %+v", o.ID, err, result.Findings)
		}
		if fix := result.Findings[0].Fix; fix == nil || fix.Summary != o.Databases.Apply {
			t.Errorf("%s: %+v", o.ID, fix)
		}
	}
	if tried < 3 {
		t.Errorf("%d offerings of databases", tried)
	}
}
