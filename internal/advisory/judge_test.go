package advisory

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/version"
)

// read are files alone, by the names that the catalog has.
func read(t testing.TB, files ...string) *Set {
	t.Helper()
	s := New()
	data, err := catalog.Files.ReadFile(called)
	if err != nil {
		t.Fatal(err)
	}
	if f := s.Read(called, data); f != nil {
		t.Fatal(f)
	}
	return add(t, s, files...)
}

func add(t testing.TB, s *Set, files ...string) *Set {
	t.Helper()
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if f := s.Read(file, data); f != nil {
			t.Fatal(f)
		}
	}
	return s
}

// shippedWith are those of the catalog, and these.
func shippedWith(t testing.TB, files ...string) *Set {
	t.Helper()
	s, err := Shipped(catalog.Files)
	if err != nil {
		t.Fatal(err)
	}
	return add(t, s, files...)
}

func product(t testing.TB, name string) version.Product {
	t.Helper()
	p, ok := version.Of(name)
	if !ok {
		t.Fatalf("no product %s", name)
	}
	return p
}

// testdata/truth.csv: how versions stand to flaws, and why.
func TestTruth(t *testing.T) {
	file, err := os.Open("testdata/truth.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 26 {
		t.Fatal(len(rows), err)
	}
	s := shippedWith(t, "osv-postgresql.json", "osv-redis.json")
	for _, r := range rows[1:] {
		if got := s.Judge(r[2], product(t, r[0]), r[1]); string(got.State) != r[3] || len(got.Why) == 0 && got.State != Other {
			t.Errorf("%s %s is %s by %s, wants %s: %s; said: %v", r[0], r[1], got.State, r[2], r[3], r[4], got.Why)
		}
	}
}

// What a record says of versions that it does not name as such.
func TestJudge(t *testing.T) {
	all := read(t, "osv-postgresql.json", "osv-redis.json", "bit-mongodb.json", "cve-mongodb.json")
	const bleed, sql, script = "CVE-2025-14847", "CVE-2025-1094", "CVE-2025-49844"
	for _, x := range []struct {
		flaw, product, version string
		state                  State
		fix                    string
	}{
		{bleed, "mongodb", "4.2.25", Lost, ""},   // the CVE record says so, the other one is silent
		{bleed, "mongodb", "4.3.1", Unknown, ""}, // between what both name
		{bleed, "mongodb", "8.3.4", Unknown, ""}, // when 8.3 began is not known here
		{bleed, "mongodb", "8.0.17-rc0", Exposed, "8.0.17"},
		{bleed, "mongodb", "3.4.24", Unknown, ""}, // before all that is named
		{bleed, "mongodb", "7.0.9", Exposed, "7.0.28"},
		{bleed, "postgresql", "16.4", Other, ""},
		{bleed, "mongodb", "latest", Unknown, ""},
		{sql, "postgresql", "9.6.24", Lost, "13.19.0"},
		{sql, "postgresql", "17.3", Mended, ""},
		{sql, "postgresql", "18.0", Unknown, ""},
		{sql, "postgresql", "16.6 (Debian 16.6-1.pgdg120+1)", Exposed, "16.7.0"},
		{script, "redis", "5.0.14", Lost, "6.2.20"},
		{script, "redis", "7.0.15", Lost, "7.2.11"},
		{script, "redis", "7.2.12", Mended, ""},
		{script, "redis", "8.1.5", Lost, "8.2.2"},
		{script, "redis", "5:7.2.11-1~deb12u1", Mended, ""}, // its numbers are beyond the fix
		{script, "valkey", "8.0.2", Other, ""},
	} {
		if got := all.Judge(x.flaw, product(t, x.product), x.version); got.State != x.state || got.Fix != x.fix && x.fix != "" {
			t.Errorf("%s, %s %s: %s, fixed in %q, wants %s, %q; %v", x.flaw, x.product, x.version, got.State, got.Fix, x.state, x.fix, got.Why)
		}
	}
}

// One source alone has gaps; both together have what either calls affected, and say where they differ.
func TestUnion(t *testing.T) {
	p := product(t, "mongodb")
	for _, x := range []struct {
		files []string
		state State
	}{
		{[]string{"bit-mongodb.json"}, Unknown}, {[]string{"cve-mongodb.json"}, Lost},
		{[]string{"bit-mongodb.json", "cve-mongodb.json"}, Lost}, {[]string{"cve-mongodb.json", "bit-mongodb.json"}, Lost},
	} {
		if got := read(t, x.files...).Judge("CVE-2025-14847", p, "4.2.25"); got.State != x.state || len(got.Why) != len(x.files) {
			t.Errorf("%v: %+v", x.files, got)
		}
	}
	s := read(t, "bit-mongodb.json")
	later := `{"schema_version":"1.5.0","id":"X-1","aliases":["CVE-2025-14847"],"modified":"2026-01-01T00:00:00Z",
"affected":[{"package":{"ecosystem":"Bitnami","name":"mongodb"},
"ranges":[{"type":"SEMVER","events":[{"introduced":"7.0.0"},{"fixed":"7.0.29"}]}]}]}`
	if f := s.Read("later.json", []byte(later)); f != nil {
		t.Fatal(f)
	}
	if got := s.Judge("CVE-2025-14847", p, "7.0.28"); got.State != Exposed || !got.Differ || got.Fix != "7.0.29" {
		t.Errorf("%+v", got)
	}
}

// flawed is a record of a flaw of mongodb, by its events.
func flawed(id, events string) string {
	return `{"id":"` + id + `","modified":"2025-12-01T00:00:00Z","published":"2025-12-01T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"mongodb"},"ranges":[{"type":"SEMVER","events":[` + events + `]}]}]}`
}

// A record that names no end says that something is affected and may never have been closed: that is unknown, with what
// it says; one that names the last of them is believed, and a source that names the fix is believed before it.
func TestRecordsWithoutEnd(t *testing.T) {
	p := product(t, "mongodb")
	for _, x := range []struct {
		records []string
		state   State
		why     string
	}{
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"}`)}, Unknown, "affected from 4.0.0 on, and it names no end"},
		{[]string{flawed("CVE-1", `{"introduced":"0"},{"fixed":"6.0.9"},{"introduced":"7.0.0"}`)}, Unknown, "affected from 7.0.0 on"},
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"},{"last_affected":"7.0.9"}`)}, Lost, "names no fix"},
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"},{"last_affected":"7.0.8"}`)}, Mended, "fixed"},
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"}`), flawed("CVE-1", `{"introduced":"7.0.0"},{"fixed":"7.0.9"}`)}, Mended, "no end"},
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"}`), flawed("CVE-1", `{"introduced":"7.0.0"},{"fixed":"7.0.10"}`)}, Exposed, "no end"},
		{[]string{flawed("CVE-1", `{"introduced":"4.0.0"}`), flawed("CVE-1", `{"introduced":"7.0.10"},{"fixed":"7.0.12"}`)}, Unknown, "no end"},
	} {
		s := read(t)
		for _, r := range x.records {
			if f := s.Read("x.json", []byte(r)); f != nil {
				t.Fatal(f)
			}
		}
		if got := s.Judge("CVE-1", p, "7.0.9"); got.State != x.state || !strings.Contains(got.Why[0], x.why) {
			t.Errorf("%v: %+v", x.records, got)
		}
	}
}

// The version to go to is one that has no other flaw, whichever of them it fixes; or none is known.
func TestFixes(t *testing.T) {
	p := product(t, "mongodb")
	first := flawed("CVE-1", `{"introduced":"7.0.0"},{"fixed":"7.0.5"},{"introduced":"8.0.0"},{"fixed":"8.0.5"}`)
	for _, x := range []struct {
		records []string
		to      string
		unclear int
	}{
		{[]string{first}, "7.0.5", 0},
		{[]string{first, flawed("CVE-2", `{"introduced":"7.0.4"},{"fixed":"7.0.9"}`)}, "7.0.9", 0},
		{[]string{first, flawed("CVE-2", `{"introduced":"7.0.5"},{"last_affected":"7.0.99"},{"introduced":"8.0.0"},{"fixed":"8.0.7"}`)},
			"8.0.7", 0},
		{[]string{first, flawed("CVE-2", `{"introduced":"0"}`)}, "7.0.5", 1},
		{[]string{first, flawed("CVE-2", `{"introduced":"0"},{"last_affected":"9.0.0"}`)}, "", 0},
		{[]string{flawed("CVE-2", `{"introduced":"0"},{"last_affected":"9.0.0"}`)}, "", 0},
	} {
		s := read(t)
		for _, r := range x.records {
			if f := s.Read("x.json", []byte(r)); f != nil {
				t.Fatal(f)
			}
		}
		f := s.Fixes(p, s.About("mongodb"))
		for range 2 { // the second time it knows
			if to, unclear := f.After("7.0.4"); to != x.to || len(unclear) != x.unclear {
				t.Errorf("%v: %s %v", x.records, to, unclear)
			}
		}
		if to, _ := f.After("latest"); to != "" {
			t.Error(to)
		}
	}
}

func TestExploited(t *testing.T) {
	s := read(t, "cve-mongodb.json", "osv-redis.json")
	if x, ok := s.Exploited("CVE-2025-14847"); !ok || x.Since.Format(time.DateOnly) != "2025-12-29" {
		t.Errorf("%+v %t", x, ok)
	}
	if _, ok := s.Exploited("CVE-2025-49844"); ok {
		t.Error("nobody says that it is used")
	}
	list := `{"catalogVersion":"2026.01.01","vulnerabilities":[{"cveID":"CVE-2025-49844","dateAdded":"2026-01-02","dueDate":"2026-01-23",
"knownRansomwareCampaignUse":"Known"}]}`
	if f := s.Read("kev.json", []byte(list)); f != nil {
		t.Fatal(f)
	}
	if x, ok := s.Exploited("CVE-2025-49844"); !ok || x.Since.Format(time.DateOnly) != "2026-01-02" {
		t.Errorf("%+v %t", x, ok)
	}
	if all := s.Flaws(); !slices.Equal(all, []string{"CVE-2025-49844", "CVE-2025-14847"}) {
		t.Error(all)
	}
	if day := s.Public("CVE-2025-14847"); day.Format(time.DateOnly) != "2025-12-19" {
		t.Error(day)
	}
}

// A branch above all that a record names is fixed where it began afterwards, and unknown otherwise.
func TestBranchesThatCameLater(t *testing.T) {
	s := shippedWith(t)
	p := product(t, "mongodb")
	for text, want := range map[string]State{"8.3.1": Mended, "8.4.0": Unknown, "8.1.3": Unknown, "7.1.0": Unknown} {
		if got := s.Judge("CVE-2025-14847", p, text); got.State != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// What cannot be read is named with its line; a record that was taken back says nothing.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"{":                        "x.json:1: unexpected end of JSON input",
		"{\n\"id\":\"a\",\n!}":     "x.json:3: invalid character '!' looking for beginning of object key string",
		"[]":                       "x.json:1: is a array, wants a map",
		`{"a":1}`:                  "x.json:1: is no advisory that onus knows",
		`{"id":1,"modified":"x"}`:  "x.json:1: id: is a number, wants a string",
		`{"id":"","modified":"x"}`: "x.json:1: reading it as OSV: id is empty",
		`{"id":"a","modified":"x","published":"yesterday"}`: `x.json:1: reading it as OSV: "yesterday" is no time, as 2025-12-19T11:00:22Z is`,
	} {
		f := New().Read("x.json", []byte(text))
		if f == nil || !strings.HasPrefix(f.Error(), want) {
			t.Errorf("%s: %v", text, f)
		}
	}
	s := New()
	for _, text := range []string{
		`{"id":"a","modified":"2025-01-01T00:00:00Z","withdrawn":"2025-01-02T00:00:00Z"}`,
		`{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-1","state":"REJECTED"}}`,
	} {
		if f := s.Read("x.json", []byte(text)); f != nil || len(s.Records) > 0 {
			t.Error(f, s.Records)
		}
	}
}

// A whole database of OSV, where a variable names its folder; without one the records in testdata stand for it.
func TestWholeDatabase(t *testing.T) {
	dir := os.Getenv("ONUS_OSV")
	if dir == "" {
		t.Skip("ONUS_OSV names no folder with a database of OSV; the records in testdata are read by the other tests")
	}
	s, n := read(t), 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		if f := s.Read(path, data); f != nil {
			t.Error(f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	spoken := 0
	for i := range s.Records {
		for _, a := range s.Records[i].Affects {
			spoken++
			if len(a.Unclear) > 0 {
				t.Errorf("%s: %s: %v", s.Records[i].ID, a.Product, a.Unclear)
			}
		}
	}
	t.Logf("%d files, %d records, %d times of a product that onus knows", n, len(s.Records), spoken)
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"bit-mongodb.json", "cve-mongodb.json", "osv-postgresql.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	p, _ := version.Of("mongodb")
	f.Fuzz(func(t *testing.T, data []byte) {
		s := read(t)
		_ = s.Read("x.json", data)
		for _, flaw := range s.Flaws() {
			if got := s.Judge(flaw, p, "7.0.9"); got.State == "" {
				t.Fatal(got)
			}
		}
	})
}

// The version in which a branch got the fix is told from those after it and before it, in each branch and by each form.
func TestFirstFixed(t *testing.T) {
	s, p := shippedWith(t), product(t, "mongodb")
	for text, want := range map[string]bool{
		"8.0.17": true, "7.0.28": true, "8.2.3": true, "8.0.16": false, "8.0.18": false, "8.0": false, "": false,
	} {
		if got := s.FirstFixed("CVE-2025-14847", p, text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if s.FirstFixed("CVE-2025-14847", product(t, "redis"), "8.0.17") {
		t.Error("of another product")
	}
}
