package baseline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/finding"
)

func of(verdict finding.Verdict, unit, name string) finding.Finding {
	s := finding.Subject{Unit: unit, Namespace: "shop", Kind: "Deployment", Name: name}
	return finding.Finding{Obligation: "pdb-missing", Verdict: verdict, Subject: s, Fingerprint: finding.Fingerprint("pdb-missing", s)}
}

func entries(all []Entry) string {
	var names []string
	for _, e := range all {
		names = append(names, strings.TrimPrefix(e.Subject.Unit+"/"+e.Subject.Name, "/"))
	}
	return strings.Join(names, " ")
}

func TestTake(t *testing.T) {
	leads := of(finding.Broken, "", "leads")
	leads.LeadsTo, leads.AlsoIn = []finding.Outcome{{Fingerprint: "o"}}, []finding.Also{{Fingerprint: "a"}}
	known := of(finding.Known, "", "known")
	known.Was = finding.Unknown
	b := Take([]finding.Finding{
		leads, of(finding.Held, "", "held"), of(finding.Waived, "", "waived"), of(finding.Unknown, "", "unknown"), known,
	}, []string{"files"})
	if got := entries(b.Findings); got != "leads unknown known" || strings.Join(b.Findings[0].Also, " ") != "o a" ||
		b.Findings[2].Verdict != finding.Unknown {
		t.Errorf("takes %s: %+v", got, b.Findings)
	}
	file := filepath.Join(t.TempDir(), "b.json")
	if err := b.Write(file); err != nil {
		t.Fatal(err)
	}
	read, err := Read(file)
	if err != nil || !reflect.DeepEqual(*read, b) {
		t.Errorf("reads %+v (%v), wrote %+v", read, err, b)
	}
	data, _ := os.ReadFile(file)
	if n := strings.Count(string(data), "\n"); n != 7 { // one finding a line
		t.Errorf("has %d lines:\n%s", n, data)
	}
}

func TestCompare(t *testing.T) {
	outcome := of(finding.Broken, "", "outcome")
	cause := of(finding.Broken, "", "cause")
	cause.LeadsTo = []finding.Outcome{{Fingerprint: outcome.Fingerprint}}
	b := Take([]finding.Finding{
		of(finding.Broken, "", "web"), of(finding.Unknown, "", "unsure"), of(finding.Broken, "charts/a", "web"),
		of(finding.Broken, "charts/b", "web"), cause,
	}, []string{"files", "charts/a", "charts/b"})
	for name, x := range map[string]struct {
		all, others []finding.Finding
		units       string
		known       string // of all, by place
		cured, gone string
	}{
		"nothing": {nil, nil, "files charts/a charts/b", "", "", "web unsure charts/a/web charts/b/web cause"},
		"the same": {
			[]finding.Finding{of(finding.Broken, "", "web")}, nil, "files charts/a charts/b", "0", "", "unsure charts/a/web charts/b/web cause",
		},
		"less sure": {
			[]finding.Finding{of(finding.Unknown, "", "web")}, nil, "files charts/a charts/b", "0", "", "unsure charts/a/web charts/b/web cause",
		},
		"broken now": {
			[]finding.Finding{of(finding.Broken, "", "unsure")}, nil, "files charts/a charts/b", "", "", "web charts/a/web charts/b/web cause",
		},
		"held": {
			[]finding.Finding{of(finding.Held, "", "web")}, nil, "files charts/a charts/b", "", "web", "unsure charts/a/web charts/b/web cause",
		},
		"waived": {
			[]finding.Finding{of(finding.Waived, "", "web")}, nil, "files charts/a charts/b", "", "web", "unsure charts/a/web charts/b/web cause",
		},
		"left out": {
			nil, []finding.Finding{of(finding.Broken, "", "web")}, "files charts/a charts/b", "", "", "unsure charts/a/web charts/b/web cause",
		},
		"another": {
			[]finding.Finding{of(finding.Broken, "", "new")}, nil, "files charts/a charts/b", "", "", "web unsure charts/a/web charts/b/web cause",
		},
		"an outcome": {
			[]finding.Finding{outcome}, nil, "files charts/a charts/b", "0", "", "web unsure charts/a/web charts/b/web",
		},
		"renamed": {
			[]finding.Finding{of(finding.Broken, "charts/c", "web")}, nil, "files charts/b charts/c", "0", "", "web unsure charts/b/web cause",
		},
		"a further one": {
			[]finding.Finding{of(finding.Broken, "charts/c", "web")}, nil, "files charts/a charts/b charts/c",
			"", "", "web unsure charts/a/web charts/b/web cause",
		},
		"renamed into two": {
			[]finding.Finding{of(finding.Broken, "charts/c", "web"), of(finding.Broken, "charts/d", "web")}, nil, "files charts/b charts/c charts/d",
			"0", "", "web unsure charts/b/web cause",
		},
		"not renamed": {
			[]finding.Finding{of(finding.Broken, "charts/b", "other")}, nil, "files charts/b", "", "", "web unsure charts/a/web charts/b/web cause",
		},
	} {
		var all []*finding.Finding
		for i := range x.all {
			all = append(all, &x.all[i])
		}
		since := b.Compare(all, x.others, strings.Fields(x.units))
		var known []string
		for i := range x.all {
			if x.all[i].Verdict == finding.Known {
				known = append(known, fmt.Sprint(i))
			}
		}
		if got := strings.Join(known, " "); got != x.known || since.Known != len(known) {
			t.Errorf("%s: known are %q (%d), want %q", name, got, since.Known, x.known)
		}
		if entries(since.Cured) != x.cured || entries(since.Gone) != x.gone {
			t.Errorf("%s: cured %q and gone %q, want %q and %q", name, entries(since.Cured), entries(since.Gone), x.cured, x.gone)
		}
	}
}

func TestReadFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "1 is no JSON",
		"{\n\"schema\": \n": "3 is no JSON",
		`{"schema": "x"}`:   `1 schema: is "x", wants`,
		"{\"schema\":\"onus.baseline/v1\",\n\"findings\":[\n{\"fingerprint\":7}]}": "3 ",
		`{"schema":"onus.findings/v1","findings":7}`:                               "1 ",
	} {
		file := filepath.Join(t.TempDir(), "b.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(file)
		var fault *document.Error
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := strings.Replace(strings.TrimPrefix(fault.Error(), fault.File+":"), ": ", " ", 1)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
