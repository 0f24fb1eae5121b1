package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// An estate of 18 workloads with ten mistakes is read in one go, as it stands and on EKS Auto Mode:
// what is said of it fits in 120 lines of 100 columns, and the last screen is the summary.
func TestInsurerIsShort(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	for _, as := range [][]string{nil, {"--as", "eks-auto-mode"}} {
		var out, errs bytes.Buffer
		status := Main(append([]string{"check", "../../examples/insurer"}, as...), strings.NewReader(""), &out, &errs)
		lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
		if status != exitBroken || len(lines) > 120 {
			t.Errorf("%v: exit status %d, %d lines", as, status, len(lines))
		}
		for i, line := range lines {
			if utf8.RuneCountInString(line) > 100 {
				t.Errorf("%v: line %d has %d columns: %s", as, i+1, utf8.RuneCountInString(line), line)
			}
		}
		last := strings.Join(lines[max(0, len(lines)-15):], "\n")
		for _, said := range []string{" broken (", "By owner: ", "Not checked; verify by hand: ", "Next: onus fix "} {
			if !strings.Contains(last, said) {
				t.Errorf("%v: the last 15 lines lack %q:\n%s", as, said, last)
			}
		}
	}
}
