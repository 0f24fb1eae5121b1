package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
)

// withoutCopies are findings with one for each object as it is written down, and
// how many more units have that, by its fingerprint: a base that ten overlays
// build is mended once, and so is what stands in ten folders beside each other in the same
// way. The gravest stands for the others.
func withoutCopies(all []finding.Finding) (told []finding.Finding, also map[string]int) {
	at, also := map[string][]int{}, map[string]int{}
	in := map[int]map[string]bool{} // by what is told: the units that have it
	for _, x := range all {
		key := writtenAs(&x)
		k := slices.IndexFunc(at[key], func(i int) bool {
			return !in[i][x.Subject.Unit] && (told[i].Position == x.Position && sameName(told[i].Subject.Name, x.Subject.Name) ||
				told[i].Subject.Name == x.Subject.Name && besides(told[i].Position.File, x.Position.File))
		})
		if k < 0 {
			at[key] = append(at[key], len(told))
			in[len(told)] = map[string]bool{x.Subject.Unit: true}
			told = append(told, x)
			if len(x.AlsoIn) > 0 {
				also[x.Fingerprint] = len(x.AlsoIn)
			}
			continue
		}
		i := at[key][k]
		in[i][x.Subject.Unit] = true
		more := also[told[i].Fingerprint]
		if graver(&x, &told[i]) {
			delete(also, told[i].Fingerprint)
			told[i] = x
		}
		also[told[i].Fingerprint] = more + 1 + len(x.AlsoIn)
	}
	return told, also
}

// writtenAs tells the object that a finding is about by where it is written; one
// that stands nowhere, or is not of a unit, by itself.
func writtenAs(x *finding.Finding) string {
	if x.Position.File == "" || x.Subject.Unit == "" {
		return x.Fingerprint
	}
	return fmt.Sprint(x.Obligation, x.Verdict, filepath.Base(x.Position.File), x.Position.Line, x.Subject.Kind, x.Message)
}

// besides reports whether two files have the same place in folders beside each other, such
// as those of two teams: their paths differ in the name of one folder.
func besides(a, b string) bool {
	x, y := strings.Split(filepath.ToSlash(a), "/"), strings.Split(filepath.ToSlash(b), "/")
	if len(x) != len(y) {
		return false
	}
	differ := 0
	for i := range x {
		if x[i] != y[i] {
			differ++
		}
	}
	return differ == 1 && x[len(x)-1] == y[len(y)-1]
}

// sameName reports whether a name is another with what an overlay puts before or
// behind it. A template that loops writes objects of other names in one place,
// all of one unit.
func sameName(a, b string) bool { return strings.Contains(a, b) || strings.Contains(b, a) }

func graver(x, y *finding.Finding) bool {
	return weight(*x) < weight(*y)
}
