package velocity

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// Strategy is how a fix goes through a fleet, wave by wave. Waves are cumulative: what missed its
// own is patched later.
type Strategy struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	About string `json:"about,omitempty"`
	// By is what groups of deployments have in common, which waves go through one after the other:
	// region, zone, account, tier or stratum. Empty for none.
	By string `json:"by,omitempty"`
	// Order is that of deployments in a wave: seed, strata or window.
	Order string `json:"order,omitempty"`
	// Concurrency is how many deployments of a group are in hand at a time; nothing for no limit.
	Concurrency Amount `json:"concurrency,omitzero"`
	// Tolerates is how many deployments of a wave may fail; with one more nothing is begun any more.
	Tolerates Amount `json:"tolerates,omitzero"`
	Waves     []Wave `json:"waves"`
	// Chosen is what the sources do not say.
	Chosen []string `json:"chosen,omitempty"`
	From   []string `json:"from,omitempty"`
}

// Wave is what is patched together.
type Wave struct {
	// After has the wave begin so long after the start, whatever the one before is at. Without it
	// it begins when the one before is done and has baked.
	After Duration `json:"after,omitempty"`
	// Percent is the share of deployments that are meant until its end, those of waves before
	// included: of the fleet, or of the groups of the wave.
	Percent int `json:"percent,omitempty"`
	// Groups is how many groups are meant until its end.
	Groups Amount `json:"groups,omitzero"`
	// Each has the wave be repeated with so many further groups each, until none is left.
	Each Amount `json:"each,omitzero"`
	// Spread has its deployments begin evenly until the next wave begins.
	Spread bool `json:"spread,omitempty"`
	// Bake is how long nothing further is begun once the wave is done, with Events at the least.
	Bake   Duration `json:"bake,omitempty"`
	Events int      `json:"events,omitempty"`
	// Shrink is by what the bake of each repetition is shorter, and Least what it is at the least.
	Shrink float64  `json:"shrink,omitempty"`
	Least  Duration `json:"least,omitempty"`
	// Longest is after how long the wave counts as done, with some of it left.
	Longest Duration `json:"longest,omitempty"`
	// Canary goes before the rest of the wave, in each of its groups.
	Canary *Canary `json:"canary,omitempty"`
}

// Canary is the part of a wave that goes first.
type Canary struct {
	Percent int      `json:"percent"`
	Bake    Duration `json:"bake"`
	Events  int      `json:"events,omitempty"`
}

// What deployments are grouped by, and their orders.
const (
	ByRegion  = "region"
	ByZone    = "zone"
	ByAccount = "account"
	ByTier    = "tier"
	ByStratum = "stratum"

	BySeed   = "seed"   // at random, the same each time
	ByStrata = "strata" // one of each stratum first, and each stratum evenly over the waves
	ByWindow = "window" // whose window is open, opens within 4 h, is none, is closed
)

// Duration is one as people write it: 1h, 7d.
type Duration time.Duration

// UnmarshalText reads it.
func (d *Duration) UnmarshalText(text []byte) error {
	read, err := words.ParseDuration(string(text))
	if err != nil {
		return err
	}
	if read < 0 || read > most {
		return fmt.Errorf("is %q, wants a time from 0s to 365d", text)
	}
	*d = Duration(read)
	return nil
}

// MarshalText writes it as it is read.
func (d Duration) MarshalText() ([]byte, error) { return []byte(words.Exact(time.Duration(d))), nil }

const most = 365 * day

// Amount is a number, or a percentage of all there are.
type Amount struct {
	Is      float64
	Percent bool
	Set     bool
}

// UnmarshalText reads 3 and 33%.
func (a *Amount) UnmarshalText(text []byte) error {
	number, percent := strings.CutSuffix(string(text), "%")
	read, err := strconv.ParseFloat(number, 64)
	if err != nil || !(read >= 0) || percent && read > 100 || !percent && (read != float64(int(read)) || read > 1e9) {
		return fmt.Errorf("is %q, wants a number such as 3, or a percentage such as 33%%", text)
	}
	*a = Amount{read, percent, true}
	return nil
}

// UnmarshalJSON takes 3, "3" and "33%".
func (a *Amount) UnmarshalJSON(data []byte) error {
	return a.UnmarshalText([]byte(strings.Trim(string(data), `"`)))
}

// MarshalText writes it as it is read.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a Amount) String() string {
	text := strconv.FormatFloat(a.Is, 'f', -1, 64)
	if a.Percent {
		text += "%"
	}
	return text
}

// IsZero reports whether nothing is said.
func (a Amount) IsZero() bool { return !a.Set }

// Of is how many that are of some, rounded down.
func (a Amount) Of(all int) int {
	if a.Percent {
		return int(a.Is * float64(all) / 100)
	}
	return int(a.Is)
}

// atLeastOne is Of, but for one where it is set.
func (a Amount) atLeastOne(all int) int { return max(1, a.Of(all)) }

// Fault is what is wrong with a strategy, and in which field.
type Fault struct {
	Field string // as a JSON pointer
	Says  string
}

func (f *Fault) Error() string { return f.Field + " " + f.Says }

// Validate reports what of a strategy cannot be meant.
func (s *Strategy) Validate() error {
	switch s.By {
	case "", ByRegion, ByZone, ByAccount, ByTier, ByStratum:
	default:
		return &Fault{"/by", fmt.Sprintf("is %q, wants region, zone, account, tier or stratum", s.By)}
	}
	switch s.Order {
	case "", BySeed, ByStrata, ByWindow:
	default:
		return &Fault{"/order", fmt.Sprintf("is %q, wants seed, strata or window", s.Order)}
	}
	if s.Concurrency.Set && s.Concurrency.Is == 0 {
		return &Fault{"/concurrency", "is 0: nothing would ever be patched"}
	}
	if len(s.Waves) == 0 {
		return &Fault{"/waves", "has none"}
	}
	for i := range s.Waves {
		if f := s.wave(i); f != nil {
			f.Field = fmt.Sprintf("/waves/%d%s", i, f.Field)
			return f
		}
	}
	return nil
}

// rule is what one wave must not say.
type rule struct {
	broken bool
	field  string
	says   string
}

// first is the fault of the first rule that is broken.
func first(rules ...rule) *Fault {
	for _, r := range rules {
		if r.broken {
			return &Fault{r.field, r.says}
		}
	}
	return nil
}

// wave reports what is wrong with one.
func (s *Strategy) wave(i int) *Fault {
	w := &s.Waves[i]
	last := i == len(s.Waves)-1
	if f := w.alone(s.By != ""); f != nil {
		return f
	}
	reaches := w.Each.Set || cmp.Or(w.Percent, 100) == 100 && (s.By == "" || s.reachesAll(i))
	if f := first(
		rule{w.Spread && !last && s.Waves[i+1].After == 0, "/spread", "wants the next wave to say by after when it begins"},
		rule{last && !reaches, "/percent", "does not reach the whole fleet, and no wave comes after it"},
	); f != nil || i == 0 {
		return f
	}
	b := &s.Waves[i-1]
	whole := !w.Groups.Set && !w.Each.Set
	return first(
		rule{b.Each.Set, "", "comes after one that is repeated until nothing is left"},
		rule{w.After > 0 && w.After < b.After, "/after", "is before that of the wave before"},
		rule{whole && cmp.Or(w.Percent, 100) < cmp.Or(b.Percent, 100), "/percent",
			"is less than that of the wave before: percentages are cumulative"},
	)
}

// alone reports what is wrong with a wave, whatever stands around it.
func (w *Wave) alone(grouped bool) *Fault {
	c := cmp.Or(w.Canary, &Canary{Percent: 1})
	small := c.Percent >= 1 && (w.Canary == nil || c.Percent < cmp.Or(w.Percent, 100))
	return first(
		rule{w.Percent < 0 || w.Percent > 100, "/percent", fmt.Sprintf("is %d, wants 1 to 100", w.Percent)},
		rule{w.Shrink < 0 || w.Shrink > 1, "/shrink", fmt.Sprintf("is %g, wants more than 0 and no more than 1", w.Shrink)},
		rule{(w.Shrink > 0 || w.Least > 0) && !w.Each.Set, "/shrink", "is for a wave that is repeated: each says with how many groups"},
		rule{(w.Groups.Set || w.Each.Set) && !grouped, "/groups", "wants by, which says what groups are"},
		rule{w.Groups.Set && w.Each.Set, "/each", "and groups contradict each other"},
		rule{w.Each.Set && w.Each.Is == 0, "/each", "is 0: no group would ever be meant"},
		rule{!small, "/canary/percent", fmt.Sprintf("is %d, wants 1 and more, and less than the wave", c.Percent)},
		rule{w.Canary != nil && w.After > 0, "/canary", "goes with a wave that waits for the one before, and this one begins by after"},
		rule{w.Events < 0, "/events", fmt.Sprintf("is %d, wants 0 and more", w.Events)},
	)
}

// reachesAll reports whether the waves until one mean all groups.
func (s *Strategy) reachesAll(i int) bool {
	for k := i; k >= 0; k-- {
		if g := s.Waves[k].Groups; g.Set {
			return g.Percent && g.Is == 100
		}
	}
	return true // none says: all groups
}
