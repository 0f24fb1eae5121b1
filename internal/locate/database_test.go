package locate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

func TestInstances(t *testing.T) {
	c := &responsibility.Catalog{Offerings: []*responsibility.Offering{{ID: "mongodb-community"}, {ID: "rds"}}}
	e := &database.Estate{Instances: []database.Instance{{Offering: "rds"}, {Offering: "mongodb-community"}}}
	places, faults := Instances(c, e)
	if faults != nil || len(places) != 2 || places[0].Offering.ID != "rds" || places[1].Offering.ID != "mongodb-community" ||
		places[0].Basis != Proof || len(places[0].Evidence) == 0 {
		t.Errorf("%+v, %v", places, faults)
	}
	for name, hint := range map[string]string{
		"mongodb-comunity": "it has mongodb-community",
		"elsewhere":        "onus ladder --axis patching lists those of databases",
	} {
		e.Instances = []database.Instance{{Offering: name, Position: origin.Position{File: "f.csv", Line: 3}}, {Offering: "rds"}}
		places, faults := Instances(c, e)
		if len(faults) != 1 || faults[0].Error() != "f.csv:3: offering: the catalog has no "+name || faults[0].Hint != hint {
			t.Errorf("%v", faults)
		}
		if len(places) != 1 || len(e.Instances) != 1 || e.Instances[0].Offering != "rds" {
			t.Errorf("%s takes others away: %+v", name, e.Instances)
		}
	}
}
