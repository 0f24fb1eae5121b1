package report

import (
	"cmp"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// oscalVersion is that of OSCAL by which values are written.
const oscalVersion = "1.2.1"

// The parts of OSCAL that its models share.
type (
	oscalMetadata struct {
		Title    string      `json:"title"`
		Modified string      `json:"last-modified"`
		Version  string      `json:"version"`
		OSCAL    string      `json:"oscal-version"`
		Roles    []oscalRole `json:"roles,omitempty"`
	}
	oscalRole struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	oscalProp struct {
		Name  string `json:"name"`
		Space string `json:"ns"`
		Value string `json:"value"`
	}
	oscalLink struct {
		Href string `json:"href"`
		Rel  string `json:"rel,omitempty"`
		Text string `json:"text,omitempty"`
	}
)

// oscalSpace is the namespace of properties that OSCAL does not have.
const oscalSpace = "https://onus-project.dev/ns/oscal"

// oscalID is a UUID that is the same in each look: version 5, of names.
func oscalID(names ...string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(oscalSpace+"#"+strings.Join(names, "\x00"))).String()
}

// oscalProps are properties, without those that have no value.
func oscalProps(pairs ...string) []oscalProp {
	var all []oscalProp
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := inOneLine(pairs[i+1]); value != "" {
			all = append(all, oscalProp{pairs[i], oscalSpace, value})
		}
	}
	return all
}

// oscalText is a text that is never empty.
func oscalText(said string) string { return cmp.Or(inOneLine(said), "not said") }

// oscalTime is a time as OSCAL wants it.
func oscalTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// The assessment results, as far as onus fills them.
type (
	oscalResults struct {
		Results oscalAssessment `json:"assessment-results"`
	}
	oscalAssessment struct {
		UUID     string        `json:"uuid"`
		Metadata oscalMetadata `json:"metadata"`
		Plan     oscalLink     `json:"import-ap"`
		Results  []oscalResult `json:"results"`
	}
	oscalResult struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Start        string             `json:"start"`
		Reviewed     oscalReviewed      `json:"reviewed-controls"`
		Observations []oscalObservation `json:"observations,omitempty"`
		Findings     []oscalFinding     `json:"findings,omitempty"`
		Remarks      string             `json:"remarks,omitempty"`
	}
	oscalReviewed struct {
		Selections []oscalSelection `json:"control-selections"`
	}
	oscalSelection struct {
		All struct{} `json:"include-all"`
	}
	oscalObservation struct {
		UUID        string          `json:"uuid"`
		Title       string          `json:"title"`
		Description string          `json:"description"`
		Props       []oscalProp     `json:"props,omitempty"`
		Methods     []string        `json:"methods"`
		Subjects    []oscalSubject  `json:"subjects"`
		Evidence    []oscalEvidence `json:"relevant-evidence,omitempty"`
		Collected   string          `json:"collected"`
	}
	oscalSubject struct {
		UUID  string `json:"subject-uuid"`
		Type  string `json:"type"`
		Title string `json:"title"`
	}
	oscalEvidence struct {
		Description string `json:"description"`
	}
	oscalFinding struct {
		UUID        string         `json:"uuid"`
		Title       string         `json:"title"`
		Description string         `json:"description"`
		Props       []oscalProp    `json:"props,omitempty"`
		Target      oscalTarget    `json:"target"`
		Related     []oscalRelated `json:"related-observations"`
	}
	oscalTarget struct {
		Type   string      `json:"type"`
		ID     string      `json:"target-id"`
		Status oscalStatus `json:"status"`
	}
	oscalStatus struct {
		State   string `json:"state"`
		Reason  string `json:"reason"`
		Remarks string `json:"remarks,omitempty"`
	}
	oscalRelated struct {
		UUID string `json:"observation-uuid"`
	}
)

// oscalOf writes findings as assessment results of OSCAL: an observation for each, and a
// finding where it is decided. What is unknown is observed, and no finding: OSCAL has an
// objective satisfied or not.
func oscalOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, s Screen) error {
		return writeJSON(w, oscalResults{assessmentOf(&f, oscalTime(s.Now))})
	}
}

func assessmentOf(f *published.Findings, now string) oscalAssessment {
	r := oscalResult{
		Title: "onus check", Description: "What is left to the customer, by what was read.", Start: now,
		Reviewed: oscalReviewed{[]oscalSelection{{}}}, Remarks: strings.Join(limits(f), " "),
	}
	names := []string{"assessment", now}
	for i := range f.Findings {
		x := &f.Findings[i]
		names = append(names, x.Fingerprint, string(x.Verdict))
		o := observationOf(x, now)
		r.Observations = append(r.Observations, o)
		if status, decided := oscalStatusOf(x); decided {
			r.Findings = append(r.Findings, oscalFinding{
				UUID: oscalID("finding", x.Fingerprint), Title: oscalText(cmp.Or(f.Obligations[x.Obligation].Title, x.Obligation)),
				Description: strings.Join(withSubject(x), " "),
				Props:       oscalProps("severity", x.Severity, "layer", x.Layer, "party", x.Party, "owner", x.Owner),
				Target:      oscalTarget{"objective-id", x.Obligation, status}, Related: []oscalRelated{{o.UUID}},
			})
		}
	}
	for i := range f.Unreadable {
		u := &f.Unreadable[i]
		names = append(names, u.String())
		r.Observations = append(r.Observations, unreadObservation(u.At(), u.Reason, now))
	}
	for i := range f.Unread {
		names = append(names, f.Unread[i].Words())
		r.Observations = append(r.Observations, unreadObservation(f.Unread[i].Plural(), f.Unread[i].Words(), now))
	}
	r.UUID = oscalID(append(names, "result")...)
	return oscalAssessment{
		UUID: oscalID(names...), Plan: oscalLink{Href: f.Tool.URL}, Results: []oscalResult{r},
		Metadata: oscalMetadata{Title: "Obligations of the customer", Modified: now, Version: cmp.Or(f.Tool.Version, "0"), OSCAL: oscalVersion},
	}
}

// observationOf is what was seen of one finding.
func observationOf(x *finding.Finding, now string) oscalObservation {
	o := oscalObservation{
		UUID: oscalID("observation", x.Fingerprint), Title: x.Obligation, Description: oscalText(sentence(x.Message)), Methods: []string{"TEST"},
		Subjects: []oscalSubject{{oscalID("subject", x.Subject.Unit, path(x.Subject)), "resource", oscalText(named(x.Subject))}}, Collected: now,
		Props: oscalProps("verdict", string(x.Verdict), "basis", x.Basis, "offering", x.Offering, "position", x.Position.String()),
	}
	for _, e := range x.Evidence {
		said := e.Text
		if e.File != "" {
			said += " (" + e.Position.String() + ")"
		}
		o.Evidence = append(o.Evidence, oscalEvidence{oscalText(said)})
	}
	return o
}

// unreadObservation is of something that could not be read.
func unreadObservation(what, why, now string) oscalObservation {
	return oscalObservation{
		UUID: oscalID("unread", what, why), Title: "could not be read", Description: oscalText(why), Methods: []string{"TEST"}, Collected: now,
		Props:    oscalProps("verdict", "unread"),
		Subjects: []oscalSubject{{oscalID("subject", what), "resource", oscalText(what)}},
	}
}

// oscalStatusOf is whether an objective is satisfied; false where that is not decided.
func oscalStatusOf(x *finding.Finding) (oscalStatus, bool) {
	switch verdict := x.Verdict; {
	case verdict == finding.Held:
		return oscalStatus{State: "satisfied", Reason: "pass"}, true
	case verdict == finding.Broken:
		return oscalStatus{State: "not-satisfied", Reason: "fail"}, true
	case verdict == finding.Known && x.Was == finding.Broken:
		return oscalStatus{State: "not-satisfied", Reason: "fail", Remarks: "known since a baseline"}, true
	case verdict == finding.Waived && x.Waiver != nil && x.Waiver.Was == finding.Broken:
		return oscalStatus{State: "not-satisfied", Reason: "other", Remarks: "accepted: " + oscalText(waiverWords(x.Waiver))}, true
	}
	return oscalStatus{}, false
}
