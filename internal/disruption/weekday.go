package disruption

import (
	"strings"
	"time"
)

// Weekday reads the English name of a day, or its first two or three letters: Saturday,
// SAT, sa.
func Weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		full := d.String()
		for _, n := range []int{2, 3, len(full)} {
			if strings.EqualFold(name, full[:n]) {
				return d, true
			}
		}
	}
	return 0, false
}
