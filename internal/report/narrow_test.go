package report

import (
	"bytes"
	"testing"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
)

// However narrow a terminal is, results are written on it.
func TestNarrowScreens(t *testing.T) {
	p := played()
	judge(&p)
	for name, v := range map[string]published.Value{
		"findings": someFindings(), "many findings": many(), "calendar": someCalendar(), "ladder": smallLadder(t), "matrix": someMatrix(),
		"simulation": publish.Simulation(p),
	} {
		for width := 1; width <= 45; width++ {
			for _, held := range []bool{false, true} {
				var out bytes.Buffer
				if err := Write(&out, "text", v, Screen{Width: width, Held: held}); err != nil || out.Len() == 0 {
					t.Errorf("%s in %d columns: %d bytes, %v", name, width, out.Len(), err)
				}
			}
		}
	}
}
