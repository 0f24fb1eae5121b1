package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemasOf are those of docs/schemas by the name that a value has, each as it forbids what
// the type does not have.
func schemasOf(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	files, err := filepath.Glob("../../docs/schemas/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := map[string]*jsonschema.Schema{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(file, err)
		}
		closed(whole.(map[string]any)["$defs"])
		c := jsonschema.NewCompiler()
		if err := c.AddResource(file, whole); err != nil {
			t.Fatal(file, err)
		}
		schema, err := c.Compile(file)
		if err != nil {
			t.Fatal(file, err)
		}
		all[whole.(map[string]any)["title"].(string)] = schema
	}
	return all
}

// closed forbids fields that an object of a schema does not name.
func closed(defs any) {
	for _, of := range defs.(map[string]any) {
		if object := of.(map[string]any); object["properties"] != nil {
			object["additionalProperties"] = false
		}
	}
}

// fitsItsSchema holds a value against the schema that it names, and returns that.
func fitsItsSchema(t *testing.T, schemas map[string]*jsonschema.Schema, where string, data []byte) string {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	object, ok := value.(map[string]any)
	if err != nil || !ok {
		t.Errorf("%s: is no object: %v", where, err)
		return ""
	}
	name, _ := object["schema"].(string)
	schema := schemas[name]
	if schema == nil {
		t.Errorf("%s: there is no schema %q", where, name)
		return ""
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", where, err)
	}
	return name
}

// Every golden of JSON is valid by its schema.
func TestGoldensFitTheirSchemas(t *testing.T) {
	schemas := schemasOf(t)
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			var head struct{ Schema string }
			printed := bytes.Contains(archive.Comment, []byte("cmp stdout "+f.Name+"\n")) // and not what commands read
			if !printed || !strings.HasSuffix(f.Name, ".json") || json.Unmarshal(f.Data, &head) != nil || head.Schema == "" {
				continue // of other formats, such as SARIF, some are JSON as well
			}
			fitsItsSchema(t, schemas, script+" "+f.Name, f.Data)
			held++
		}
	}
	if held < 2 {
		t.Errorf("only %d goldens have a schema", held)
	}
}

// What each command prints of examples and recorded clusters is valid by its schema, and
// there is no schema that none of them has.
func TestResultsFitTheirSchemas(t *testing.T) {
	schemas := schemasOf(t)
	const runs = "../../testdata/runs/"
	left := map[string]bool{}
	for name := range schemas {
		left[name] = true
	}
	saved, planned, plannedAll := filepath.Join(t.TempDir(), "saved.json"), filepath.Join(t.TempDir(), "plan.json"),
		filepath.Join(t.TempDir(), "all.json")
	for file, target := range map[string]string{planned: "version=1.36", plannedAll: "version=1.37"} {
		Main([]string{"plan", "nodes", "../../examples/rolling", "--target", target, "--runs", "2", "-f", file}, strings.NewReader(""),
			io.Discard, io.Discard)
	}
	for _, args := range [][]string{
		{"ladder"}, {"ladder", "eks-auto-mode", "lambda"}, {"diff", "eks-standard", "eks-auto-mode"},
		{"diff", "mongodb-community", "mongodb-atlas"},
		{"explain"}, {"explain", "compute"}, {"explain", "workload"}, {"explain", "eks-auto-mode", "cluster-upgrades"},
		{"explain", "eks-auto-mode"},
		{"explain", "eks-auto-mode", "drift"}, {"explain", "pdb-missing"}, {"explain", "drift"}, {"explain", "eks-any"}, {"explain", "seed"},
		{"version"}, {"check", "../../examples/insurer"}, {"check", "../../examples/cockroachdb", "--as", "gke-autopilot"},
		{"check", "../../examples/fleet"}, {"check", runs + "expiry-storm/estate.json", "-n", "default"},
		{"matrix", "../../examples/insurer"}, {"matrix", "../../examples/fleet"}, {"calendar", "../../examples/insurer", "--tz", "UTC"},
		{"calendar", runs + "budget-opens/estate.json", "--from", "2026-11-20", "--to", "2026-11-20", "--tz", "UTC"},
		{"simulate", runs + "drift-half/estate.json", "--runs", "1"},
		{"simulate", runs + "drift-half/estate.json", "--runs", "1", "--scenario", runs + "drift-half/scenario.yaml", "--timeline"},
		{"config", "test", "testdata/own/.onus.yaml"}, {"report", saved, saved}, {"fix", "../../examples/insurer"},
		{"status", "testdata/apply/plan.json"}, {"simulate", "fleet", "../../examples/fleet", "--failure-rate", "0.2", "--runs", "3"},
		{"plan", "nodes", "../../examples/rolling", "--target", "version=1.36", "--runs", "2"}, {"plan", "diff", planned, plannedAll},
	} {
		var out, stderr bytes.Buffer
		status := Main(append(args, "-o", "json"), strings.NewReader(""), &out, &stderr)
		if status != exitHeld && status != exitBroken {
			t.Errorf("%v: exit status %d, %s", args, status, stderr.String())
			continue
		}
		if args[0] == "check" {
			if err := os.WriteFile(saved, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		delete(left, fitsItsSchema(t, schemas, strings.Join(args, " "), out.Bytes()))
	}
	dir := t.TempDir()
	for file, args := range map[string][]string{
		"baseline.json": {"check", "../../examples/insurer", "-q", "--write-baseline"},
		"snapshot.json": {"snapshot", "--kubeconfig", clusters(t, runs+"expiry-storm/estate.json"), "--file"},
	} {
		file = filepath.Join(dir, file)
		var stderr bytes.Buffer
		if status := Main(append(args, file), strings.NewReader(""), io.Discard, &stderr); status != exitHeld {
			t.Errorf("%v: exit status %d, %s", args, status, stderr.String())
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		delete(left, fitsItsSchema(t, schemas, strings.Join(args, " "), data))
	}
	for name := range left {
		t.Errorf("nothing that was printed has the schema %s", name)
	}
}

// Every ladder is a component definition, and findings are assessment results, that are
// valid by the schemas of NIST.
func TestOSCALIsValid(t *testing.T) {
	for model, all := range map[string][][]string{
		"component": {
			{"ladder", "-o", "oscal-component"}, {"ladder", "--axis", "patching", "-o", "oscal-component"},
			{"ladder", "--axis", "resilience", "-o", "oscal-component"}, {"ladder", "--axis", "operator", "-o", "oscal-component"},
		},
		"assessment-results": {{"check", "../../examples/insurer", "-o", "oscal"}, {"check", "../../examples/fleet", "-o", "oscal"}},
	} {
		schema, err := jsonschema.NewCompiler().Compile("../report/testdata/oscal/oscal_" + model + "_schema.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range all {
			var out, stderr bytes.Buffer
			if status := Main(args, strings.NewReader(""), &out, &stderr); status != exitHeld && status != exitBroken {
				t.Errorf("%v: exit status %d, %s", args, status, stderr.String())
				continue
			}
			value, err := jsonschema.UnmarshalJSON(&out)
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				t.Errorf("%v: %v", args, err)
			}
		}
	}
}
