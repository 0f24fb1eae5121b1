package contract

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

// One function says how old a node gets, of what its claim, its pool and the
// contract say.
func TestNodeAge(t *testing.T) {
	expires := func(life Limit, most time.Duration) *Contract {
		return &Contract{MaxNodeLife: NodeLife{Limit: life, Cap: most}, Terms: []Terms{{Trigger: Drift}, {Trigger: Expiry}}}
	}
	auto := expires(After(14*day), 21*day)
	open := expires(After(30*day), 0)
	unset := ExpireAfter{}
	for _, test := range []struct {
		name        string
		pool, claim ExpireAfter
		c           *Contract
		want        Age
	}{
		{"the contract's, where nothing is set", unset, unset, auto, Age{After(14 * day), FromContract, false}},
		{"its pool's", ExpiresAfter(7 * day), unset, auto, Age{After(7 * day), FromPool, false}},
		{"its pool's, up to the cap", ExpiresAfter(21 * day), unset, auto, Age{After(21 * day), FromPool, false}},
		{"no more than the cap", ExpiresAfter(60 * day), unset, auto, Age{After(21 * day), FromPool, true}},
		{"Never is cut to the cap", NeverExpires, unset, auto, Age{After(21 * day), FromPool, true}},
		{"Never without a cap", NeverExpires, unset, open, Age{Unlimited, FromPool, false}},
		{"its claim's, although its pool has changed", ExpiresAfter(7 * day), ExpiresAfter(10 * day), auto,
			Age{After(10 * day), FromClaim, false}},
		{"a claim is cut to the cap, too", ExpiresAfter(7 * day), ExpiresAfter(60 * day), auto, Age{After(21 * day), FromClaim, true}},
		{"a claim that never expires", ExpiresAfter(7 * day), NeverExpires, open, Age{Unlimited, FromClaim, false}},
		{"a contract with no age", unset, unset, expires(Unlimited, 0), Age{Unlimited, FromContract, false}},
		{"a contract with no age and a cap", unset, unset, expires(Unlimited, 21*day), Age{After(21 * day), FromContract, true}},
		{"an age that is not published", unset, unset, expires(Unstated, 21*day), Age{Unstated, FromContract, false}},
		{"under a contract without expiry nothing reads the setting", ExpiresAfter(7 * day), ExpiresAfter(7 * day),
			&Contract{MaxNodeLife: NodeLife{Limit: After(day)}, Terms: []Terms{{Trigger: Upgrade}}}, Age{Unlimited, FromContract, false}},
		{"without a contract the setting alone", ExpiresAfter(7 * day), unset, nil, Age{After(7 * day), FromPool, false}},
		{"with nothing at all", unset, unset, nil, Age{}},
	} {
		if got := NodeAge(test.pool, test.claim, test.c); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// An age is finite, or never, or not known, and only one of these.
func TestAgeIsOneOfThree(t *testing.T) {
	for _, test := range []struct {
		age           Age
		finite, never bool
		life          time.Duration
	}{
		{Age{limit: After(day)}, true, false, day},
		{Age{limit: Unlimited}, false, true, Forever},
		{Age{}, false, false, Forever},
	} {
		_, finite := test.age.Finite()
		if finite != test.finite || test.age.Never() != test.never || test.age.Life() != test.life || test.age.Known() != (finite || test.never) {
			t.Errorf("%+v", test.age)
		}
	}
}

// An age limit reads as Karpenter spells it.
func TestExpireAfterInWords(t *testing.T) {
	for want, x := range map[string]ExpireAfter{
		"":      {},
		"Never": NeverExpires,
		"336h":  ExpiresAfter(14 * day),
		"1h30m": ExpiresAfter(90 * time.Minute),
		"0s":    ExpiresAfter(0),
	} {
		if got := x.String(); got != want {
			t.Errorf("%+v: %q, want %q", x, got, want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{"336h": 14 * day, "1h30m": 90 * time.Minute, "90s": 90 * time.Second, "0s": 0} {
		if got, ok := ParseDuration(s); got != want || !ok {
			t.Errorf("%q: %s, %t", s, got, ok)
		}
	}
	for _, s := range []string{"", "Never", "14d", "1.5h", "-5h", "336", "h", "10ms", "99999999999999h", " 336h"} {
		if got, ok := ParseDuration(s); ok {
			t.Errorf("%q was read as %s", s, got)
		}
	}
}
