package fleet

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/velocity"
)

// made is the fleet of some instances.
func made(t *testing.T, asked Asked, all ...database.Instance) *Fleet {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	e := &database.Estate{Instances: all}
	places, faults := locate.Instances(c, e)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	f := &Fleet{}
	f.Add(e, places, &asked)
	return f
}

func instance(deployment, role, version, offering string) database.Instance {
	return database.Instance{Product: "mongodb", Version: version, Deployment: deployment, Role: role, Offering: offering,
		Name: deployment + role}
}

// Instances that name one deployment are its members, by the words of any product for what they are.
func TestMembers(t *testing.T) {
	f := made(t, Asked{Concern: 2}, instance("a", "REPLICA_PRIMARY", "8.0.1", "mongodb-atlas"),
		instance("b", "", "8.0.1", "mongodb-community"),
		instance("a", "arbiter", "8.0.1", "mongodb-atlas"), instance("b", "", "7.0.1", "mongodb-community"),
		instance("a", "SHARD_CONFIG_SECONDARY", "8.0.1", "mongodb-atlas"), instance("c", "mongos", "8.0.1", "rds"))
	if len(f.Deployments) != 3 || f.Guessed != 1 || f.Shared != 1 || len(f.Assumes()) != 2 {
		t.Fatalf("%+v", f.Deployments)
	}
	a, b, c := &f.Deployments[0], &f.Deployments[1], &f.Deployments[2]
	if !a.Provider || !a.BeginsOnly || a.Members[0].Role != velocity.Primary ||
		a.Members[1].Role != velocity.Arbiter ||
		a.Members[2].Part != velocity.ConfigServers || a.Members[2].Set == a.Members[0].Set || a.Concern != 2 {
		t.Errorf("%+v", a)
	}
	if b.Provider || b.Members[1].Role != velocity.Primary || b.Stratum != "mongodb 8.0, mongodb 7.0" || len(b.Members) != 2 {
		t.Errorf("%+v", b)
	}
	if c.Members[0].Part != velocity.Router {
		t.Errorf("%+v", c)
	}
}

// Windows are read as AWS writes them and as onus does; one that is neither is a fault, told once.
func TestWindows(t *testing.T) {
	all := make([]database.Instance, 5)
	for i, w := range []string{"sun:02:00-sun:04:00", "Sat,Sun 02:00+4h Europe/Berlin", "sun:02:00-sun:04:00", "at night", "at night"} {
		all[i] = instance(string(rune('a'+i)), "", "8.0.1", "mongodb-community")
		all[i].Window = w
	}
	f := made(t, Asked{}, all...)
	if len(f.Windows) != 2 || f.Deployments[2].Window != 0 || f.Deployments[4].Window != velocity.None || len(f.Faults) != 1 {
		t.Errorf("%+v, %v", f.Windows, f.Faults)
	}
}

// Who has no flaw is left alone, who gets no fix is left and says why, and what nobody knows is patched, too.
func TestFlaws(t *testing.T) {
	set, err := advisory.Shipped(catalog.Files)
	if err != nil {
		t.Fatal(err)
	}
	const record = `{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2026-1", "state": "PUBLISHED"},
		"containers": {"cna": {"affected": [{"vendor": "MongoDB Inc.", "product": "MongoDB Server", "versions": [
		{"version": "8.0", "lessThan": "8.0.17", "status": "affected", "versionType": "custom"},
		{"version": "4.2", "status": "affected", "versionType": "custom"}]}]}}}`
	if fault := set.Read("a.json", []byte(record)); fault != nil {
		t.Fatal(fault)
	}
	f := made(t, Asked{Flaws: []string{"CVE-2026-1"}, Advisories: set}, instance("open", "", "8.0.16", "mongodb-community"),
		instance("fixed", "", "8.0.17", "mongodb-community"), instance("lost", "", "4.2.25", "mongodb-community"),
		instance("unknown", "", "8.0", "mongodb-community"),
		database.Instance{Product: "kafka", Version: "3.9.0", Name: "other", Offering: "msk"})
	fixed := map[string]bool{}
	for _, d := range f.Deployments {
		fixed[d.Name] = d.Members[0].Fixed
	}
	if fixed["open"] || !fixed["fixed"] || fixed["lost"] || fixed["unknown"] || !fixed["other"] || f.Unknown != 1 ||
		!strings.Contains(f.Deployments[2].NoFix, "; 8.0.17 is the next version that has one") {
		t.Errorf("%v, %d, %+v", fixed, f.Unknown, f.Deployments)
	}
}
