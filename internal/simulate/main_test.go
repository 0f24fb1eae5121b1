package simulate

import (
	"flag"
	"os"
	"testing"
)

// TestMain has CI draw the same cases each time, so that it says the same of
// the same commit; everywhere else they are new ones.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv("CI") != "" {
		if err := flag.Set("rapid.seed", "20261123"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
