package report

import (
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// sarifOf writes findings as SARIF 2.1.0, for what shows the results of static
// analysis.
//
// A result is what is broken, and what is waived with its suppression. GitHub
// makes an alert of every result, whatever its kind, so what is unknown and what
// could not be read are notifications of the run, and what is held is a rule
// without results.
func sarifOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error { return writeJSON(w, sarif(&f)) }
}

func sarif(f *published.Findings) sarifLog {
	ids := slices.Sorted(maps.Keys(f.Obligations))
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: f.Tool.Name, Version: strings.TrimPrefix(f.Tool.Version, "v"), InformationURI: f.Tool.URL,
			Rules: []sarifRule{}, Notifications: sarifDescriptors,
		}},
		Results:    []sarifResult{},
		Properties: map[string]any{"summary": f.Summary, "notLookedAt": f.NotLookedAt, "unlocated": f.Unlocated},
	}
	for _, id := range ids {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(f, id))
	}
	ran := sarifInvocation{Successful: true, Notifications: []sarifNotification{}}
	for i := range f.Findings {
		x := &f.Findings[i]
		rule, _ := slices.BinarySearch(ids, x.Obligation)
		switch {
		case x.Verdict == finding.Broken, x.Verdict == finding.Waived, x.Verdict == finding.Known && x.Was == finding.Broken:
			r := sarifResultOf(x, rule)
			switch {
			case x.Verdict == finding.Known:
				r.Baseline = "unchanged"
			case f.Baseline != nil:
				r.Baseline = "new"
			}
			run.Results = append(run.Results, r)
		case x.Verdict == finding.Unknown, x.Verdict == finding.Known:
			ran.Notifications = append(ran.Notifications, sarifNotification{
				Descriptor: sarifReference{ID: sarifUndecided}, Level: "note", Message: sarifSaid(withSubject(x)...),
				Rule: &sarifReference{ID: x.Obligation, Index: &rule}, Locations: sarifLocationsOf(x), Properties: sarifProperties(x),
			})
		}
	}
	for _, u := range f.Unreadable {
		ran.Notifications = append(ran.Notifications, sarifUnreadableOf(u))
	}
	for _, u := range f.Unread {
		ran.Notifications = append(ran.Notifications, sarifNotification{
			Descriptor: sarifReference{ID: sarifUnread}, Level: "warning", Message: sarifSaid(sentence(u.Words())),
			Properties: map[string]any{"resource": u.Resource, "kind": u.Kind},
		})
	}
	for i := range f.Ignored {
		x := &f.Ignored[i]
		n := sarifNotification{Descriptor: sarifReference{ID: sarifIgnored}, Level: "warning", Message: sarifSaid(sentence(ignoredWords(x)))}
		if x.File != "" {
			n.Locations = []sarifLocation{{Physical: sarifPhysicalOf(x.Position)}}
		}
		ran.Notifications = append(ran.Notifications, n)
	}
	for _, said := range limits(f) {
		ran.Notifications = append(ran.Notifications, sarifNotification{
			Descriptor: sarifReference{ID: sarifLeftOut}, Level: "note", Message: sarifSaid(said),
		})
	}
	run.Invocations = []sarifInvocation{ran}
	return sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}
}

// What a run notifies of.
const (
	sarifUndecided  = "unknown"
	sarifUnreadable = "unreadable"
	sarifUnread     = "unread"
	sarifLeftOut    = "left-out"
	sarifIgnored    = "ignored"
)

var sarifDescriptors = []sarifRule{
	sarifDescriptor(sarifUndecided, "What was read does not decide whether an obligation is held.",
		"The message says what else to read, or what could not be read."),
	sarifDescriptor(sarifUnreadable, "A part of the input could not be read; everything else was checked.", "The message says why."),
	sarifDescriptor(sarifUnread, "A kind of object could not be read from the cluster.", "Verdicts that need it are unknown."),
	sarifDescriptor(sarifLeftOut, "Flags left findings out, or have less fail the run.",
		"The message says which flags, and how many findings."),
	sarifDescriptor(sarifIgnored, "What was told to onus, such as a waiver, does not count.", "The message says why."),
}

// sarifDescriptor describes a notification with all that GitHub asks of a
// description.
func sarifDescriptor(id, short, help string) sarifRule {
	return sarifRule{ID: id, Short: sarifMessage{Text: short}, Full: sarifMessage{Text: short}, Help: sarifMessage{Text: help}}
}

var sarifLevels = map[string]string{"high": "error", "medium": "warning", "low": "note"}

// sarifRuleOf is what the catalog says of an obligation.
func sarifRuleOf(f *published.Findings, id string) sarifRule {
	o := f.Obligations[id]
	rule := sarifRule{
		ID: id, Short: sarifMessage{Text: o.Title}, Full: sarifMessage{Text: o.Statement},
		Default:    &sarifConfiguration{Level: sarifLevels[o.Severity]},
		Properties: map[string]any{"tags": []string{o.Axis, o.Layer}, "loadBearing": o.LoadBearing},
	}
	plain := []string{o.Statement, "Why: " + o.Why, "Held: " + o.Held, "Fix: " + o.Fix}
	marked := []string{escaped(o.Statement), "**Why**: " + escaped(o.Why), "**Held**: " + escaped(o.Held), "**Fix**: " + escaped(o.Fix)}
	var list []string
	for _, source := range sourcesOf(f, id) {
		plain = append(plain, "Source: "+source.Title+", "+source.URL)
		list = append(list, "- ["+escapeMarkdown(source.Title)+"](<"+source.URL+">)")
	}
	if len(list) > 0 {
		marked = append(marked, strings.Join(list, "\n"))
	}
	if !o.Own {
		rule.HelpURI = helpOf(f.Tool, id)
	}
	rule.Help = sarifMessage{Text: strings.Join(plain, "\n\n"), Markdown: strings.Join(marked, "\n\n")}
	return rule
}

// released is how the versions of releases look: no others have a tag.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)

// helpOf is the address of the page on an obligation, as the release has it that found it;
// empty where nothing says where onus is kept.
func helpOf(t published.Tool, id string) string {
	if t.URL == "" {
		return ""
	}
	at := "main"
	if released.MatchString(t.Version) {
		at = t.Version
	}
	return t.URL + "/blob/" + at + "/docs/obligations/" + id + ".md"
}

// sourcesOf are the documents by which an obligation stands, as its findings cite
// them.
func sourcesOf(f *published.Findings, obligation string) []published.Source {
	i := slices.IndexFunc(f.Findings, func(x finding.Finding) bool { return x.Obligation == obligation })
	if i < 0 {
		return nil
	}
	var all []published.Source
	for _, id := range f.Findings[i].Sources {
		if source, ok := f.Sources[id]; ok {
			all = append(all, source)
		}
	}
	return all
}

func sarifResultOf(x *finding.Finding, rule int) sarifResult {
	r := sarifResult{
		RuleID: x.Obligation, RuleIndex: rule, Kind: "fail", Level: sarifLevels[x.Severity], Message: sarifSaid(withSubject(x)...),
		Locations: sarifLocationsOf(x), Fingerprints: map[string]string{"onusFinding/v1": x.Fingerprint}, Properties: sarifProperties(x),
	}
	if x.Verdict == finding.Waived {
		r.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: waiverWords(x.Waiver)}}
		if x.Waiver != nil && x.Waiver.File != "" {
			r.Suppressions[0].Kind = "inSource"
			r.Suppressions[0].Location = &sarifLocation{Physical: sarifPhysicalOf(x.Waiver.Position)}
		}
	}
	related := func(said string, at origin.Position) {
		if at.File != "" {
			r.Related = append(r.Related, sarifLocation{Physical: sarifPhysicalOf(at), Message: new(sarifSaid(said))})
		}
	}
	for _, e := range x.Evidence {
		related(e.Text, e.Position)
	}
	if x.Fix != nil && x.Fix.At != nil {
		related("decides over the fix", *x.Fix.At)
	}
	return r
}

func sarifUnreadableOf(u origin.Fault) sarifNotification {
	said := []string{sentence(u.Reason)}
	if u.Hint != "" {
		said = append(said, "Hint: "+u.Hint+".")
	}
	n := sarifNotification{Descriptor: sarifReference{ID: sarifUnreadable}, Level: "warning", Message: sarifSaid(said...)}
	if u.File != "" {
		n.Locations = []sarifLocation{{Physical: sarifPhysicalOf(origin.Position{File: u.File, Line: u.Line})}}
	}
	if u.Unit != "" {
		n.Properties = map[string]any{"unit": u.Unit}
	}
	return n
}

// sarifProperties are those parts of a finding for which SARIF has no place.
func sarifProperties(x *finding.Finding) map[string]any {
	all := map[string]any{
		"verdict": x.Verdict, "severity": x.Severity, "loadBearing": x.LoadBearing, "basis": x.Basis, "subject": x.Subject,
		"offering": x.Offering, "layer": x.Layer,
	}
	var seen []string
	for _, e := range x.Evidence {
		if e.File == "" || x.Verdict == finding.Unknown { // a notification has no related locations
			said := e.Text
			if e.File != "" {
				said += " (" + e.Position.String() + ")"
			}
			seen = append(seen, said)
		}
	}
	if len(seen) > 0 {
		all["evidence"] = seen
	}
	if x.Owner != "" {
		all["owner"] = x.Owner
	}
	if x.Party != "" {
		all["party"] = x.Party
	}
	if x.Subject.Unit != "" {
		all["unit"] = x.Subject.Unit
	}
	if len(x.Candidates) > 0 {
		all["candidates"] = x.Candidates
	}
	return all
}

// sarifSaid is a message of plain text. SARIF takes brackets before parentheses
// for a link, unless the first is escaped (section 3.11.6).
func sarifSaid(paragraphs ...string) sarifMessage {
	said := strings.Join(paragraphs, "\n")
	if strings.Contains(said, "](") {
		said = strings.ReplaceAll(said, "[", `\[`)
	}
	return sarifMessage{Text: said}
}

// sarifLocationsOf say where a finding is: in which file, if any, and on what.
func sarifLocationsOf(x *finding.Finding) []sarifLocation {
	at := sarifLocation{Logical: []sarifLogical{{Name: x.Subject.Name, Full: path(x.Subject), Kind: "resource"}}}
	if x.Position.File != "" {
		at.Physical = sarifPhysicalOf(x.Position)
	}
	return []sarifLocation{at}
}

func sarifPhysicalOf(at origin.Position) *sarifPhysical {
	p := &sarifPhysical{Artifact: sarifArtifact{URI: fileURI(at.File)}}
	if at.Line > 0 {
		p.Region = &sarifRegion{StartLine: at.Line}
	}
	return p
}

// fileURI is a file as a reference (RFC 3986): relative to where onus ran, unless
// its path is absolute.
func fileURI(file string) string {
	slashed := filepath.ToSlash(file)
	if !filepath.IsAbs(file) {
		return (&url.URL{Path: slashed}).String()
	}
	if !strings.HasPrefix(slashed, "/") { // a drive
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}
