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
	set, err := advisory.Shipped(catalog.Files)
	if err != nil {
		t.Fatal(err)
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
	const since = ", which has CVE-2025-14847, public since 19 December 2025 (345 days)"
	const rotate = "; then rotate the secrets that were in its memory"
	const rolling = "; one member after the other, the primary last"
	for _, x := range []struct {
		rows               string
		verdict            finding.Verdict
		severity, says, do string
	}{
		{"a,mongodb,7.0.20,,mongodb-community", finding.Broken, "high", "it runs mongodb 7.0.20" + since,
			"roll out mongodb 7.0.28 or later in place of 7.0.20" + rotate},
		{"a,mongodb,4.2.25,,mongodb-community", finding.Broken, "high", "it runs mongodb 4.2.25" + since,
			"roll out mongodb 4.4.30 or later in place of 4.2.25; its own branch gets no fix" + rotate},
		{"a-1,mongodb,7.0.28,a,mongodb-community\na-2,mongodb,7.0.20,a,mongodb-community", finding.Broken, "high",
			"1 of its 2 instances runs mongodb 7.0.20" + since, "roll out mongodb 7.0.28 or later in place of 7.0.20" + rolling + rotate},
		{"a-1,mongodb,7.0.20,a,mongodb-community\na-2,mongodb,8.0.1,a,mongodb-community\na-3,mongodb,8.0.1,a,mongodb-community",
			finding.Broken, "high", "1 of its 3 instances runs mongodb 7.0.20" + since,
			"roll out mongodb 7.0.28 or later in place of 7.0.20; roll out mongodb 8.0.17 or later in place of 8.0.1" + rolling + rotate},
		{"a-1,mongodb,7.0.28-ent,a,mongodb-enterprise-advanced\na-2,mongodb,8.0.17,a,mongodb-enterprise-advanced", finding.Held, "high",
			"what runs has none of the 1 flaw of mongodb that the advisories tell of", ""},
		{"a,percona-server-for-mongodb,8.0.17-6,,mongodb-community", finding.Held, "high",
			"what runs has none of the 1 flaw of percona-server-for-mongodb that the advisories tell of", ""},
		{"a,mongodb,,,mongodb-community", "", "", "", ""}, // fleet-versions-known tells that
		{"a-1,mongodb,,a,mongodb-community\na-2,mongodb,7.3.4,a,mongodb-community", finding.Unknown, "high",
			"1 of its 2 instances: whether mongodb 7.3.4 has CVE-2025-14847 cannot be told",
			"look into the vendor's own advisories of mongodb 7.3.4"},
		{"a-1,mongodb,,a,mongodb-community\na-2,mongodb,7.0.28,a,mongodb-community", finding.Unknown, "high",
			"the version of some of its instances is not known; what runs has none of the 1 flaw of mongodb that the advisories tell of", ""},
		{"a-1,mongodb,,a,mongodb-community\na-2,mongodb,7.0.20,a,mongodb-community", finding.Broken, "high",
			"1 of its 2 instances runs mongodb 7.0.20" + since, "roll out mongodb 7.0.28 or later in place of 7.0.20" + rolling + rotate},
		{"a,mongodb,8.3.1,,mongodb-community", finding.Held, "high",
			"what runs has none of the 1 flaw of mongodb that the advisories tell of", ""},
		{"a,redis,7.2.4,,mongodb-community", finding.Unknown, "high",
			"it runs redis 7.2.4, which has CVE-2026-1, public for 10 days; a patch may take 21 days",
			"roll out redis 7.2.11 or later in place of 7.2.4"},
		{"a,mongodb,7.0.20,,mongodb-atlas", "", "", "", ""}, // the provider's
		{"a,valkey,7.2.4,,mongodb-community", finding.Unknown, "high", "no advisory that was read is about valkey",
			"name advisories of valkey with --advisory"},
		{"a,cassandra,5.0,,mongodb-community", "", "", "", ""}, // its versions are not known, which fleet-versions-known tells
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

// A fleet of hundreds is told build by build.
func TestRolloutOfMany(t *testing.T) {
	rows := strings.Repeat("m,mongodb,7.0.20,big,mongodb-community\n", 300)
	in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + rows)}
	found := lookFor(t, in, RolloutWithinPatchTarget, flaws(t)).Findings
	if len(found) != 1 || len(found[0].Evidence) > 2 || !strings.Contains(said(found[0]), "all of its 300 instances run mongodb 7.0.20") {
		t.Errorf("%+v", found)
	}
}

// A fix that has another flaw is none, and what is known to be used comes first.
func TestSeveralFlaws(t *testing.T) {
	set := flaws(t)
	for _, text := range []string{
		`{"id":"X-2","aliases":["CVE-2026-2"],"published":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"mongodb"},"ranges":[{"type":"SEMVER","events":[{"introduced":"7.0.28"},{"fixed":"7.0.31"}]}]}]}`,
		`{"id":"X-3","aliases":["CVE-2026-3"],"published":"2026-02-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"mongodb"},"ranges":[{"type":"SEMVER","events":[
{"introduced":"8.0.0"},{"last_affected":"99.0.0"}]}]}]}`,
		`{"id":"X-4","published":"2020-02-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"valkey"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}`,
		`{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2026-2","dateAdded":"2026-01-05"}]}`,
	} {
		if f := set.Read("x", []byte(text)); f != nil {
			t.Fatal(f)
		}
	}
	for row, want := range map[string][2]string{
		"a,mongodb,7.0.28,d,mongodb-community\nb,mongodb,7.0.20,d,mongodb-community": {
			"1 of its 2 instances runs mongodb 7.0.28, which has CVE-2026-2, public since 1 January 2026 (333 days)",
			"roll out mongodb 7.0.31 or later in place of 7.0.28 (whether it has CVE-2026-3 is not known); roll out mongodb 7.0.31 or later " +
				"in place of 7.0.20 (whether it has CVE-2026-3 is not known); one member after the other, " +
				"the primary last; then rotate the secrets that were in its memory"},
		"a,mongodb,8.0.17,,mongodb-community": {"it runs mongodb 8.0.17, which has CVE-2026-3, public since 1 February 2026 (302 days)",
			"no version after mongodb 8.0.17 is known to be without flaws: let none but known networks reach it, " +
				"and look into the vendor's own advisories"},
		"a,mongodb,8.0.16,,mongodb-community": {"it runs mongodb 8.0.16, which has CVE-2025-14847, public since 19 December 2025 (345 days), " +
			"and 1 other flaw", "no version after mongodb 8.0.16 is known to be without flaws: let none but known networks reach it, " +
			"and look into the vendor's own advisories; then rotate the secrets that were in its memory"},
		"a,valkey,8.0.2,,mongodb-community": {"whether valkey 8.0.2 has X-4 cannot be told",
			"look into the vendor's own advisories of valkey 8.0.2"},
	} {
		in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + row)}
		found := lookFor(t, in, RolloutWithinPatchTarget, set).Findings
		if found[0].Message != want[0] || found[0].Fix.Summary != want[1] {
			t.Errorf("%s: %s\n%s", row, said(found[0]), found[0].Fix.Summary)
		}
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
