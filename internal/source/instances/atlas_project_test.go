package instances

import (
	"fmt"
	"os"
	"testing"

	"github.com/onus-project/onus/internal/estate/database"
)

// Who may open connections, and of what somebody is told, as Atlas and AWS print it.
func TestWhatIsAroundInstances(t *testing.T) {
	for file, want := range map[string]string{
		"atlas-access-list.json": "[{mongodb-atlas 65aa 192.0.2.7/32 192.0.2.7/32 0001-01-01 00:00:00 +0000 UTC true f:2} " +
			"{mongodb-atlas 65aa 0.0.0.0/0 0.0.0.0/0 2026-11-30 12:00:00 +0000 UTC true f:3} " +
			"{mongodb-atlas 65aa invalid Prefix sg-0123 0001-01-01 00:00:00 +0000 UTC true f:4}] [] []",
		"atlas-alert-configs.json": "[] [] [{mongodb-atlas 65aa NO_PRIMARY true false false f:2} " +
			"{mongodb-atlas 65aa MAINTENANCE_STARTED false false false f:3} {mongodb-atlas 65aa NO_PRIMARY true true false f:4}]",
		"security-groups.json": "[] [{sg-1 [{[10.0.0.0/8] [pl-1] 5432 5432} {[::/0] [] 0 65535}] f:2}] []",
	} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, k := range []string{"results", "SecurityGroups"} {
			keys = append(keys, k)
		}
		var e database.Estate
		if err := Read("f", data, &e); err != nil || !Is(data, keys) {
			t.Errorf("%s: %v", file, err)
		}
		if got := fmt.Sprint(e.Entries, e.Groups, e.Alerts); got != want {
			t.Errorf("%s:\n%s, wants\n%s", file, got, want)
		}
	}
	if Is([]byte(`{"SecurityGroups": ["sg-1"]}`), []string{"SecurityGroups"}) {
		t.Error("a list of other things is taken for groups")
	}
	for _, text := range []string{
		`{"results": [{"groupId": "a", "cidrBlock": "anywhere"}]}`,
		`{"SecurityGroups": [{"GroupId": "a", "IpPermissions": [{"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "x"}]}]}]}`,
	} {
		if err := Read("f", []byte(text), &database.Estate{}); err == nil {
			t.Error(text)
		}
	}
}
