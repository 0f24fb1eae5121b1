package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// junitOf writes findings as a JUnit report: a suite for each unit, a test for
// each finding, named after its obligation and its subject. What is broken
// fails, what is unknown, waived or could not be read is skipped with the reason.
func junitOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		data, err := xml.MarshalIndent(junit(&f), "", "  ")
		if err != nil {
			return fmt.Errorf("writing JUnit: %w", err)
		}
		if _, err := io.WriteString(w, xml.Header+string(data)+"\n"); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
}

// junitReport and the types below are what Jenkins, GitLab and others read. A test
// that is not run has no time, and Jenkins asks for one.
type junitReport struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCount
	Suites []*junitSuite `xml:"testsuite"`
}

type junitCount struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Time     int `xml:"time,attr"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCount
	Tests []junitTest `xml:"testcase"`
}

type junitTest struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    int           `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:",innerxml"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

func junit(f *published.Findings) junitReport {
	report := junitReport{Name: "onus"}
	suites := map[string]*junitSuite{}
	add := func(unit string, test junitTest) {
		if unit == "" {
			unit = "files" // as the unit of plain files is called
		}
		suite := suites[unit]
		if suite == nil {
			suite = &junitSuite{Name: inOneLine(unit)}
			suites[unit] = suite
			report.Suites = append(report.Suites, suite)
		}
		suite.Tests = append(suite.Tests, test)
		suite.count(test)
		report.count(test)
	}
	for i := range f.Findings {
		add(f.Findings[i].Subject.Unit, junitTestOf(&f.Findings[i]))
	}
	for _, u := range f.Unreadable {
		add(u.Unit, junitTest{Name: inOneLine(u.At()), Class: "unreadable", File: inOneLine(u.File), Line: u.Line,
			Skipped: &junitSkipped{inOneLine(withHint(u))}})
	}
	for _, u := range f.Unread {
		add("", junitTest{Name: inOneLine(u.Plural()), Class: "unread", Skipped: &junitSkipped{inOneLine(u.Words())}})
	}
	for i := range f.Ignored {
		x := &f.Ignored[i]
		add("", junitTest{Name: inOneLine(x.Text), Class: "ignored", File: inOneLine(x.File), Line: x.Line,
			Skipped: &junitSkipped{ignoredWords(x)}})
	}
	for _, said := range limits(f) {
		add("", junitTest{Name: inOneLine(said), Class: "left-out", Skipped: &junitSkipped{inOneLine(said)}})
	}
	return report
}

func (c *junitCount) count(test junitTest) {
	c.Tests++
	if test.Failure != nil {
		c.Failures++
	}
	if test.Skipped != nil {
		c.Skipped++
	}
}

func junitTestOf(x *finding.Finding) junitTest {
	test := junitTest{Name: inOneLine(named(x.Subject)), Class: x.Obligation, File: inOneLine(x.Position.File), Line: x.Position.Line}
	switch x.Verdict {
	case finding.Held:
	case finding.Broken:
		test.Failure = &junitFailure{inOneLine(x.Message), x.Severity, junitBody(x)}
	case finding.Known:
		test.Skipped = &junitSkipped{inOneLine("known, in the baseline: " + x.Message)}
	case finding.Waived:
		test.Skipped = &junitSkipped{inOneLine("waived: " + waiverWords(x.Waiver) + ": " + x.Message)}
	default:
		test.Skipped = &junitSkipped{inOneLine(string(x.Verdict) + ": " + x.Message)}
	}
	return test
}

// junitBody is a finding with its evidence and what to paste.
func junitBody(x *finding.Finding) string {
	at := origin.Position{File: inOneLine(x.Position.File), Line: x.Position.Line}.String()
	all := append([]string{at}, paragraphs(x)...)
	for _, e := range x.Evidence {
		line := "- " + e.Text
		if e.File != "" && e.Position != x.Position {
			line += " (" + e.Position.String() + ")"
		}
		all = append(all, inOneLine(line))
	}
	all = append(all, pasted(x.Fix)...)
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte("\n"+strings.TrimSpace(strings.Join(all, "\n"))+"\n")) // a builder takes everything
	return strings.ReplaceAll(b.String(), "&#xA;", "\n")                                 // for people who read the file
}
