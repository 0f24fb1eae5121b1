package calendar

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// built is the built-in catalog, loaded once.
var built = sync.OnceValue(func() *responsibility.Catalog {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		panic(err)
	}
	return c
})

// week is the one from Monday, 30 November 2026, in a zone.
func week(t *testing.T, zone string) Range {
	t.Helper()
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return Range{time.Date(2026, 11, 30, 0, 0, 0, 0, at), time.Date(2026, 12, 7, 0, 0, 0, 0, at)}
}

// dated are the calendars of an estate with the budgets given in place of its own.
func dated(t *testing.T, e *kubernetes.Estate, in Range, budgets string) Pool {
	t.Helper()
	c := built()
	if budgets != "" {
		own := disruption.ParseNodeBudgets(written(t, budgets))
		e.Pools[0].Budgets, e.Pools[0].BudgetsAt = &own, nil
	}
	places := locate.Locate(c, e, nil, c.Assumed("compute")).Decided()
	all, _, err := Of(context.Background(), c, &estate.Estate{Kubernetes: e}, places, in)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	return all[0]
}

// written reads budgets as "NODES [SCHEDULE for DURATION]", with ; between.
func written(t *testing.T, text string) []disruption.NodeBudget {
	t.Helper()
	var all []disruption.NodeBudget
	for one := range strings.SplitSeq(text, ";") {
		nodes, rest, scheduled := strings.Cut(strings.TrimSpace(one), " ")
		b := disruption.NodeBudget{Nodes: nodes}
		if scheduled {
			schedule, duration, _ := strings.Cut(rest, " for ")
			d, err := time.ParseDuration(duration)
			if err != nil {
				t.Fatal(one, err)
			}
			b.Schedule, b.Duration = schedule, d
		}
		all = append(all, b)
	}
	return all
}

func recorded(t *testing.T, run string) *kubernetes.Estate {
	t.Helper()
	e, err := source.Kubernetes(context.Background(), source.Input{
		Paths: []string{"../../testdata/runs/" + run + "/estate.json"}, Catalog: built(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Whether a roll fits, by what budgets leave open.
func TestFits(t *testing.T) {
	for _, test := range []struct {
		budgets       string
		fits          finding.Verdict
		never, always bool
		opening       string
		inOpening     int
		openings      int
		stuck         bool
	}{
		{"2", finding.Held, false, true, "", 0, 1, false},
		{"2; 0 0 8 * * * for 10h", finding.Held, false, false, "Mon 30 Nov 18:00 to Tue 1 Dec 08:00", 0, 1, false},
		{"1; 0 0 8 * * * for 23h58m", finding.Broken, false, false, "Mon 30 Nov 07:58 to 08:00", 2, 3, false},
		{"0; 2 0 2 * * * for 2h", finding.Broken, true, false, "", 0, 0, true},
		{"0", finding.Broken, true, false, "", 0, 0, true},
		{"3 61 * * * * for 1h", finding.Broken, true, false, "", 0, 0, true},
		{"0 0 0 1 1 * for 24h", finding.Held, false, false, "Sat 2 Jan 00:00 to Sat 1 Jan 00:00", 0, 1, false},
	} {
		p := dated(t, recorded(t, "budget-opens"), week(t, "UTC"), test.budgets)
		r := &p.Roll
		opening := ""
		if !r.Never && !r.Always {
			opening = Between(r.Opening.From, r.Opening.Until)
		}
		if r.Fits != test.fits || r.Never != test.never || r.Always != test.always || opening != test.opening || r.InOpening != test.inOpening ||
			r.Openings != test.openings || r.Stuck() != test.stuck {
			t.Errorf("%s: %+v, opening %s", test.budgets, *r, opening)
		}
	}
}

// The smallest window is the smallest: in it every run begins all nodes, and in one that
// is shorter by a step some run does not. No run is faster than what is proved.
func TestSmallest(t *testing.T) {
	runs, err := filepath.Glob("../../testdata/runs/*/estate.json")
	if err != nil || len(runs) < 20 {
		t.Fatal(len(runs), err)
	}
	looked := 0
	for _, file := range runs {
		e := recorded(t, filepath.Base(filepath.Dir(file)))
		if len(e.Pools) != 1 {
			continue
		}
		p := dated(t, e, week(t, "UTC"), "1")
		r := &p.Roll
		if r.Smallest == 0 {
			continue
		}
		looked++
		step := stepOf(r.Takes)
		if r.AtLeast > r.Takes || r.Smallest > r.Takes+step {
			t.Errorf("%s: %+v", file, *r)
		}
		c := built()
		places := locate.Locate(c, e, nil, c.Assumed("compute")).Decided()
		x := paced(c, e, &places, week(t, "UTC"))[0]
		x.stage = stageOf(e, places, x.From)
		played := x.playing(context.Background(), x.contract().Routine(), r.Runs)
		for length, fits := range map[time.Duration]bool{r.Smallest: true, r.Smallest - step: false, r.Smallest + step: true} {
			got, err := played.in(closing(x.budgets, x.From, length), x.From, Longest)
			if err != nil || (got.Left == 0) != fits && length > 0 {
				t.Errorf("%s: in %s %d nodes are left, %v; %+v", file, length, got.Left, err, *r)
			}
		}
	}
	if looked < 10 {
		t.Errorf("only %d of %d runs have a smallest window", looked, len(runs))
	}
}

// What each entry means, and what readers take otherwise.
func TestMeans(t *testing.T) {
	for budgets, want := range map[string]string{
		"10%":                      "",
		"1 @hourly for 1h":         "is active at all times: 1 at once, and the next goes as soon as one is replaced. It is no rate",
		"0; 3 0 2 * * 6 for 4h":    "never counts: budget 1 (0 at any time) is as strict or stricter whenever it is active",
		"2; 0 0 9 * * 1 for 8h":    "active Mon 30 Nov 10:00 to 18:00",
		"2; 0 0 9 * * 1-2 for 8h":  "active Mon 30 Nov 10:00 to 18:00, and 1 time more",
		"2; 0 0 9 24 12 * for 48h": "not active in this time; next on Thu 24 Dec 2026 10:00",
		"2; 1 0 9 * * * TZ=x for 8h": `Karpenter cannot read its schedule "0 9 * * * TZ=x": ` +
			`no node of the pool goes, for any reason, at any time`,
		"2; 0 0 22 * * sun for 48h": "active until Tue 1 Dec 23:00",
		"many; 1":                   "does not count: another budget cannot be read, which holds the pool",
	} {
		in := week(t, "Europe/Berlin")
		if strings.Contains(budgets, "sun") {
			in.From = in.From.Add(30 * time.Hour)
			in.Until = in.From.Add(48 * time.Hour)
		}
		p := dated(t, recorded(t, "budget-opens"), in, budgets)
		if got := p.Entries[len(p.Entries)-1].Means; got != want {
			t.Errorf("%s: %q, want %q", budgets, got, want)
		}
	}
}

// The remarks of a pool, by their obligations.
func TestRemarks(t *testing.T) {
	for budgets, want := range map[string]string{
		"10%":                   "expiry-unbounded",
		"0":                     "budget-closed expiry-unbounded",
		"0 0 9 * * 1-5 for 8h":  "budget-gap expiry-unbounded",
		"2 * * * * * for 1m":    "expiry-unbounded",
		"5 0 0 1 1 * for 8759h": "budget-gap expiry-unbounded",
		"x":                     "budget-invalid expiry-unbounded",
	} {
		var got []string
		for _, r := range dated(t, recorded(t, "budget-opens"), week(t, "UTC"), budgets).Remarks {
			got = append(got, r.Obligation)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", budgets, got, want)
		}
	}
}

// Of nodes that are known to be created the times at which they expire are in the calendar,
// and a pool of which no node was read has none.
func TestExpires(t *testing.T) {
	e := recorded(t, "expiry-storm")
	newest := e.Newest
	p := dated(t, e, Range{newest.Add(-time.Hour), newest.AddDate(0, 0, 90)}, "")
	nodes := 0
	for i, x := range p.Expires {
		nodes += len(x.Nodes)
		if i > 0 && !p.Expires[i-1].At.Before(x.At) {
			t.Errorf("%v before %v", p.Expires[i-1], x)
		}
	}
	if nodes == 0 || nodes > *p.Nodes {
		t.Errorf("%d of %d nodes expire", nodes, *p.Nodes)
	}
	e.Nodes = nil
	if p := dated(t, e, Range{newest, newest.AddDate(0, 0, 90)}, ""); p.Nodes != nil || p.Expires != nil {
		t.Errorf("%+v", p)
	}
}

// Nothing that is unknown is told as known.
func TestUnknown(t *testing.T) {
	e := recorded(t, "budget-opens")
	e.Nodes, e.Workloads, e.Budgets = nil, nil, nil
	p := dated(t, e, week(t, "UTC"), "10%; 0 0 8 * * * for 8h")
	if p.Roll.Fits != finding.Unknown || p.Roll.Smallest != 0 || p.Roll.Stuck() || p.Roll.Why == "" {
		t.Errorf("%+v", p.Roll)
	}
	for _, s := range p.Tracks[0].Stretches {
		if !s.Closed() && s.Allowed != nil {
			t.Errorf("10%% of an unknown number is %d", *s.Allowed)
		}
	}
}
