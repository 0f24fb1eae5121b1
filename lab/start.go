package lab

import (
	"os"
	"testing"

	"github.com/onus-project/onus/lab/cluster"
	"github.com/onus-project/onus/lab/components"
)

// Start starts a cluster that ends with the test. Where its components are not
// built the test is skipped, or with ONUS_LAB_REQUIRED set fails.
func Start(t testing.TB, o cluster.Options) *cluster.Cluster {
	t.Helper()
	set, err := components.Find()
	if err != nil {
		t.Fatal(err)
	}
	if missing := set.Missing(); len(missing) > 0 {
		if os.Getenv("ONUS_LAB_REQUIRED") != "" {
			t.Fatalf("%s is not built; see make lab", missing[0].Name)
		}
		t.Skipf("%s is not built; see make lab", missing[0].Name)
	}
	c, err := cluster.Start(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}
