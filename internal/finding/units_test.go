package finding

import (
	"strings"
	"testing"
)

// Units are counted by their places.
func TestUnits(t *testing.T) {
	for units, want := range map[string]int{
		"a":                                  0,
		"a b c":                              2,
		"a b b b":                            1,
		"a a":                                0,
		"x/a x/a/resources":                  0,
		"x/a x/a/resources x/b x/b/r":        1,
		"x x/a x/b":                          2,
		"x/a files:x/a":                      0,
		"charts/x charts/x/values-prod.yaml": 1,
		"charts/x charts/x/values-a.yaml charts/x/b.yml": 2,
	} {
		all := strings.Fields(units)
		f := Finding{Subject: Subject{Unit: all[0]}}
		for i, unit := range all[1:] {
			if i%2 == 1 {
				f.AlsoIn = append(f.AlsoIn, Also{Unit: unit})
				continue
			}
			f.Copies = append(f.Copies, Copy{Subject: Subject{Unit: unit}})
		}
		if got := f.Units(); got != want {
			t.Errorf("%s: %d, want %d", units, got, want)
		}
	}
}
