package locate

import (
	"errors"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

func TestInstances(t *testing.T) {
	c := &responsibility.Catalog{Offerings: []*responsibility.Offering{{ID: "mongodb-community"}, {ID: "rds"}}}
	e := &database.Estate{Instances: []database.Instance{{Offering: "rds"}, {Offering: "mongodb-community"}}}
	places, err := Instances(c, e)
	if err != nil || len(places) != 2 || places[0].Offering.ID != "rds" || places[1].Offering.ID != "mongodb-community" || places[0].Basis != Proof || places[0].Evidence == "" {
		t.Errorf("%+v, %v", places, err)
	}
	for name, hint := range map[string]string{"mongodb-comunity": "it has mongodb-community", "elsewhere": "onus ladder --axis patching lists those of databases"} {
		e.Instances[1] = database.Instance{Offering: name, Position: origin.Position{File: "f.csv", Line: 3}}
		_, err := Instances(c, e)
		var fault *document.Error
		if !errors.As(err, &fault) || fault.Error() != "f.csv:3: offering: the catalog has no "+name || fault.Hint != hint {
			t.Errorf("%+v, %v", fault, err)
		}
	}
}
