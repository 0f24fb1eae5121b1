package patching

import (
	"fmt"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
)

// What is told of a project is joined once: many databases of one, and many projects, take no longer for each.
func TestManyDatabasesOfProjects(t *testing.T) {
	const many = 25_000
	for _, accounts := range []int{1, many} {
		e := database.Estate{}
		for i := range many {
			account := fmt.Sprint("p", i%accounts)
			e.Instances = append(e.Instances,
				database.Instance{Name: fmt.Sprint("a", i), Product: "mongodb", Offering: "mongodb-atlas", Account: account})
			if i < accounts {
				e.Alerts = append(e.Alerts, database.Alert{Offering: "mongodb-atlas", Account: account, Event: "NO_PRIMARY", On: true})
			}
		}
		began := time.Now()
		said := aroundAtlas(t, MaintenanceWindowSet, e, cloud.Window{Offering: "mongodb-atlas", Project: true, Set: true, Protected: true})
		if took := time.Since(began); took > 10*time.Second || (len(said) == many) != (accounts == 1) {
			t.Errorf("%d accounts: %s for %d findings", accounts, took, len(said))
		}
	}
}
