package velocity_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/velocity"
)

// named is a strategy of the catalog.
func named(t testing.TB, id string) *velocity.Strategy {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	s := c.Strategy(id)
	if s == nil {
		t.Fatalf("there is no strategy %s", id)
	}
	return s
}

// servers are so many that stand alone.
func servers(n int) *velocity.Fleet {
	f := &velocity.Fleet{}
	for i := range n {
		f.Deployments = append(f.Deployments, velocity.Deployment{Name: fmt.Sprintf("node-%05d", i), Window: velocity.None,
			Protected: velocity.None, Members: []velocity.Member{{Name: "a", Role: velocity.Secondary, Part: velocity.Shard}}})
	}
	return f
}

// The waves of Bottlerocket take as long on average as its files say: nodes of a wave spread evenly
// until the next one begins, and those of the last go at once.
func TestWavesOfBottlerocket(t *testing.T) {
	f := servers(20000)
	for id, want := range map[string]float64{"bottlerocket-default": 127.2, "bottlerocket-accelerated": 18.7, "bottlerocket-emergency": 2.8} {
		with := velocity.Usual(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		with.Member, with.StepDown = time.Nanosecond, 0
		p, err := velocity.Play(t.Context(), f, named(t, id), with)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := p.Summarize()
		if got := whole.Mean.Hours(); math.Abs(got-want) > 0.05 || whole.Unpatched() > 0 {
			t.Errorf("%s: %.2f h on average, wants %.1f; %d unpatched", id, got, want, whole.Unpatched())
		}
	}
}

// What MongoDB has published of December 2025: the first clusters patched from the 15th to the 17th,
// most of the fleet on the 17th and 18th, windows or not; public on the 19th; told on the 23rd. Who
// runs it alone has four days in which everybody else knew.
func TestTimelineOfMongoDB(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2025, 12, day, hour, 0, 0, 0, time.UTC) }
	vendor := &velocity.Strategy{ID: "vendor", Title: "as published", Order: velocity.ByStrata, Waves: []velocity.Wave{
		{Percent: 2, Spread: true}, {After: velocity.Duration(at(17, 0).Sub(at(15, 0))), Spread: true, Percent: 95},
		{After: velocity.Duration(at(18, 12).Sub(at(15, 0)))},
	}}
	f := &velocity.Fleet{Windows: []disruption.Window{{Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Sunday}},
		At: 2 * time.Hour, Length: time.Hour}}}
	for i := range 3000 {
		d := velocity.Deployment{Name: fmt.Sprint("cluster-", i), Tier: "atlas", Provider: true, Window: velocity.None, Protected: velocity.None}
		if i%3 == 0 {
			d.Window = 0
		}
		if i%3 == 1 {
			d.Tier, d.Provider = "community", false
		}
		for _, r := range []velocity.Role{velocity.Primary, velocity.Secondary, velocity.Secondary} {
			d.Members = append(d.Members, velocity.Member{Role: r, Part: velocity.Shard})
		}
		f.Deployments = append(f.Deployments, d)
	}
	usual := velocity.Usual(at(15, 0))
	public := time.Date(2025, 12, 19, 11, 0, 22, 0, time.UTC)
	s := velocity.Scenario{Disclosed: public, Notice: at(23, 12).Sub(public), Vendor: vendor, Own: named(t, "bottlerocket-accelerated"),
		Settings: usual}
	r, err := s.Play(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	atlas, own := r.Tiers["atlas"], r.Tiers["community"]
	if atlas.Unpatched() > 0 || atlas.Last > public.Sub(usual.Start) || atlas.ExposedSince(r.Public) != 0 {
		t.Errorf("the vendor's fleet is safe %s after the start, and all is public after %s", atlas.Last, public.Sub(usual.Start))
	}
	if early := float64(atlas.PatchedBy(at(17, 0).Sub(at(15, 0)))) / float64(atlas.Instances); early < 0.01 || early > 0.03 {
		t.Errorf("%.3f patched on the 17th", early)
	}
	if r.Told-r.Public != at(23, 12).Sub(public) || own.PatchedBy(r.Told) != 0 || own.Unpatched() > 0 {
		t.Errorf("the others: told %s after all is public, %d patched before", r.Told-r.Public, own.PatchedBy(r.Told))
	}
	days := own.ExposedSince(r.Public) / float64(own.Instances)
	if least := (r.Told - r.Public).Hours() / 24; days < least || days > least+1.1 {
		t.Errorf("exposed for %.2f days each, wants %.2f and a rollout of a day", days, least)
	}
}
