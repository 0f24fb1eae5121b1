package manifest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// Each kind that keeps the node pools of a cloud is evidence of what it is a pool of, and
// each that is such evidence is read.
func TestKindsOfCloudPools(t *testing.T) {
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	var told []responsibility.Condition
	for _, o := range known.Offerings {
		told = append(told, kindsIn(o.Evidence)...)
	}
	for _, p := range known.Platforms {
		told = append(told, kindsIn(p.Evidence)...)
	}
	for _, k := range kubernetes.Kinds {
		if k.Cloud && !slices.ContainsFunc(told, func(c responsibility.Condition) bool { return c.Matches(k.API()) }) {
			t.Errorf("%s is read, and no evidence of the catalog tells what it is a pool of", k.API())
		}
	}
	pool := regexp.MustCompile(`(?i)(node|agent|machine)_?(pool|group)$`)
	for _, c := range told {
		for _, api := range c.In {
			group, kind, _ := strings.Cut(api, "/")
			if !strings.Contains(group, ".") || !pool.MatchString(kind) { // Terraform and the like make no objects
				continue
			}
			e := mustRead(t, "{apiVersion: "+group+"/v1, kind: "+kind+", metadata: {name: a}, spec: {}}")
			if len(e.Pools) != 1 || e.Pools[0].API != api {
				t.Errorf("%s is evidence of the catalog, and not read", api)
			}
		}
	}
}

// kindsIn are the conditions of rules on kinds of objects.
func kindsIn(rules []responsibility.Rule) []responsibility.Condition {
	var all []responsibility.Condition
	for _, r := range rules {
		for _, c := range r.All {
			if c.Field == "api" && (len(c.In) > 0 || c.Prefix != "") {
				all = append(all, c)
			}
		}
	}
	return all
}
