package disruption

import (
	"fmt"
	"math/big"
	"testing"

	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"
)

func value(s string) *intstr.IntOrString {
	if s == "" {
		return nil
	}
	v := intstr.Parse(s)
	return &v
}

func TestAllow(t *testing.T) {
	scaled := func(n int) []Group { return []Group{{Pods: n, Scale: n, Scaled: true}} }
	tests := []struct {
		minAvailable, maxUnavailable string
		groups                       []Group
		allowed, desired             int
		reason                       Reason
	}{
		{"67%", "", scaled(3), 0, 3, TooStrict}, // 2.01 of 3
		{"66%", "", scaled(3), 1, 2, Allows},    // 1.98 of 3
		{"90%", "", scaled(9), 0, 9, TooStrict},
		{"90%", "", scaled(10), 1, 9, Allows},
		{"50%", "", scaled(1), 0, 1, TooStrict},
		{"50%", "", scaled(3), 1, 2, Allows},
		{"", "1%", scaled(3), 1, 2, Allows}, // rounded up as well: the asymmetry
		{"", "0%", scaled(3), 0, 3, TooStrict},
		{"", "50%", scaled(7), 4, 3, Allows},
		{"", "9", scaled(3), 3, 0, Allows},
		{"3", "", scaled(3), 0, 3, TooStrict},
		{"0", "", scaled(3), 3, 0, Allows},
		{"", "", scaled(3), 0, 0, Empty},
		{"1", "", nil, 0, 1, NoPods},
		{"50%", "", nil, 0, 0, NoPods},
		// Two controllers add up.
		{"50%", "", []Group{{Pods: 2, Scale: 2, Scaled: true}, {Pods: 1, Scale: 1, Scaled: true}}, 1, 2, Allows},
		// Bare pods are healthy but not expected.
		{"", "1", []Group{{Pods: 3, Bare: true}}, 0, 0, Unmanaged},
		{"50%", "", []Group{{Pods: 3, Bare: true}}, 0, 0, Unmanaged},
		{"2", "", []Group{{Pods: 3, Bare: true}}, 1, 2, Allows},
		{"", "1", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Pods: 2, Bare: true}}, 3, 2, Allows},
		// One controller without a scale spoils it for all.
		{"", "1", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Pods: 1}}, 0, 0, NoScale},
		{"50%", "", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Pods: 1}}, 0, 0, NoScale},
		{"2", "", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Pods: 1}}, 2, 2, Allows},
		// A finished pod of a Job spoils it too; as a number it only raises what is expected.
		{"", "1", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Down: 1}}, 0, 0, NoScale},
		{"2", "", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Down: 1}}, 1, 2, Allows},
		// A controller none of whose pods are selected does not count.
		{"", "1", []Group{{Pods: 3, Scale: 3, Scaled: true}, {Pods: 0}}, 1, 2, Allows},
		// Scaled to zero, and its pods are not gone yet: nobody is without a controller.
		{"", "1", []Group{{Pods: 1, Scale: 0, Scaled: true}}, 0, 0, TooStrict},
		// As many down as there are healthy ones.
		{"", "1", []Group{{Pods: 1, Down: 1, Scale: 2, Scaled: true}}, 0, 1, TooStrict},
		{"", "1", nil, 0, 0, NoPods},
		{"", "", nil, 0, 0, NoPods},
		// A budget over some pods of a controller counts all of its scale.
		{"50%", "", []Group{{Pods: 1, Scale: 4, Scaled: true}}, 0, 2, TooStrict},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("min %s max %s of %v", test.minAvailable, test.maxUnavailable, test.groups), func(t *testing.T) {
			a, err := Allow(Budget{value(test.minAvailable), value(test.maxUnavailable)}, test.groups)
			if err != nil {
				t.Fatal(err)
			}
			if a.Allowed != test.allowed || a.Desired != test.desired || a.Reason != test.reason {
				t.Errorf("got %+v, want %d allowed, %d desired, %s", a, test.allowed, test.desired, test.reason)
			}
		})
	}
}

// A number is held against all pods that are selected, those that are not
// healthy included.
func TestAllowExpects(t *testing.T) {
	groups := []Group{{Pods: 3, Down: 1, Scale: 5, Scaled: true}}
	for _, test := range []struct {
		minAvailable, maxUnavailable string
		want                         int
	}{{"2", "", 4}, {"50%", "", 5}, {"", "1", 5}} {
		if a, err := Allow(Budget{value(test.minAvailable), value(test.maxUnavailable)}, groups); err != nil || a.Expected != test.want {
			t.Errorf("min %s max %s expects %d, %v; want %d", test.minAvailable, test.maxUnavailable, a.Expected, err, test.want)
		}
	}
}

func TestAllowRefusesWhatTheServerRefuses(t *testing.T) {
	for _, v := range []string{"half", "50", "x%"} {
		b := Budget{MinAvailable: &intstr.IntOrString{Type: intstr.String, StrVal: v}}
		if _, err := Allow(b, []Group{{Pods: 1, Scale: 1, Scaled: true}}); err == nil {
			t.Errorf("%q was taken", v)
		}
	}
}

// Percentages against exact arithmetic, and what follows from rounding up.
func TestAllowRoundsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "scale")
		p := rapid.IntRange(0, 100).Draw(t, "percent")
		percent := intstr.FromString(fmt.Sprintf("%d%%", p))
		groups := []Group{{Pods: n, Scale: n, Scaled: true}}

		exact := new(big.Int).Mul(big.NewInt(int64(p)), big.NewInt(int64(n)))
		ceil := int(exact.Add(exact, big.NewInt(99)).Div(exact, big.NewInt(100)).Int64())

		least, _ := Allow(Budget{MinAvailable: &percent}, groups)
		if least.Desired != ceil || least.Allowed != n-ceil {
			t.Fatalf("minAvailable %d%% of %d: %+v, want %d to stay", p, n, least, ceil)
		}
		most, _ := Allow(Budget{MaxUnavailable: &percent}, groups)
		if most.Allowed != ceil || most.Desired != n-ceil {
			t.Fatalf("maxUnavailable %d%% of %d: %+v, want %d to go", p, n, most, ceil)
		}
		// More pods never allow fewer to go, so the floor is the worst case.
		more, _ := Allow(Budget{MinAvailable: &percent}, []Group{{Pods: n + 1, Scale: n + 1, Scaled: true}})
		if more.Allowed < least.Allowed {
			t.Fatalf("minAvailable %d%%: %d pods allow %d, %d allow %d", p, n, least.Allowed, n+1, more.Allowed)
		}
	})
}
