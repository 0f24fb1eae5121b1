package responsibility

import (
	"errors"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/velocity"
)

// The strategies that others script against are there, and cumulative percentages of waves are as published.
func TestStrategies(t *testing.T) {
	c := builtin(t)
	for _, id := range []string{"aws-regional", "azure-fleet", "bottlerocket-accelerated", "bottlerocket-default", "bottlerocket-emergency",
		"gke-sequence"} {
		if c.Strategy(id) == nil {
			t.Errorf("there is no %s", id)
		}
	}
	s := c.Strategy("bottlerocket-default")
	if len(s.Waves) != 5 || s.Waves[3].Percent != 25 || s.Waves[4].After != velocity.Duration(144*time.Hour) || c.Strategy("none") != nil {
		t.Errorf("%+v", s)
	}
}

// One of somebody's own is read, and what is wrong with it has its line and field.
func TestReadStrategy(t *testing.T) {
	s, err := ReadStrategy("s.yaml", []byte("id: own\ntitle: Own\nby: zone\nconcurrency: 10%\nwaves: [{groups: 1, bake: 1d}, {each: 25%}]\n"))
	if err != nil || s.Concurrency.String() != "10%" || s.Waves[1].Each.Is != 25 {
		t.Errorf("%+v, %v", s, err)
	}
	for text, want := range map[string]document.Error{
		"id: a\ntitle: A\nwaves:\n- {percent: 50}\n- {percent: 40}\n- {}\n": {Line: 5, Field: "waves[1].percent"},
		"id: a\ntitle: A\nwaves:\n- {bake: soon}\n":                         {Line: 4, Field: "waves[0].bake"},
		"id: a\ntitle: A\nwave: []\nwaves: [{}]\n":                          {Line: 3, Field: "wave"},
		"": {Line: 1},
	} {
		_, err := ReadStrategy("s.yaml", []byte(text))
		var fault *document.Error
		if !errors.As(err, &fault) || fault.File != "s.yaml" || fault.Line != want.Line || fault.Field != want.Field {
			t.Errorf("%q: %v", text, err)
		}
	}
}
