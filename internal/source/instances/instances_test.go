package instances

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
)

// read puts files of testdata together.
func read(t *testing.T, files ...string) (e database.Estate, faults []string) {
	t.Helper()
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := Read(name, data, &e); err != nil {
			faults = append(faults, strings.Split(err.Error(), "\n")...)
		}
	}
	e.Join()
	return e, faults
}

// said is an instance in a line.
func said(x *database.Instance) string {
	tri := func(name string, is *bool) string {
		if is == nil {
			return ""
		}
		return fmt.Sprintf(" %s=%t", name, *is)
	}
	line := strings.Join([]string{x.Name, x.Product, x.Version, x.Offering, x.Deployment, x.Role, x.Account, x.Region, x.Zone, x.Window}, "|")
	line += tri("standby", x.Standby) + tri("public", x.Public) + tri("minor", x.AutoMinor)
	if x.Wanted {
		line += " wanted"
	}
	if x.Controls != "" {
		line += " controls=" + x.Controls
	}
	return line
}

// What each command prints, alone and with others that say more of the same.
func TestRead(t *testing.T) {
	for name, x := range map[string]struct {
		files, want, faults []string
	}{
		"RDS instances": {[]string{"rds-instances"}, []string{
			"policy-admin|postgresql|16.4|rds|||111122223333|eu-central-1|eu-central-1a|sun:02:00-sun:02:30 standby=false public=true minor=true",
			"claims-1|aurora-postgresql|16.6|aurora|claims||111122223333|eu-central-1|eu-central-1b|mon:03:00-mon:03:30 public=false minor=false",
			"orders-copy|mysql|8.0.40|rds||read replica of orders|111122223333|eu-west-1||tue:03:00-tue:03:30",
		}, []string{"rds-instances:10: Engine: is docdb, of which the catalog has no offering"}},
		"RDS clusters alone": {[]string{"rds-clusters"}, []string{
			"claims-1|aurora-postgresql|16.6|aurora|claims|writer|111122223333|eu-central-1||mon:03:00-mon:03:30",
			"claims-2|aurora-postgresql|16.6|aurora|claims|reader|111122223333|eu-central-1||mon:03:00-mon:03:30",
		}, nil},
		"both": {[]string{"rds-clusters", "rds-instances"}, []string{
			"policy-admin|postgresql|16.4|rds|||111122223333|eu-central-1|eu-central-1a|sun:02:00-sun:02:30 standby=false public=true minor=true",
			"claims-1|aurora-postgresql|16.6|aurora|claims|writer|111122223333|eu-central-1|eu-central-1b|mon:03:00-mon:03:30" +
				" public=false minor=false",
			"orders-copy|mysql|8.0.40|rds||read replica of orders|111122223333|eu-west-1||tue:03:00-tue:03:30",
		}, []string{"rds-instances:10: Engine: is docdb, of which the catalog has no offering"}},
		"groups": {[]string{"elasticache-groups"}, []string{
			"session-cache-0001-001|redis||elasticache|session-cache|primary|111122223333|eu-central-1|eu-central-1a| standby=true",
			"session-cache-0001-002|redis||elasticache|session-cache|replica|111122223333|eu-central-1|eu-central-1b| standby=true",
			"session-cache-0002-001|redis||elasticache|session-cache/0002||111122223333|eu-central-1|eu-central-1c| standby=false",
		}, nil},
		"nodes go over what their group is to have": {[]string{"elasticache-clusters", "elasticache-groups"}, []string{
			"session-cache-0001-001|valkey|8.0.1|elasticache|session-cache|primary|111122223333|eu-central-1|eu-central-1a|sun:05:00-sun:09:00" +
				" standby=true minor=true",
			"render-memcached|memcached|1.6.22|elasticache|||||Multiple| standby=false",
			"session-cache-0002-001|redis||elasticache|session-cache/0002||111122223333|eu-central-1|eu-central-1c| standby=false",
		}, nil},
		"a domain": {[]string{"opensearch"}, []string{
			"logs|opensearch|2.11|opensearch-service|||111122223333|eu-central-1|| public=false"}, nil},
		"Ops Manager wants": {[]string{"opsmanager-automation-config"}, []string{
			"policy_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy||||| wanted controls=compressors snappy,zstd",
			"policy_1|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy|hidden|||| wanted",
			"policy_2|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy|arbiter|||| wanted",
			"config_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|configRS|config|||| wanted",
			"router_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policies|mongos|||| wanted",
		}, nil},
		"and has": {[]string{"opsmanager-automation-status", "opsmanager-automation-config"}, []string{
			"policy_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy||||| controls=compressors snappy,zstd",
			"policy_1|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy|hidden||||",
			"policy_2|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policy|arbiter|||| wanted",
			"config_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|configRS|config|||| wanted",
			"router_0|mongodb|8.0.17-ent|mongodb-enterprise-advanced|policies|mongos|||| wanted",
		}, nil},
		"processes": {[]string{"atlas-processes-half-rolled"}, []string{
			"claims-prod-shard-00-00.ab1cd.mongodb.net:27017|mongodb|8.0.17|mongodb-atlas|claims-prod|replica_secondary|65aa00000000000000000001|||",
			"claims-prod-shard-00-01.ab1cd.mongodb.net:27017|mongodb|8.0.17|mongodb-atlas|claims-prod|replica_secondary|65aa00000000000000000001|||",
			"claims-prod-shard-00-02.ab1cd.mongodb.net:27017|mongodb|8.0.16|mongodb-atlas|claims-prod|replica_primary|65aa00000000000000000001|||",
		}, nil},
	} {
		e, faults := read(t, x.files...)
		var got []string
		for i := range e.Instances {
			got = append(got, said(&e.Instances[i]))
		}
		if !slices.Equal(got, x.want) || !slices.Equal(faults, x.faults) {
			t.Errorf("%s:\n%s\nwants\n%s\n%q", name, strings.Join(got, "\n"), strings.Join(x.want, "\n"), faults)
		}
	}
}

// A cluster of Atlas says how many members there are to be, shard by shard, in both versions of its API.
func TestAtlasClusters(t *testing.T) {
	count := func(e *database.Estate) string {
		by := map[string]int{}
		var order []string
		for i := range e.Instances {
			x := &e.Instances[i]
			key := strings.Join([]string{x.Deployment, x.Version, x.Region, x.Role}, " ")
			if by[key]++; by[key] == 1 {
				order = append(order, key)
			}
		}
		for k := range order {
			order[k] = fmt.Sprintf("%d× %s", by[order[k]], strings.TrimSpace(order[k]))
		}
		return strings.Join(order, "; ")
	}
	e, faults := read(t, "atlas-clusters-2024-08-05")
	if got := count(&e); len(faults) > 0 || !strings.HasPrefix(got, "3× claims-prod 8.0.16 eu-central-1; "+
		"3× claims-prod/shard-1 8.0.16 eu-central-1; "+
		"1× claims-prod/shard-1 8.0.16 eu-central-1 analytics; ") {
		t.Error(got, faults)
	}
	e, _ = read(t, "atlas-clusters-2024-08-05", "atlas-processes-half-rolled")
	if got := count(&e); !strings.HasPrefix(got, "3× claims-prod/shard-1 ") ||
		!strings.HasSuffix(got, "1× claims-prod 8.0.16  replica_primary") {
		t.Error(got)
	}
	e = database.Estate{}
	older := `{"results": [{"name": "a", "groupId": "g", "clusterType": "SHARDED", "stateName": "IDLE",
		"mongoDBMajorVersion": "7.0", "replicationSpecs":
		[{"numShards": 2, "regionConfigs": [{"providerName": "GCP", "regionName": "WESTERN_EUROPE", "electableSpecs": {"nodeCount": 3}}]}]},
		{"name": "b", "groupId": "g", "clusterType": "REPLICASET", "stateName": "DELETING", "replicationSpecs": []},
		{"name": "c", "groupId": "g", "clusterType": "REPLICASET", "stateName": "IDLE", "mongoDBVersion": "8.0.16"}]}`
	if err := Read("f", []byte(older), &e); err != nil || count(&e) != "3× a 7.0 WESTERN_EUROPE; "+
		"3× a/shard-1 7.0 WESTERN_EUROPE; 1× c 8.0.16" {
		t.Error(err, count(&e))
	}
}

// What providers have in store, by either of the two forms of times.
func TestPending(t *testing.T) {
	e, _ := read(t, "rds-pending-maintenance", "elasticache-update-actions", "opensearch")
	var got []string
	day := func(name string, at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return " " + name + "=" + at.Format(time.DateOnly)
	}
	for _, p := range e.Pending {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Name, p.Offering, p.Action, p.Status))+day("required", p.Required)+
			day("forced", p.Forced)+day("planned", p.Planned)+day("due", p.Due)+map[bool]string{true: " missed"}[p.Missed])
	}
	want := []string{
		"policy-admin rds system-update required=2026-12-10 forced=2027-01-15 planned=2026-12-13",
		"policy-admin rds ca-certificate-rotation planned=2026-11-29",
		"claims aurora db-upgrade",
		"session-cache elasticache elc-20261012-001 not-applied due=2026-11-09 missed",
		"render-memcached elasticache elc-20261012-001 complete due=2026-11-09",
		"logs opensearch-service service software OpenSearch_2_11_R20251201 ELIGIBLE forced=2025-12-10",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwants\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var first database.Estate
	epoch := `{"PendingMaintenanceActions": [{"ResourceIdentifier": "arn:aws:rds:eu-west-1:1:db:a",
		"PendingMaintenanceActionDetails": [{"Action": "db-upgrade", "ForcedApplyDate": 1568926091.57}]}]}`
	if err := Read("f", []byte(epoch), &first); err != nil ||
		first.Pending[0].Forced.Format(time.DateTime) != "2019-09-19 20:48:11" {
		t.Error(err, first.Pending)
	}
}

// A fault names the file, the line, the field and the way out; the other things are read.
func TestFaults(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"{\"DBInstances\": [\n{\"DBInstanceIdentifier\": 5, \"Engine\": \"mysql\"}]}",
			"f:2: DBInstanceIdentifier: is a number (5), wants a string"},
		{"{\"DBInstances\": [\n{\"DBInstanceIdentifier\": \"\",\n\"Engine\": \"mysql\"}]}", "f:2: DBInstanceIdentifier: is empty"},
		{"{\"processes\": [{\"name\": \"a\"},\n{\"version\": \"8.0.1\"}], \"replicaSets\": []}",
			"f:2: processes[1].name: is empty, and so is hostname"},
		{`{"PendingMaintenanceActions": [{"ResourceIdentifier": "a", "PendingMaintenanceActionDetails": []}]}`,
			`f:1: ResourceIdentifier: is "a", wants an ARN`},
		{"{\"PendingMaintenanceActions\": [{\"ResourceIdentifier\": \"arn:aws:rds:a:1:db:a\", \"PendingMaintenanceActionDetails\": [\n" +
			"{\"ForcedApplyDate\": \"soon\"}]}]}", `f:2: PendingMaintenanceActionDetails[0].ForcedApplyDate: `},
		{`{"UpdateActions": [{"ServiceUpdateName": "a", "UpdateActionStatus": "b"}]}`,
			"f:1: ReplicationGroupId: is empty, and so is CacheClusterId"},
		{`{"DomainStatus": {"DomainName": "", "EngineVersion": "OpenSearch_2.11"}}`, "f:1: DomainName: is empty"},
		{`{"DBInstances": [`, "f:1: "},
		{`{"results": [{"name": "a", "groupId": "g", "clusterType": "REPLICASET", "replicationSpecs": [
			{"regionConfigs": [{"electableSpecs": {"nodeCount": -1}}]}]}]}`, "f:1: replicationSpecs: has fewer than 0 nodes"},
	} {
		err := Read("f", []byte(x.text), &database.Estate{})
		var fault *document.Error
		if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), x.want) {
			t.Errorf("%s: %v, wants %s", x.text, err, x.want)
		}
	}
}

// Each file is known by how it begins; what has one of the keys and not the others is no such list.
func TestIs(t *testing.T) {
	for text, want := range map[string]bool{
		`{"DBInstances": [`: true, `{"DomainStatus": {`: true, `{"results": [{"clusterType": "A", "groupId": "g", "replicationSpecs": [`: true,
		`{"results": [{"name": "a"}]}`: false, `{"processes": [], "name": "a"}`: false, `{"processes": [], "replicaSets": []}`: true,
		`{"kind": "Pod"}`: false, "": false, `{"result": {}}`: false,
	} {
		var keys []string
		for _, k := range []string{"DBInstances", "DomainStatus", "results", "processes", "replicaSets", "kind", "result", "name"} {
			if strings.HasPrefix(text, `{"`+k+`"`) || strings.Contains(text, `], "`+k+`"`) {
				keys = append(keys, k)
			}
		}
		if got := Is([]byte(text), keys); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 10 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e database.Estate
		err := Read("f", data, &e)
		e.Join()
		var fault *document.Error
		if err != nil && !errors.As(err, &fault) {
			t.Fatal(err)
		}
	})
}
