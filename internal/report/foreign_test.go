package report

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gojunit "github.com/joshdk/go-junit"
	"github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// A reader of JUnit that others wrote finds in a report as many tests of each outcome as there
// are.
func TestJUnitByItsReader(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := written(t, hostileFindings.Draw(r, "findings"), "junit", Screen{})
		ours := junitIn(t, text)
		suites, err := gojunit.Ingest([]byte(text))
		if err != nil {
			r.Fatalf("%v\n%s", err, text)
		}
		tests, failed, skipped := 0, 0, 0
		for _, s := range suites {
			tests, failed, skipped = tests+s.Totals.Tests, failed+s.Totals.Failed+s.Totals.Error, skipped+s.Totals.Skipped
		}
		if tests != ours.Tests || failed != ours.Failures || skipped != ours.Skipped {
			r.Fatalf("%d tests, %d failed, %d skipped; want %d, %d, %d\n%s", tests, failed, skipped, ours.Tests, ours.Failures, ours.Skipped, text)
		}
	})
}

// An API server that has the definitions of OpenReports takes the objects: they fit the schemas, and
// have no field that the types do not.
func TestOpenReportsByItsSchema(t *testing.T) {
	schemas := map[string]validation.SchemaValidator{"Report": crd(t, "reports"), "ClusterReport": crd(t, "clusterreports")}
	rapid.Check(t, func(r *rapid.T) {
		var list struct{ Items []json.RawMessage }
		text := written(t, hostileFindings.Draw(r, "findings"), "openreports", Screen{Now: someTime})
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			r.Fatal(err)
		}
		for _, item := range list.Items {
			var o map[string]any
			if err := json.Unmarshal(item, &o); err != nil {
				r.Fatal(err)
			}
			kind, _ := o["kind"].(string)
			into := map[string]any{"Report": &v1alpha1.Report{}, "ClusterReport": &v1alpha1.ClusterReport{}}[kind]
			if into == nil {
				r.Fatalf("there is no %s", kind)
			}
			strict := json.NewDecoder(strings.NewReader(string(item)))
			strict.DisallowUnknownFields()
			if err := strict.Decode(into); err != nil {
				r.Fatalf("%v\n%s", err, item)
			}
			if faults := validation.ValidateCustomResource(nil, o, schemas[kind]); len(faults) > 0 {
				r.Fatalf("%v\n%s", faults.ToAggregate(), item)
			}
		}
	})
}

// crd is what checks objects of a definition of OpenReports, as its module has it.
func crd(t *testing.T, plural string) validation.SchemaValidator {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/openreports/reports-api").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "config", "crd", "openreports.io_"+plural+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var of apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &of); err != nil {
		t.Fatal(err)
	}
	var schema apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(
		of.Spec.Versions[0].Schema, &schema, nil); err != nil {
		t.Fatal(err)
	}
	v, _, err := validation.NewSchemaValidator(schema.OpenAPIV3Schema)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
