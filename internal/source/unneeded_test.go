package source

import (
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

// Nobody needs what is there to be tried, where what is tried was read as well;
// what others install, and samples that put parts together, somebody may need.
func TestUnneeded(t *testing.T) {
	inFolder(t, "-- shop/values-dev.yaml --\nhost: shop.localhost\n-- shop/values-test.yaml --\nhost: shop.localhost\n")
	const tests, developer = "is there for tests or development", "is for the machine of a developer or for CI by its name or what it says"
	chart := func(path string, trial bool) unit.Unit {
		return unit.Unit{Kind: unit.Chart, Path: path, Trial: trial}
	}
	for _, c := range []struct {
		name   string
		of     unit.Unit
		others []unit.Unit // that could be built
		failed []unit.Unit // that could not
		want   string
	}{
		{"told before", unit.Unit{Kind: unit.Kustomization, Path: "apps", Unneeded: "is old"}, nil, nil, "is old"},
		{"a kustomization", unit.Unit{Kind: unit.Kustomization, Path: "apps/web"}, nil, nil, ""},
		{"a kustomization for tests", unit.Unit{Kind: unit.Kustomization, Path: "apps/e2e/web", Trial: true}, nil, nil,
			"stands in apps/e2e, a folder of tests"},
		{"a kustomization of a tutorial", unit.Unit{Kind: unit.Kustomization, Path: "tutorials/web"}, nil, nil,
			"stands in tutorials, a folder of tutorials"},
		{"a kustomization of a sample", unit.Unit{Kind: unit.Kustomization, Path: "examples/web"}, nil, nil, ""},
		{"applied by a tutorial", unit.Unit{Kind: unit.ArgoCD, Path: "apps/web", By: "tutorials/app.yaml"}, nil, nil,
			"is applied by what stands in tutorials, a folder of tutorials"},
		{"applied by something else", unit.Unit{Kind: unit.ArgoCD, Path: "apps/web", By: "apps/app.yaml"}, nil, nil, ""},
		{"a chart for a developer", chart("shop/values-dev.yaml", true), nil, nil, developer},
		{"files of that name", unit.Unit{Kind: unit.Files, Path: "shop/values-dev.yaml"}, nil, nil, ""},
		{"a chart", chart("shop", false), []unit.Unit{chart("shop", false)}, nil, ""},
		{"values of chart-testing", chart("shop/ci/a-values.yaml", true), nil, nil, tests},
		{"values for tests, and the chart", chart("shop/values-test.yaml", true), []unit.Unit{chart("shop", false)}, nil, tests},
		{"values for tests, and others", chart("shop/values-test.yaml", true), []unit.Unit{chart("shop/values-prod.yaml", false)}, nil, tests},
		{"values in a folder for tests", chart("shop/tests/values.yaml", true), []unit.Unit{chart("shop", false)}, nil, tests},
		{"values for tests alone", chart("shop/values-test.yaml", true), nil, nil, ""},
		{"values for tests, and other tests", chart("shop/values-test.yaml", true), []unit.Unit{chart("shop/values-kind.yaml", true)}, nil, ""},
		{"values for tests, and a chart that could not be built", chart("shop/values-test.yaml", true), nil,
			[]unit.Unit{chart("shop", false)}, ""},
		{"values for tests, and another chart", chart("shop/values-test.yaml", true),
			[]unit.Unit{chart("blog", false), chart("blog/values-prod.yaml", false)}, nil, ""},
		{"values for tests, and files beside them", chart("shop/values-test.yaml", true), []unit.Unit{{Kind: unit.Files, Path: "shop"}}, nil, ""},
	} {
		d := &door{ctx: t.Context()}
		d.folders.Add(".", nil)
		for _, o := range c.others {
			r := d.reading(o)
			r.kubernetes.Seen.Objects = 1
			d.units = append(d.units, r)
		}
		for _, o := range c.failed {
			d.units = append(d.units, d.reading(o))
		}
		if got := d.unneeded(d.reading(c.of)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
