package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// gitlabOf writes findings as a code quality report of GitLab: what is broken by
// its severity, and what is unknown or could not be read for information.
func gitlabOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error { return writeJSON(w, gitlab(&f)) }
}

// gitlabIssue is one entry. All of it is required.
type gitlabIssue struct {
	Description string         `json:"description"`
	Check       string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

var gitlabSeverities = map[string]string{"high": "critical", "medium": "major", "low": "minor"}

func gitlab(f *published.Findings) []gitlabIssue {
	issues := []gitlabIssue{}
	times := map[string]int{}
	add := func(check, severity, description, fingerprint string, at gitlabLocation) {
		// GitLab takes two of one fingerprint for the same issue.
		if times[fingerprint]++; times[fingerprint] > 1 {
			fingerprint += fmt.Sprintf("-%d", times[fingerprint])
		}
		issues = append(issues, gitlabIssue{description, check, fingerprint, severity, at})
	}
	for i := range f.Findings {
		x := &f.Findings[i]
		said := strings.Join(withSubject(x), " ")
		verdict := x.Verdict
		if verdict == finding.Known { // GitLab compares by itself
			verdict = x.Was
		}
		switch verdict {
		case finding.Broken:
			add(x.Obligation, gitlabSeverities[x.Severity], said, x.Fingerprint, gitlabPlace(x.Position, path(x.Subject)))
		case finding.Unknown:
			add(x.Obligation, "info", "Unknown: "+said, x.Fingerprint, gitlabPlace(x.Position, path(x.Subject)))
		}
	}
	for _, u := range f.Unreadable {
		at := gitlabPlace(origin.Position{File: u.File, Line: u.Line}, u.Unit)
		said := "Could not be read: " + withHint(u)
		add("unreadable", "info", inOneLine(said), digest(u.Unit, u.File, u.Reason), at)
	}
	for _, u := range f.Unread {
		add("unread", "info", inOneLine(u.Words()), digest(u.Resource, u.Kind), gitlabPlace(origin.Position{}, u.Resource))
	}
	for i := range f.Ignored {
		x := &f.Ignored[i]
		add("ignored", "info", sentence(ignoredWords(x)), digest(x.By, x.Text, x.Reason), gitlabPlace(x.Position, x.By))
	}
	for _, said := range limits(f) {
		add("left-out", "info", inOneLine(said), digest(said), gitlabPlace(origin.Position{}, "onus check"))
	}
	return issues
}

// gitlabPlace is where an issue is shown. GitLab asks for a path and a line of
// each: what stands in no file has a name there, and what has no line the first.
func gitlabPlace(at origin.Position, name string) gitlabLocation {
	if at.File == "" {
		return gitlabLocation{inOneLine(name), gitlabLines{1}}
	}
	return gitlabLocation{inOneLine(filepath.ToSlash(at.File)), gitlabLines{max(at.Line, 1)}}
}

// digest is by what something that is no finding is known from one look to the next.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
