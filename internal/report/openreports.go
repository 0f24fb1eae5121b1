package report

import (
	"io"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// The objects of OpenReports, as far as onus fills them.
//
// Source: apis/openreports.io/v1alpha1/report_types.go of github.com/openreports/reports-api
// v0.2.1.
type (
	openReport struct {
		APIVersion string        `json:"apiVersion"`
		Kind       string        `json:"kind"`
		Metadata   openMetadata  `json:"metadata"`
		Source     string        `json:"source"`
		Summary    openSummary   `json:"summary"`
		Results    []openFinding `json:"results"`
	}
	openMetadata struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace,omitempty"`
		Labels    map[string]string `json:"labels"`
	}
	openSummary struct {
		Pass  int `json:"pass"`
		Fail  int `json:"fail"`
		Warn  int `json:"warn"`
		Error int `json:"error"`
		Skip  int `json:"skip"`
	}
	openFinding struct {
		Source     string            `json:"source"`
		Policy     string            `json:"policy"`
		Category   string            `json:"category,omitempty"`
		Severity   string            `json:"severity,omitempty"`
		Timestamp  openTime          `json:"timestamp"`
		Result     string            `json:"result"`
		Scored     bool              `json:"scored"`
		Resources  []openResource    `json:"resources,omitempty"`
		Message    string            `json:"message"`
		Properties map[string]string `json:"properties,omitempty"`
	}
	openTime struct {
		Seconds int64 `json:"seconds"`
		Nanos   int32 `json:"nanos"`
	}
	openResource struct {
		Kind      string `json:"kind"`
		Namespace string `json:"namespace,omitempty"`
		Name      string `json:"name,omitempty"`
	}
)

// openList is a list of them that kubectl applies.
type openList struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Items      []*openReport `json:"items"`
}

// openReportsOf writes findings as objects of OpenReports, in a List of JSON that kubectl
// applies: a Report for each namespace, and a ClusterReport for what is in none.
func openReportsOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, s Screen) error {
		return writeJSON(w, openList{"v1", "List", reportsOf(&f, s.Now)})
	}
}

// reportsOf are the objects, the one of the cluster first.
func reportsOf(f *published.Findings, now time.Time) []*openReport {
	cluster := &openReport{Kind: "ClusterReport"}
	all := []*openReport{cluster}
	at := openTime{now.Unix(), int32(now.Nanosecond())}
	for i := range f.Findings {
		x := &f.Findings[i]
		r := cluster
		if space := x.Subject.Namespace; len(validation.IsDNS1123Label(space)) == 0 { // else no API server takes the object
			k := slices.IndexFunc(all, func(r *openReport) bool { return r.Metadata.Namespace == space })
			if k < 0 {
				k = len(all)
				all = append(all, &openReport{Kind: "Report", Metadata: openMetadata{Namespace: space}})
			}
			r = all[k]
		}
		r.add(openFindingOf(x, at))
	}
	for i := range f.Unreadable {
		u := &f.Unreadable[i]
		cluster.add(openFinding{Policy: "readable", Result: "error", Message: inOneLine(u.String()), Timestamp: at})
	}
	for i := range f.Unread {
		cluster.add(openFinding{Policy: "readable", Result: "error", Message: inOneLine(f.Unread[i].Words()), Timestamp: at})
	}
	if len(cluster.Results) == 0 {
		all = all[1:]
	}
	for _, r := range all {
		r.APIVersion, r.Source, r.Metadata.Name = "openreports.io/v1alpha1", "onus", "onus"
		r.Metadata.Labels = map[string]string{"app.kubernetes.io/managed-by": "onus"}
	}
	return all
}

// add adds a result and counts it.
func (r *openReport) add(x openFinding) {
	x.Source = "onus"
	r.Results = append(r.Results, x)
	switch n := &r.Summary; x.Result {
	case "pass":
		n.Pass++
	case "fail":
		n.Fail++
	case "warn":
		n.Warn++
	case "error":
		n.Error++
	default:
		n.Skip++
	}
}

// openResults are what verdicts are called there: what is unknown warns, and is not scored.
var openResults = map[finding.Verdict]string{
	finding.Held: "pass", finding.Broken: "fail", finding.Unknown: "warn", finding.Waived: "skip", finding.Known: "skip",
}

func openFindingOf(x *finding.Finding, at openTime) openFinding {
	made := openFinding{
		Policy: x.Obligation, Category: x.Layer, Severity: x.Severity, Timestamp: at, Result: openResults[x.Verdict],
		Scored: x.Verdict == finding.Held || x.Verdict == finding.Broken, Message: paragraphs(x)[0], Properties: map[string]string{},
		Resources: []openResource{{inOneLine(x.Subject.Kind), inOneLine(x.Subject.Namespace), inOneLine(x.Subject.Name)}},
	}
	for name, value := range map[string]string{
		"verdict": string(x.Verdict), "offering": x.Offering, "owner": x.Owner, "position": x.Position.String(), "fingerprint": x.Fingerprint,
		"consequence": x.Consequence,
	} {
		if value != "" {
			made.Properties[name] = inOneLine(value)
		}
	}
	if x.Fix != nil {
		made.Properties["fix"] = inOneLine(x.Fix.Summary)
	}
	if x.Waiver != nil {
		made.Properties["waiver"] = inOneLine(waiverWords(x.Waiver))
	}
	return made
}
