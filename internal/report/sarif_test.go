package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// schemaOfSARIF is the one that OASIS publishes.
func schemaOfSARIF(t testing.TB) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("testdata/sarif/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(sarifSchema, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(sarifSchema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// sarifIn reads what was written, after it was held against the schema.
func sarifIn(t testing.TB, schema *jsonschema.Schema, text string) sarifLog {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var log sarifLog
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	return log
}

// someFindings has a finding of each verdict, and things that could not be read.
func someFindings() published.Findings {
	web := finding.Subject{Namespace: "shop", Kind: "Deployment", Name: "web", Unit: "charts/web"}
	at := origin.Position{File: "charts/web/templates/web.yaml", Line: 12}
	of := func(verdict finding.Verdict, obligation, severity string) finding.Finding {
		return finding.Finding{
			Obligation: obligation, Verdict: verdict, Severity: severity, Subject: web, Offering: "eks-auto-mode", Basis: "asked",
			Layer: "disruption-controls", Party: "customer", Message: "no eviction is ever allowed", Position: at,
			Evidence: []finding.Evidence{{Text: "minAvailable: 3", Position: at}, {Text: "seen nowhere"}}, Sources: []string{"k8s"},
			Fingerprint: finding.Fingerprint(obligation, web),
		}
	}
	broken := of(finding.Broken, "pdb-never-allows", "high")
	broken.LoadBearing, broken.Consequence = true, "The drain waits. Then all pods go."
	broken.Fix = &finding.Fix{
		Summary: "allow one eviction at a time", At: &origin.Position{File: "charts/web/values.yaml", Line: 3}, Values: []string{"pdb.max=1"},
		Changes: []finding.Change{{Action: finding.Create, Object: finding.Object{Namespace: "shop", Kind: "PodDisruptionBudget", Name: "web"},
			Value: finding.DataOf(map[string]any{"kind": "PodDisruptionBudget"})}},
	}
	broken.LeadsTo = []finding.Outcome{{Obligation: "survives-replacement", Subject: web, Message: "0 of 3 pods are left"}}
	live := of(finding.Broken, "pdb-missing", "medium")
	live.Position, live.Subject.Unit = origin.Position{}, ""
	broken.Owner = "shopkeepers"
	waived := of(finding.Waived, "pdb-shared", "high")
	waived.Waiver = &finding.Waiver{Was: finding.Broken, Reason: "rolled by hand", Until: "2999-01-31",
		By:       "annotation of Deployment shop/web",
		Position: origin.Position{File: "charts/web/values.yaml", Line: 7}}
	all := []finding.Finding{
		broken, live, of(finding.Broken, "single-replica", "low"), of(finding.Unknown, "drain-dodger", "medium"),
		of(finding.Held, "pdb-overlap", "high"), waived,
	}
	f := published.Findings{
		Head:  published.Head{Schema: published.FindingsSchema},
		Tool:  published.Tool{Name: "onus", Version: "v1.2.3", URL: "https://example.org/onus"},
		Units: []published.Unit{{Name: "charts/web", Kind: "chart", Path: "charts/web"}}, Findings: all, Summary: finding.Count(all),
		Unreadable: []origin.Fault{{File: "broken.yaml", Line: 3, Reason: "is no YAML", Hint: "mend it"}, {File: "charts/web", Reason: "x",
			Unit: "charts/web"}},
		Unread:      []origin.Unread{{Resource: "pods", Kind: "Pod", Cause: origin.Forbidden, Reason: "forbidden"}},
		NotLookedAt: []string{}, Unlocated: []string{}, Obligations: map[string]published.Obligation{},
		Sources: map[string]published.Source{"k8s": {Title: "Kubernetes [docs]", URL: "https://k8s.example/pdb"}},
	}
	for i := range all {
		f.Obligations[all[i].Obligation] = published.Obligation{Title: "An obligation", Axis: "compute", Layer: all[i].Layer,
			Severity: "high", Statement: "A PDB *allows* one.", Why: "Else none goes.", Held: "One may go.", Fix: "Allow one."}
	}
	f.Summary.Unreadable = len(f.Unreadable)
	return f
}

func TestSARIF(t *testing.T) {
	f := someFindings()
	log := sarifIn(t, schemaOfSARIF(t), written(t, f, "sarif", Screen{}))
	run := log.Runs[0]
	for _, r := range run.Tool.Driver.Rules {
		if want := "https://example.org/onus/blob/v1.2.3/docs/obligations/" + r.ID + ".md"; r.HelpURI != want {
			t.Errorf("rule %s has the page %s, want %s", r.ID, r.HelpURI, want)
		}
	}
	if d := run.Tool.Driver; d.Name != "onus" || d.Version != "1.2.3" || d.InformationURI != "https://example.org/onus" || len(d.Rules) != 6 {
		t.Errorf("the driver is %+v", d)
	}
	var told []string
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s has the rule %d", r.RuleID, r.RuleIndex)
		}
		told = append(told, r.RuleID+" "+r.Level)
	}
	want := "pdb-never-allows error, pdb-missing warning, single-replica note, pdb-shared error"
	if got := strings.Join(told, ", "); got != want {
		t.Errorf("results are %s, want %s", got, want)
	}
	first := run.Results[0]
	if at := first.Locations[0].Physical; at.Artifact.URI != "charts/web/templates/web.yaml" || at.Region.StartLine != 12 {
		t.Errorf("it is at %+v", at)
	}
	if first.Fingerprints["onusFinding/v1"] != f.Findings[0].Fingerprint {
		t.Errorf("fingerprints %v", first.Fingerprints)
	}
	for _, part := range []string{
		"shop/web Deployment: no eviction is ever allowed.", "The drain waits.", "survives-replacement", "Fix: allow one", "pdb.max=1",
	} {
		if !strings.Contains(first.Message.Text, part) {
			t.Errorf("%q lacks %q", first.Message.Text, part)
		}
	}
	if len(first.Related) != 2 || first.Related[1].Physical.Artifact.URI != "charts/web/values.yaml" {
		t.Errorf("related are %+v", first.Related)
	}
	if live := run.Results[1].Locations[0]; live.Physical != nil || live.Logical[0].Full != "shop/Deployment/web" {
		t.Errorf("what stands in no file is at %+v", live)
	}
	if s := run.Results[3].Suppressions; len(s) != 1 || s[0].Kind != "inSource" || s[0].Status != "accepted" ||
		s[0].Justification != "rolled by hand; until 2999-01-31" || s[0].Location.Physical.Region.StartLine != 7 || len(first.Suppressions) != 0 {
		t.Error("what is waived is suppressed, and nothing else")
	}
	var notified []string
	for _, n := range run.Invocations[0].Notifications {
		notified = append(notified, n.Descriptor.ID+" "+n.Level)
	}
	if got := strings.Join(notified, ", "); got != "unknown note, unreadable warning, unreadable warning, unread warning" {
		t.Errorf("notifications are %s", got)
	}
}

// With nothing found there is an empty list: null is for a run that failed.
func TestSARIFOfNothing(t *testing.T) {
	log := sarifIn(t, schemaOfSARIF(t), written(t, published.Findings{Tool: published.Tool{Name: "onus"}}, "sarif", Screen{}))
	if log.Runs[0].Results == nil || len(log.Runs[0].Results) != 0 {
		t.Errorf("results are %v", log.Runs[0].Results)
	}
}

func TestFileURIs(t *testing.T) {
	for file, want := range map[string]string{
		"a/b.yaml":  "a/b.yaml",
		"a b/ü.yml": "a%20b/%C3%BC.yml",
		"c:d.yaml":  "./c:d.yaml",
		"a#b?c%":    "a%23b%3Fc%25",
		"<stdin>":   "%3Cstdin%3E",
		"/a/b.yaml": "file:///a/b.yaml",
		"../b.yaml": "../b.yaml",
	} {
		if got := fileURI(file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
}

// SARIF would take brackets before parentheses for a link.
func TestSARIFMakesNoLinks(t *testing.T) {
	if got := sarifSaid("PDB [x](1) never", "[y]").Text; got != "PDB \\[x](1) never\n\\[y]" {
		t.Error(got)
	}
	if got := sarifSaid("budgets [1 2]").Text; got != "budgets [1 2]" {
		t.Error(got)
	}
}
