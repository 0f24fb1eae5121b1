package responsibility

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
)

func TestCatalogFollowsItsSchemas(t *testing.T) {
	if _, err := Load(Files{FS: catalog.Files, Name: "catalog"}); err != nil {
		t.Fatal(err)
	}
}

// A copy of the catalog is one; other words of names would not be used, and are told.
func TestWordsOfNames(t *testing.T) {
	text, err := catalog.Files.ReadFile(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	for what, x := range map[string]struct{ text, want string }{
		"the same":       {string(text), ""},
		"one more":       {strings.Replace(string(text), "general: [", "general: [fleet, ", 1), "says other things than that of onus"},
		"no such field":  {string(text) + "more: [x]\n", "more"},
		"no such use":    {strings.Replace(string(text), "for: tests", "for: fun", 1), "for"},
		"capital letter": {strings.Replace(string(text), "[gitops", "[GitOps", 1), "deploying"},
	} {
		own := Files{FS: fstest.MapFS{wordsFile: {Data: []byte(x.text)}}, Name: "own"}
		_, err := Load(Files{FS: catalog.Files, Name: "catalog", Checked: true}, own)
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: %v, want %q", what, err, x.want)
		}
	}
}

func builtin(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load(Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every cell, duty, limit, rule, contract field and obligation cites a source
// with a title, a URL and the day on which it was read.
func TestCatalogCitesASourceForEverything(t *testing.T) {
	c := builtin(t)
	for id, s := range c.Sources {
		if s.Title == "" || !strings.HasPrefix(s.URL, "https://") || len(s.Read) != len("2026-11-22") {
			t.Errorf("source %s lacks title, URL or day: %+v", id, s)
		}
	}
	cited := map[string]bool{}
	cite := func(where string, ids ...string) {
		if len(ids) == 0 {
			t.Errorf("%s cites no source", where)
		}
		for _, id := range ids {
			if _, ok := c.Sources[id]; !ok {
				t.Errorf("%s cites %q, which is no source", where, id)
			}
			cited[id] = true
		}
	}
	for _, o := range c.Offerings {
		citesOf(t, o, cite)
	}
	citesBeside(c, cite)
	for id := range c.Sources {
		if !cited[id] {
			t.Errorf("source %s is cited by nothing", id)
		}
	}
}

// citesOf are the sources of an offering, one by one with what rests on them.
func citesOf(t *testing.T, o *Offering, cite func(where string, ids ...string)) {
	if o.Databases.Standby != (Standby{}) || len(o.Databases.Hosts) > 0 || o.Databases.Apply != "" {
		cite(o.ID+": databases", o.Databases.From...)
	}
	cite(o.ID, o.From...)
	for axis, cells := range o.Line {
		for layer, cell := range cells {
			where := o.ID + "/" + axis + "/" + layer
			var ids []string
			for _, cl := range cell.Statements {
				ids = append(ids, cl.From)
			}
			cite(where, ids...)
			for _, d := range cell.Duties {
				cite(where+": "+d.Title, d.From...)
			}
		}
	}
	for _, l := range o.Limits {
		cite(o.ID+" limit "+l.Is, l.From...)
	}
	for _, r := range o.Evidence {
		cite(o.ID+" evidence", r.From...)
	}
	for _, u := range o.Unsupported {
		cite(o.ID+" unsupported "+u.ID, u.From...)
	}
	for _, a := range o.AtOnce {
		cite(o.ID+" at once "+a.API, a.From...)
	}
	if o.Facts != nil {
		o.Facts.All(func(field string, f contract.Fact) {
			if f.Assumed { // it says so, and why
				if len(f.From) > 0 || f.Note == "" {
					t.Errorf("%s contract %s is assumed: it wants a note, and no source", o.ID, field)
				}
				return
			}
			cite(o.ID+" contract "+field, f.From...)
			for _, d := range f.Disputed {
				cite(o.ID+" contract "+field+" dispute", d.From...)
			}
		})
	}
}

// citesBeside are those of everything else in a catalog.
func citesBeside(c *Catalog, cite func(where string, ids ...string)) {
	for _, p := range c.Platforms {
		cite(p.ID, p.From...)
		for _, r := range p.Evidence {
			cite(p.ID+" evidence", r.From...)
		}
		for _, s := range p.Spot {
			cite(p.ID+" "+s.Label, s.From...)
		}
	}
	for _, o := range c.Obligations {
		cite(o.ID, o.From...)
	}
	for _, o := range c.Operators {
		cite(o.ID, o.From...)
		for _, k := range o.Kinds {
			if len(k.From) > 0 {
				cite(k.Kind, k.From...)
			}
		}
	}
	for _, tr := range c.Triggers {
		cite(tr.ID, tr.From...)
	}
	for _, s := range c.Strategies {
		cite(s.ID, s.From...)
	}
	citesOfFiles(c, cite)
}

// citesOfFiles are those of the files that each hold things of one kind.
func citesOfFiles(c *Catalog, cite func(where string, ids ...string)) {
	for _, p := range c.programs.known {
		cite(p.ID, p.From...)
	}
	for _, s := range c.programs.sized {
		cite(s.Label, s.From...)
	}
	for _, a := range c.exposure.Annotations {
		cite(a.Key, a.From...)
	}
	for _, l := range c.exposure.LoggingIn {
		cite(l.Annotation+l.Image, l.From...)
	}
	for _, s := range c.storage.Unattached {
		cite(s.Names[0], s.From...)
	}
	for _, w := range c.webhooks.Evictions {
		cite(w.Names[0], w.From...)
	}
	for _, r := range c.Removals() {
		cite(r.Write, r.From...)
	}
	for _, t := range Takers() {
		cite(t.Name(), t.From...)
	}
	for _, b := range c.Balancers {
		cite(b.Delay, b.From...)
	}
	for _, of := range c.addons.cited() {
		cite(of.id, of.from...)
	}
	for name, from := range c.Names() {
		cite(name, from...)
	}
}

// What the provider or the project itself does not state is told as such: each
// cell and each duty rests on at least one primary source or is marked, and each
// limit and each term of a contract rests on one.
func TestEveryCellRestsOnAPrimarySourceOrIsMarked(t *testing.T) {
	c := builtin(t)
	primary := func(where string, ids []string) {
		if c.Primary(ids) == "" {
			t.Errorf("%s rests on %q, none of them primary", where, ids)
		}
	}
	marked := 0
	for _, o := range c.Offerings {
		for axis, cells := range o.Line {
			for layer, cell := range cells {
				if cell.Secondary != "" {
					marked++
					continue
				}
				where := o.ID + "/" + axis + "/" + layer
				primary(where, cell.RestsOn())
				for _, d := range cell.Duties {
					primary(where+": "+d.Title, d.From)
				}
			}
		}
		for _, l := range o.Limits {
			primary(o.ID+" limit "+l.Is, l.From)
		}
		if o.Facts != nil {
			o.Facts.All(func(field string, f contract.Fact) {
				switch {
				case f.Assumed:
				case strings.HasSuffix(field, "Reported"): // what the provider says itself does not stand there
					if by := c.Primary(f.From); by != "" {
						t.Errorf("%s contract %s is stated by %s", o.ID, field, by)
					}
				default:
					primary(o.ID+" contract "+field, f.From)
				}
			})
		}
	}
	if marked > 1 {
		t.Errorf("%d cells are marked as resting on secondary sources only; find primary ones", marked)
	}
}

// Whoever replaces nodes needs them to go: that is asked of every offering
// whose nodes are moved, and of none that has no nodes.
func TestReplacementsAreAskedForWhereThereAreNodes(t *testing.T) {
	c := builtin(t)
	ob := c.Obligation("replacement-finishes")
	for _, o := range c.Offerings {
		if _, compute := o.Line["compute"]; compute && ob.AppliesTo(o) != (o.Contract != nil && o.Orchestrator == "") {
			t.Errorf("%s under %s: %t", ob.ID, o.ID, ob.AppliesTo(o))
		}
	}
}

// Wikis, blogs of others, and what users report or ask are secondary.
func TestWikisBlogsAndReportsAreSecondary(t *testing.T) {
	var told = regexp.MustCompile(`sysdesign-wiki|deepwiki\.com|/blog/|/issues/|repost\.aws/questions|stackoverflow|medium\.com`)
	for id, s := range builtin(t).Sources {
		if told.MatchString(s.URL) && !s.Secondary {
			t.Errorf("%s, %s, is not marked as secondary", id, s.URL)
		}
	}
}

// The seed's table, row by row: EC2, standard EKS, Auto Mode, Fargate/Lambda.
var seedTable = map[string][4]Party{
	"datacenter":          {Provider, Provider, Provider, Provider},
	"hypervisor":          {Provider, Provider, Provider, Provider},
	"guest-os":            {Customer, Customer, Provider, Provider},
	"os-patching":         {Customer, Customer, Provider, Provider},
	"node-lifecycle":      {Customer, Customer, Provider, Provider},
	"cluster-upgrades":    {None, Customer, Provider, None},
	"default-addons":      {None, Customer, Provider, None},
	"control-plane":       {None, Provider, Provider, None},
	"node-pool-policy":    {Customer, Customer, Customer, None},
	"workload":            {Customer, Customer, Customer, Customer},
	"application":         {Customer, Customer, Customer, Customer},
	"disruption-controls": {Customer, Customer, Customer, None},
}

func TestCatalogKeepsTheSeedsTable(t *testing.T) {
	c := builtin(t)
	columns := [4][]string{{"ec2-self-hosted"}, {"eks-standard"}, {"eks-auto-mode"}, {"eks-fargate", "lambda"}}
	for layer, row := range seedTable {
		for i, ids := range columns {
			for _, id := range ids {
				o := c.Offering(id)
				if o == nil {
					t.Fatalf("there is no offering %s", id)
				}
				cell := o.Line["compute"][layer]
				var seed Party
				for _, cl := range cell.Statements {
					if cl.From == "seed" {
						seed = cl.Party
						if seed == "" {
							seed = cell.Party
						}
					}
				}
				if seed != row[i] {
					t.Errorf("%s %s: the seed's claim is %q, want %q", id, layer, seed, row[i])
				}
			}
		}
	}
	if !c.Offering("eks-auto-mode").Line["compute"]["disruption-controls"].LoadBearing {
		t.Error("disruption controls on Auto Mode are load-bearing")
	}
}

func TestCatalogHasEveryNameOthersScriptAgainst(t *testing.T) {
	c := builtin(t)
	for _, id := range strings.Fields(`ec2-self-hosted eks-standard eks-managed-nodegroup eks-auto-mode eks-fargate lambda karpenter
		gke-standard gke-autopilot aks aks-automatic rosa-classic rosa-hcp openshift cluster-api
		mongodb-community mongodb-enterprise-advanced mongodb-atlas hyperpod-inference-helm hyperpod-inference-addon
		aws-backup aws-drs arpio`) {
		o := c.Offering(id)
		if o == nil {
			t.Errorf("there is no offering %s", id)
			continue
		}
		if _, compute := o.Line["compute"]; compute && id != "lambda" && o.Contract == nil {
			t.Errorf("%s lacks a contract", id)
		}
		if _, compute := o.Line["compute"]; compute && id != "lambda" && len(o.Evidence) == 0 {
			t.Errorf("%s lacks evidence rules", id)
		}
	}
	for _, id := range strings.Fields(`pdb-missing pdb-never-allows pdb-overlap pdb-shared pdb-orphan single-replica drain-dodger
		budget-closed budget-gap budget-dead budget-invalid expiry-cohort expiry-unbounded survives-replacement release-within-budget`) {
		if c.Obligation(id) == nil {
			t.Errorf("there is no obligation %s", id)
		}
	}
}

// A broken catalog file is answered with file:line, the field and what was expected.
func TestBrokenCatalogFiles(t *testing.T) {
	offering := func(body string) map[string]string { return map[string]string{"offerings/x.yaml": body} }
	const head = "id: x\ntitle: X\nprovider: X\nabout: X\nfrom: [seed]\n"
	const anyLine = "line:\n  patching:\n    detection: &a {party: customer, claims: [{from: seed}]}\n    fix: *a\n    distribution: *a\n" +
		"    rollout: *a\n    scheduling: *a\n    fleet-state: *a\n    restart-tolerance: *a\n    compensating-controls: *a\n"
	tests := map[string]struct {
		files map[string]string
		want  string
	}{
		"syntax": {offering("id: x\n  title: [\n"), "mine/offerings/x.yaml:2: "},
		"empty":  {offering("# nothing\n"), "mine/offerings/x.yaml:1: is empty"},
		"unknown field": {offering(head + "colour: red\nline: {patching: {}}\n"),
			"mine/offerings/x.yaml:6: colour: is not a field that stands here"},
		"missing field": {offering("id: x\ntitle: X\n"), "mine/offerings/x.yaml:1: lacks provider, about, line, from"},
		"wrong party": {offering(head + "line:\n  compute:\n    workload:\n      party: aws\n      claims: [{from: seed}]\n"),
			"mine/offerings/x.yaml:9: line.compute.workload.party: value must be one of 'provider', 'customer', 'partner', 'none', 'split'"},
		"no secondary one": {offering(head + "line:\n  patching:\n    detection: {party: none, secondary: Nothing found, " +
			"claims: [{from: k8s-eviction}]}\n" + "    fix: &a {party: none, claims: [{from: seed}]}\n    distribution: *a\n    rollout: *a\n" +
			"    scheduling: *a\n    fleet-state: *a\n    restart-tolerance: *a\n    compensating-controls: *a\n"),
			"mine/offerings/x.yaml:8: line.patching.detection.secondary: k8s-eviction is a primary source; leave this out"},
		"missing layer": {offering(head + "line:\n  operator:\n    iam-roles: {party: customer, claims: [{from: seed}]}\n"),
			"mine/offerings/x.yaml:7: line.operator: lacks the layer release-lifecycle"},
		"unknown source": {offering("id: x\ntitle: X\nprovider: X\nabout: X\nfrom: [sead]\nline: {patching: {detection: {party: none, " +
			"claims: [{from: seed}]}}}\n"), `mine/offerings/x.yaml:5: from: there is no source "sead"; did you mean seed?`},
		"name and file": {map[string]string{
			"offerings/y.yaml": head + "line: {patching: {detection: {party: none, claims: [{from: seed}]}}}\n",
		}, `mine/offerings/y.yaml:1: id: is "x", wants "y" as the file is named`},
		"unknown place":   {map[string]string{"notes/x.yaml": "a: b\n"}, "mine/notes/x.yaml: is not where a catalog file can be"},
		"invalid UTF-8":   {offering("id: x\ntitle: \xff\n"), "mine/offerings/x.yaml:2: is not valid UTF-8"},
		"a list":          {offering("- id: x\n"), "mine/offerings/x.yaml:1: got array, want object"},
		"obligation":      {map[string]string{"obligations/x.yaml": "id: x\n"}, "mine/obligations/x.yaml:1: lacks title"},
		"duplicate field": {offering("id: x\nid: y\n"), "mine/offerings/x.yaml:"},
		"contractOf what is not there": {offering(head + "contractOf: opensift\n" + anyLine),
			`mine/offerings/x.yaml:6: contractOf: there is no offering "opensift"; did you mean openshift?`},
		"contractOf one without a contract": {offering(head + "contractOf: lambda\n" + anyLine),
			"mine/offerings/x.yaml:6: contractOf: lambda has no contract of its own"},
		"contractOf one that has that of another": {offering(head + "contractOf: aro\n" + anyLine),
			"mine/offerings/x.yaml:6: contractOf: aro has no contract of its own"},
		"refines itself": {offering(head + "refines: x\n" + anyLine), "mine/offerings/x.yaml:6: refines: goes round in a circle: x refines x"},
		"refines what refines it": {map[string]string{
			"offerings/x.yaml": head + "refines: w\n" + anyLine,
			"offerings/w.yaml": strings.ReplaceAll(head, "id: x", "id: w") + "refines: x\n" + anyLine,
		}, "mine/offerings/w.yaml:6: refines: goes round in a circle: w refines x refines w"},
		"refines one in a circle": {map[string]string{
			"offerings/a.yaml": strings.ReplaceAll(head, "id: x", "id: a") + "refines: x\n" + anyLine,
			"offerings/x.yaml": head + "refines: z\n" + anyLine,
			"offerings/w.yaml": strings.ReplaceAll(head, "id: x", "id: w") + "refines: x\n" + anyLine,
			"offerings/z.yaml": strings.ReplaceAll(head, "id: x", "id: z") + "refines: w\n" + anyLine,
		}, "mine/offerings/w.yaml:6: refines: goes round in a circle: w refines x refines z refines w"},
		"larger than any": {offering(strings.Repeat(" ", mostOfFile<<20+1)), "mine/offerings/x.yaml: has more than 32 MiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mine := fstest.MapFS{}
			for p, body := range test.files {
				mine[p] = &fstest.MapFile{Data: []byte(body)}
			}
			_, err := Load(Files{FS: catalog.Files, Name: "catalog", Checked: true}, Files{FS: mine, Name: "mine"})
			var e *document.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an Error", err)
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

func TestCatalogsLieOverEachOther(t *testing.T) {
	mine := fstest.MapFS{
		"sources/mine.yaml": {Data: []byte("sources: [{id: handbook, title: Our handbook, url: 'https://example.com/h', read: 2026-11-23}]\n")},
		"obligations/pdb-missing.yaml": {Data: []byte(`{id: pdb-missing, title: Ours, axis: compute, layer: workload, statement: s, severity: low,
			loadBearing: false, applies: [{layer: workload, party: [customer]}], why: w, held: h, fix: f, from: [handbook]}`)},
	}
	c, err := Load(Files{FS: catalog.Files, Name: "catalog", Checked: true}, Files{FS: mine, Name: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	if o := c.Obligation("pdb-missing"); o.Title != "Ours" || o.From[0] != "handbook" {
		t.Errorf("the added catalog does not hold: %+v", o)
	}
	if c.Offering("eks-auto-mode") == nil {
		t.Error("the built-in offerings are gone")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"eks-standard", "eks-auto-mode", "gke-autopilot", "lambda"}
	for typed, want := range map[string]string{
		"eks-automode": "eks-auto-mode", "autopilot": "gke-autopilot", "lamdba": "lambda", "EKS-Standard": "eks-standard", "zzz": "",
		"ekss": "eks-standard", "gkee": "gke-autopilot", "lambdaa": "lambda", // one slip from the word of a family, or from a name
	} {
		got := Nearest(typed, names)
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || got[0] != want) {
			t.Errorf("Nearest(%q) = %v, want %q first", typed, got, want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		builtin(b)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("id: x\ntitle: X\nprovider: X\nabout: X\nfrom: [seed]\nline: {patching: {}}\n"))
	f.Add([]byte("a: &a [*a, *a]\n"))
	f.Add([]byte("<<: [{a: b}, c]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range []string{"offerings/x.yaml", "obligations/x.yaml", "sources/x.yaml", "addons.yaml", "layers.yaml", "programs.yaml",
			"exposure.yaml", "names.yaml", "purpose.yaml", "removed.yaml", "storage.yaml", "takers.yaml", "triggers.yaml", "webhooks.yaml"} {
			_, _ = Load(Files{FS: fstest.MapFS{p: {Data: data}}, Name: "fuzz"})
		}
	})
}
