package report

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/published"
)

// junitRead is JUnit as its readers know it, apart from what writes it.
type junitRead struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Class   string `xml:"classname,attr"`
			File    string `xml:"file,attr"`
			Line    int    `xml:"line,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
				Body    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// junitIn reads a report, and fails where its numbers are not those of its tests.
func junitIn(t *testing.T, text string) junitRead {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	var r junitRead
	if err := xml.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	var tests, failures, skipped int
	for _, s := range r.Suites {
		failed, passedOver := 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failed++
			}
			if c.Skipped != nil {
				passedOver++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failed || s.Skipped != passedOver {
			t.Errorf("suite %s says %d, %d, %d", s.Name, s.Tests, s.Failures, s.Skipped)
		}
		tests, failures, skipped = tests+s.Tests, failures+s.Failures, skipped+s.Skipped
	}
	if r.Tests != tests || r.Failures != failures || r.Skipped != skipped {
		t.Errorf("the report says %d, %d, %d, and its suites %d, %d, %d", r.Tests, r.Failures, r.Skipped, tests, failures, skipped)
	}
	return r
}

func TestJUnit(t *testing.T) {
	r := junitIn(t, written(t, someFindings(), "junit", Screen{}))
	if r.Tests != 9 || r.Failures != 3 || r.Skipped != 5 || len(r.Suites) != 2 {
		t.Fatalf("%+v", r)
	}
	if r.Suites[0].Name != "charts/web" || r.Suites[1].Name != "files" {
		t.Errorf("suites %s and %s", r.Suites[0].Name, r.Suites[1].Name)
	}
	first := r.Suites[0].Cases[0]
	if first.Name != "shop/web Deployment" || first.Class != "pdb-never-allows" ||
		first.File != "charts/web/templates/web.yaml" || first.Line != 12 {
		t.Errorf("the first is %+v", first)
	}
	if first.Failure.Type != "high" || first.Failure.Message != "no eviction is ever allowed" {
		t.Errorf("it fails with %+v", first.Failure)
	}
	for _, part := range []string{
		"charts/web/templates/web.yaml:12\n", "The drain waits.", "- seen nowhere", "Fix: allow", "kind: PodDisruptionBudget",
	} {
		if !strings.Contains(first.Failure.Body, part) {
			t.Errorf("the body lacks %q:\n%s", part, first.Failure.Body)
		}
	}
	var skipped []string
	for _, s := range r.Suites {
		for _, c := range s.Cases {
			if c.Skipped != nil {
				skipped = append(skipped, c.Class+": "+c.Skipped.Message)
			}
		}
	}
	want := "drain-dodger: unknown: no eviction is ever allowed\npdb-shared: waived: rolled by hand; " +
		"until 2999-01-31: no eviction is ever allowed\nunreadable: x\n" +
		"unreadable: is no YAML; mend it\nunread: Pods could not be read: forbidden; allow list on pods"
	if got := strings.Join(skipped, "\n"); got != want {
		t.Errorf("skipped are\n%s, want\n%s", got, want)
	}
}

func TestJUnitOfNothing(t *testing.T) {
	if r := junitIn(t, written(t, published.Findings{}, "junit", Screen{})); r.Tests != 0 || len(r.Suites) != 0 {
		t.Errorf("%+v", r)
	}
}
