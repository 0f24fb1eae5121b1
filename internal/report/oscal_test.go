package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/report/published"
)

// someTime is a moment on which formats are dated.
var someTime = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// oscalSchema is one that NIST publishes.
func oscalSchema(t *testing.T, model string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/oscal/oscal_" + model + "_schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

type fataler interface{ Fatalf(string, ...any) }

func validBy(t fataler, schema *jsonschema.Schema, text string) {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// Findings are valid assessment results by NIST's schema, whatever names hold: each is
// observed, and what is decided is a finding.
func TestOSCAL(t *testing.T) {
	schema := oscalSchema(t, "assessment-results")
	rapid.Check(t, func(r *rapid.T) {
		f := hostileFindings.Draw(r, "findings")
		text := written(t, f, "oscal", Screen{Now: someTime})
		validBy(r, schema, text)
		var got oscalResults
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			r.Fatalf("%v", err)
		}
		one := got.Results.Results[0]
		if want := len(f.Findings) + len(f.Unreadable) + len(f.Unread); len(one.Observations) != want {
			r.Fatalf("%d observations, want %d", len(one.Observations), want)
		}
		if want := f.Summary.Held + f.Summary.Broken + f.Summary.Waived; len(one.Findings) != want {
			r.Fatalf("%d findings, want %d", len(one.Findings), want)
		}
		if again := written(t, f, "oscal", Screen{Now: someTime}); again != text {
			r.Fatalf("the same findings at the same time are\n%s\nand\n%s", text, again)
		}
	})
}

// A ladder is a valid component definition by NIST's schema: a component for each offering,
// and in it a requirement for each layer, with who is responsible.
func TestOSCALComponent(t *testing.T) {
	l := published.Ladder{
		Axis:      "compute",
		Offerings: []published.Offering{{ID: "eks", Title: "EKS", Provider: "AWS"}, {ID: "gke", Title: "GKE", Provider: "Google"}},
		Layers: []published.Rung{
			{ID: "guest-os", Title: "Guest OS", Cells: map[string]published.Cell{
				"eks": {Party: published.Provider, Statements: []published.Statement{{Source: "a", Holds: true}, {Source: "b"}}},
				"gke": {Party: published.None},
			}},
			{ID: "upgrades", Title: "Upgrades", Cells: map[string]published.Cell{
				"eks": {Party: published.Split, LoadBearing: true, Duties: []published.Duty{
					{Title: "start", Party: published.Customer}, {Title: "roll", Party: published.Provider},
					{Title: "force", Party: published.Provider},
				}},
			}},
		},
		Sources: map[string]published.Source{"a": {Title: "A", URL: "https://example.com/a", Read: "2026-11-22"}},
	}
	text := written(t, l, "oscal-component", Screen{})
	validBy(t, oscalSchema(t, "component"), text)
	var got oscalComponents
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	d := got.Definition
	if len(d.Components) != 2 || d.Metadata.Modified != "2026-11-22T00:00:00Z" || len(d.Components[1].Implementations[0].Requirements) != 1 {
		t.Fatalf("%+v", d)
	}
	of := d.Components[0].Implementations[0].Requirements
	if len(of) != 2 || of[0].Roles[0].ID != "provider" || len(of[0].Links) != 1 || len(of[1].Roles) != 2 || of[1].Props[1].Value != "yes" {
		t.Errorf("%+v", of)
	}
	if !strings.Contains(of[1].Description, "AWS: roll; force") {
		t.Error(of[1].Description)
	}
}

// Findings are objects of OpenReports, one for each namespace that there can be, which count
// what they hold.
func TestOpenReports(t *testing.T) {
	results := map[string]bool{"pass": true, "fail": true, "warn": true, "error": true, "skip": true}
	rapid.Check(t, func(r *rapid.T) {
		f := hostileFindings.Draw(r, "findings")
		all, seen := 0, map[string]bool{}
		var list openList
		if err := json.Unmarshal([]byte(written(t, f, "openreports", Screen{Now: someTime})), &list); err != nil || list.Kind != "List" {
			r.Fatalf("%v %+v", err, list)
		}
		for _, o := range list.Items {
			space := o.Metadata.Namespace
			if seen[space] || o.APIVersion != "openreports.io/v1alpha1" || (o.Kind == "Report") != (space != "") || o.Metadata.Name != "onus" {
				r.Fatalf("%+v", o)
			}
			seen[space] = true
			n := o.Summary
			if n.Pass+n.Fail+n.Warn+n.Error+n.Skip != len(o.Results) {
				r.Fatalf("counts %+v of %d results", n, len(o.Results))
			}
			for _, x := range o.Results {
				if all++; !results[x.Result] || x.Policy == "" || !plainLine(x.Message) || x.Timestamp.Seconds != someTime.Unix() {
					r.Fatalf("%+v", x)
				}
			}
		}
		if want := len(f.Findings) + len(f.Unreadable) + len(f.Unread); all != want {
			r.Fatalf("%d results, want %d", all, want)
		}
	})
}
