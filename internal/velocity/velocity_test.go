package velocity

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// set is one of letters: Primary, Secondary, Hidden, Arbiter.
func set(letters string) []Member {
	var all []Member
	for i, l := range letters {
		m := Member{Name: fmt.Sprint(i), Part: Shard, Role: map[rune]Role{'P': Primary, 'S': Secondary, 'H': Hidden, 'A': Arbiter}[l]}
		all = append(all, m)
	}
	return all
}

// Which sets keep what they need with one member down, and in which order they are patched.
func TestQuorum(t *testing.T) {
	for _, x := range []struct {
		members string
		quorum  Quorum
		concern int
		order   string
		why     string // not
	}{
		{"PSS", ByVotes, 0, "SSP", ""},
		{"PSSHA", ByVotes, 0, "HSSAP", ""},
		{"PSA", ByVotes, 0, "SAP", ""}, // writes wait for one alone, by default
		{"PSA", ByVotes, 2, "SAP", "1 of 2 members with data up, and writes wait for 2"},
		{"PS", ByVotes, 0, "SP", "1 of 2 votes up, and a majority is 2"},
		{"PS", ByReplica, 0, "SP", ""},
		{"PS", ByReplica, 2, "SP", "1 of 2 members with data up, and writes wait for 2"},
		{"PSS", ByVotes, 3, "SSP", "2 of 3 members with data up, and writes wait for 3"},
		{"P", ByVotes, 0, "P", ""}, // alone: there is none to be kept
		{"PSSSSSSSS", ByVotes, 4, "SSSSSSSSP", ""},
	} {
		d := Deployment{Members: set(x.members), Quorum: x.quorum, Concern: x.concern}
		ok, why := d.Keeps()
		if ok != (x.why == "") || !strings.Contains(why, x.why) {
			t.Errorf("%s: %t, %q, wants %q", x.members, ok, why, x.why)
		}
		order := ""
		for _, i := range d.Order() {
			order += string(x.members[i])
		}
		if order != x.order || d.Alone() != (len(x.members) == 1) {
			t.Errorf("%s: %s, wants %s", x.members, order, x.order)
		}
	}
}

// A sharded cluster goes part by part, set by set, and what is fixed is left out.
func TestOrderOfParts(t *testing.T) {
	var d Deployment
	for _, x := range []struct {
		set  string
		part Part
	}{{"mongos", Router}, {"shard-b", Shard}, {"shard-a", Shard}, {"config", ConfigServers}} {
		for i, r := range []Role{Primary, Secondary, Secondary} {
			d.Members = append(d.Members, Member{Set: x.set, Part: x.part, Role: r, Fixed: i == 2})
		}
	}
	var got []string
	for _, i := range d.Order() {
		got = append(got, fmt.Sprint(d.Members[i].Set, d.Members[i].Role))
	}
	want := []string{"config1", "config3", "shard-a1", "shard-a3", "shard-b1", "shard-b3", "mongos1", "mongos3"}
	if ok, why := d.Keeps(); !slices.Equal(got, want) || !ok {
		t.Errorf("%v, %s", got, why)
	}
}

// What a canary sees, as is known of it.
func TestCanaryArithmetic(t *testing.T) {
	for sure, row := range map[float64][6]int{0.9: {4, 11, 22, 45, 114, 230}, 0.95: {5, 14, 29, 59, 149, 299},
		0.99: {7, 21, 44, 90, 228, 459}} {
		for i, fault := range []float64{0.5, 0.2, 0.1, 0.05, 0.02, 0.01} {
			if got := Needs(fault, sure); got != row[i] {
				t.Errorf("%g at %g: %d, wants %d", sure, fault, got, row[i])
			}
		}
	}
	if missed := 1 - Sees(20, 0.05); math.Round(100*missed) != 36 {
		t.Errorf("20 miss a fault of 5 %% with %g", missed)
	}
	if p := Smallest(100, 0.95); p < 0.028 || p > 0.03 || Smallest(0, 0.95) != 1 { // about 3/n
		t.Error(p)
	}
}

// What is wrong with a strategy is told, with the field.
func TestFaultsOfStrategies(t *testing.T) {
	number := func(n float64) Amount { return Amount{n, false, true} }
	for want, s := range map[string]Strategy{
		"/waves has none":                             {},
		"/by is \"planet\"":                           {By: "planet", Waves: []Wave{{}}},
		"/order is \"any\"":                           {Order: "any", Waves: []Wave{{}}},
		"/concurrency is 0":                           {Concurrency: number(0), Waves: []Wave{{}}},
		"/waves/0/percent does not reach the whole":   {Waves: []Wave{{Percent: 99}}},
		"/waves/1/percent is less than that of":       {Waves: []Wave{{Percent: 50}, {Percent: 40}, {}}},
		"/waves/0/groups wants by":                    {Waves: []Wave{{Groups: number(1)}, {}}},
		"/waves/0/shrink is for a wave that is repea": {Waves: []Wave{{Shrink: 0.5}}},
		"/waves/1 comes after one that is repeated":   {By: ByRegion, Waves: []Wave{{Each: number(1)}, {}}},
		"/waves/1/after is before that of the wave":   {Waves: []Wave{{After: 2, Percent: 1}, {After: 1}}},
		"/waves/0/spread wants the next wave":         {Waves: []Wave{{Spread: true, Percent: 5}, {}}},
		"/waves/0/canary/percent is 100":              {Waves: []Wave{{Canary: &Canary{Percent: 100}}}},
		"/waves/1/percent does not reach the whole ":  {By: ByRegion, Waves: []Wave{{Groups: number(1)}, {Groups: number(5)}}},
	} {
		if err := s.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, wants %s", err, want)
		}
	}
}

// many are so many sets of three in some regions, of which some have a window a week.
func many(n, regions, windows int) *Fleet {
	f := &Fleet{}
	for w := range windows {
		f.Windows = append(f.Windows, disruption.Window{Length: 4 * time.Hour, At: time.Duration(w%24) * time.Hour,
			Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Weekday(w % 7)}}})
	}
	for i := range n {
		d := Deployment{Name: fmt.Sprintf("d-%05d", i), Region: fmt.Sprintf("r-%02d", i%regions), Tier: "own", Stratum: fmt.Sprint("s", i%5),
			Window: None, Protected: None, Members: set("PSS")}
		if windows > 0 {
			d.Window = i % windows
		}
		f.Deployments = append(f.Deployments, d)
	}
	return f
}

var inWaves = Strategy{ID: "w", Title: "w", By: ByRegion, Tolerates: Amount{0, false, true}, Waves: []Wave{
	{Groups: Amount{1, false, true}, Canary: &Canary{Percent: 10, Bake: Duration(time.Hour)}, Bake: Duration(12 * time.Hour)},
	{Each: Amount{50, true, true}, Bake: Duration(4 * time.Hour), Shrink: 0.5, Least: Duration(time.Hour)},
}}

// Two people, windows and bakes hold a rollout up, and each is worth what it takes less without it.
func TestWhatHoldsUpTheTail(t *testing.T) {
	f := many(60, 3, 14)
	for i := range f.Deployments {
		f.Deployments[i].Deferrals = i % 2
	}
	with := Usual(sunday)
	with.Capacity = 2
	p, err := Play(t.Context(), f, &inWaves, with)
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := p.Summarize()
	tail := p.Tail(whole.P95)
	if tail.Waits[ForWindow] < day || tail.Waits[ForDeferral] == 0 || tail.Waits[ForBake] < 13*time.Hour || len(tail.Last) == 0 {
		t.Errorf("%+v", tail)
	}
	instead, err := p.Without(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]time.Duration{}
	for _, x := range instead {
		last[x.What] = x.Whole.Last
	}
	if last["override"] == 0 || last["override"] > 4*day || last["deferrals"] >= whole.Last || last["bake"] > whole.Last ||
		whole.Unpatched() > 0 {
		t.Errorf("%s, and without %v", whole.Last, last)
	}
	if n := len(p.Canary()); n != 5 {
		t.Errorf("%d strata", n)
	}
}

// A fix that fails often is stopped within the canary, and what has failed went back.
func TestStopsWithinTheCanary(t *testing.T) {
	f := many(300, 3, 0)
	with := Usual(sunday)
	with.FailureRate = 0.5
	p, err := Play(t.Context(), f, &inWaves, with)
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := p.Summarize()
	if p.Stop == nil || p.Stop.Wave != 0 || p.Rounds[1].Begin != Never || whole.Left[Waiting] < 280*3 {
		t.Errorf("%+v, %+v", p.Stop, whole.Left)
	}
}

// A window that has no room for one member, and a set without a quorum, are left and say why.
func TestLeft(t *testing.T) {
	f := many(3, 1, 0)
	f.Windows = []disruption.Window{{Days: disruption.Days{Every: disruption.Daily}, Length: 5 * time.Minute}}
	f.Deployments[0].Window = 0
	f.Deployments[1].Members = set("PS")
	p, err := Play(t.Context(), f, &inWaves, Usual(sunday))
	if err != nil {
		t.Fatal(err)
	}
	whole, tiers := p.Summarize()
	if whole.Left[NoWindow] != 3 || whole.Left[NoQuorum] != 2 || whole.Patched != 3 || whole.P95 != Never || tiers["own"].Patched != 3 ||
		p.Turns[0].Why != "its window has room for 5 min, and one member takes 10 min 12 s" {
		t.Errorf("%+v, %q", whole, p.Turns[0].Why)
	}
}

// A fleet of 30,000 deployments with 300,000 instances, over six days.
func BenchmarkPlay(b *testing.B) {
	for _, n := range []int{3000, 30000} {
		f := many(n, 20, 0)
		for w := range 96 { // every day
			f.Windows = append(f.Windows, disruption.Window{Length: 4 * time.Hour, At: time.Duration(w%24) * time.Hour,
				Days: disruption.Days{Every: disruption.Daily}, Zone: time.FixedZone("z", (w/24-2)*3600)})
		}
		for i := range f.Deployments {
			f.Deployments[i].Window, f.Deployments[i].Members = i%len(f.Windows), set("PSSSSSSHHS")
		}
		b.Run(fmt.Sprintf("deployments=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				with := Usual(sunday)
				with.Capacity = n / 20
				p, err := Play(b.Context(), f, &inWaves, with)
				if err != nil {
					b.Fatal(err)
				}
				whole, _ := p.Summarize()
				if whole.Unpatched() > 0 {
					b.Fatal(whole.Left)
				}
				b.ReportMetric(whole.Last.Hours()/24, "days")
				if _, err := p.Without(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
