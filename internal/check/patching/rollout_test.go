package patching

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// flaws are those of the catalog, and one of redis that was public ten days before.
func flaws(t *testing.T) *advisory.Set {
	t.Helper()
	set := advisory.New()
	for _, name := range []string{"cve-2025-14847", "branches-mongodb"} {
		data, err := catalog.Files.ReadFile("advisories/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if f := set.Read(name, data); f != nil {
			t.Fatal(f)
		}
	}
	const recent = `{"id":"X-1","aliases":["CVE-2026-1"],"published":"2026-11-20T00:00:00Z","modified":"2026-11-20T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"redis"},"ranges":[{"type":"SEMVER","events":[{"introduced":"7.2.0"},{"fixed":"7.2.11"}]}]}]}`
	if f := set.Read("recent", []byte(recent)); f != nil {
		t.Fatal(f)
	}
	return set
}

// What is said of each database, by its versions.
func TestRollout(t *testing.T) {
	set := flaws(t)
	const since = ", public since 19 December 2025 (345 days)"
	const rotate = "; then rotate the secrets that were in its memory"
	for _, x := range []struct {
		rows               string
		verdict            finding.Verdict
		severity, says, do string
	}{
		{"a,mongodb,7.0.20,,mongodb-community", finding.Broken, "high", "it has CVE-2025-14847" + since, "patch it to 7.0.28 or later" + rotate},
		{"a,mongodb,4.2.25,,mongodb-community", finding.Broken, "high", "it has CVE-2025-14847" + since,
			"patch it to 4.4.30 or later; its own branch gets no fix" + rotate},
		{"a-1,mongodb,7.0.20,a,mongodb-community\na-2,mongodb,7.0.28,a,mongodb-community", finding.Broken, "high",
			"1 of its 2 instances has CVE-2025-14847" + since, "patch it to 7.0.28 or later, one member after the other, the primary last" + rotate},
		{"a-1,mongodb,7.0.28-ent,a,mongodb-enterprise-advanced\na-2,mongodb,8.0.17,a,mongodb-enterprise-advanced", finding.Held, "high",
			"2 instances without CVE-2025-14847", ""},
		{"a,percona-server-for-mongodb,8.0.17-6,,mongodb-community", finding.Held, "high", "1 instance without CVE-2025-14847", ""},
		{"a,mongodb,,,mongodb-community", "", "", "", ""}, // fleet-versions-known tells that
		{"a-1,mongodb,,a,mongodb-community\na-2,mongodb,7.3.4,a,mongodb-community", finding.Unknown, "high",
			"whether each of its 2 instances has CVE-2025-14847 cannot be told", ""},
		{"a-1,mongodb,,a,mongodb-community\na-2,mongodb,7.0.20,a,mongodb-community", finding.Broken, "high",
			"1 of its 2 instances has CVE-2025-14847" + since, "patch it to 7.0.28 or later, one member after the other, the primary last" + rotate},
		{"a,mongodb,7.3.4,,mongodb-community", finding.Unknown, "high", "whether it has CVE-2025-14847 cannot be told", ""},
		{"a,mongodb,8.3.1,,mongodb-community", finding.Held, "high", "1 instance without CVE-2025-14847", ""},
		{"a,redis,7.2.4,,mongodb-community", finding.Broken, "medium", "it has CVE-2026-1, public since 20 November 2026 (10 days)",
			"patch it to 7.2.11 or later"},
		{"a,mongodb,7.0.20,,mongodb-atlas", "", "", "", ""},    // the provider's
		{"a,valkey,7.2.4,,mongodb-community", "", "", "", ""},  // nothing is published here of it
		{"a,cassandra,5.0,,mongodb-community", "", "", "", ""}, // its versions are not known
	} {
		in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + x.rows)}
		found := lookFor(t, in, RolloutWithinPatchTarget, set).Findings
		if x.verdict == "" && len(found) == 0 {
			continue
		}
		if len(found) != 1 {
			t.Errorf("%s: %+v", x.rows, found)
			continue
		}
		f := found[0]
		do := ""
		if f.Fix != nil {
			do = f.Fix.Summary
		}
		if f.Verdict != x.verdict || string(f.Severity) != x.severity || f.Message != x.says || do != x.do ||
			(f.Consequence != "") != (f.Verdict == finding.Broken) || f.Verdict != finding.Held && len(f.Evidence) == 0 {
			t.Errorf("%s: %s\n%+v", x.rows, said(f), f)
		}
	}
}

// A fleet of hundreds names its first members and counts the rest.
func TestRolloutOfMany(t *testing.T) {
	rows := strings.Repeat("m,mongodb,7.0.20,big,mongodb-community\n", 300)
	in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + rows)}
	found := lookFor(t, in, RolloutWithinPatchTarget, flaws(t)).Findings
	if len(found) != 1 || len(found[0].Evidence) > mostMembers+2 || !strings.Contains(said(found[0]), "290 more instances of it") {
		t.Errorf("%+v", found)
	}
}

// The few flaws that the catalog has prove nothing: what is without them is not held by that.
func TestFewFlawsProveNothing(t *testing.T) {
	set := flaws(t)
	set.Few = true
	for row, want := range map[string]int{"a,mongodb,7.0.28,,mongodb-community": 0, "a,mongodb,7.0.20,,mongodb-community": 1} {
		in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + row)}
		if found := lookFor(t, in, RolloutWithinPatchTarget, set).Findings; len(found) != want {
			t.Errorf("%s: %+v", row, found)
		}
	}
}
