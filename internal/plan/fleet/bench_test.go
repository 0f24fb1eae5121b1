package fleet

import (
	"fmt"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/database"
	of "github.com/onus-project/onus/internal/fleet"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/velocity"
)

// noon is when the plans of the tests are made.
var noon = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)

// sets is a fleet of so many sets of three in eight regions, some with a window.
func sets(n int) *of.Fleet {
	f := &of.Fleet{}
	e := &database.Estate{}
	for i := range n {
		for k := range 3 {
			role := "secondary"
			if k == 0 {
				role = "primary"
			}
			x := database.Instance{Name: fmt.Sprintf("db-%d-%d", i, k), Product: "mongodb", Version: "8.0.16", Deployment: fmt.Sprintf("db-%d", i),
				Role: role, Region: fmt.Sprintf("region-%d", i%8), Account: "a"}
			if i%3 == 0 {
				x.Window = "Sat,Sun 02:00+4h Europe/Berlin"
			}
			e.Instances = append(e.Instances, x)
		}
	}
	places := make([]locate.Place, len(e.Instances))
	for i := range places {
		places[i].Offering = &responsibility.Offering{ID: "mongodb-community"}
	}
	f.Add(e, places, &of.Asked{})
	return f
}

func played(tb testing.TB, f *of.Fleet, s *velocity.Strategy) *velocity.Played {
	tb.Helper()
	p, err := velocity.Play(tb.Context(), &f.Fleet, s, velocity.Usual(noon))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// strategy goes region by region.
func strategy() *velocity.Strategy {
	return &velocity.Strategy{ID: "ours", Title: "Ours", By: velocity.ByRegion, Concurrency: velocity.Amount{Is: 25, Percent: true, Set: true},
		Waves: []velocity.Wave{
			{Groups: velocity.Amount{Is: 1, Set: true}}, {Groups: velocity.Amount{Is: 100, Percent: true, Set: true}}}}
}

func made(tb testing.TB, f *of.Fleet, p *velocity.Played, change func(*Asked)) *plan.Plan {
	tb.Helper()
	a := &Asked{Fleet: f, Played: p, Made: noon, By: "test", Name: "fleet", Commands: Commands{Patch: "./patch.sh"}, Within: time.Hour}
	if change != nil {
		change(a)
	}
	out, err := Make(a)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func BenchmarkMake(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		f := sets(n)
		p := played(b, f, strategy())
		b.Run(fmt.Sprintf("sets=%d", n), func(b *testing.B) {
			for b.Loop() {
				made(b, f, p, nil)
			}
		})
	}
}
