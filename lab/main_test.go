package lab

import (
	"flag"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/karpenter/pkg/events"

	"github.com/onus-project/onus/lab/cluster"
)

// TestMain asks for more cases than rapid does where nobody says how many.
func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "3000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// tally counts what was compared, so that agreement says over how much.
type tally struct{ n atomic.Int64 }

func (c *tally) report(t *testing.T) {
	t.Helper()
	t.Logf("%d comparisons agree", c.n.Load())
}

// silent drops Karpenter's events.
type silent struct{}

func (silent) Publish(...events.Event) {}

// noon is the time at which pods are looked at, on a whole second as the API
// server stores times.
var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// talk gives kubectl to a test of a cluster: its input, its arguments, and what
// it printed without the space around it.
func talk(t *testing.T, c *cluster.Cluster) func(input string, args ...string) string {
	return func(input string, args ...string) string {
		t.Helper()
		out, err := c.Kubectl(t.Context(), []byte(input), args...)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
}

func chance(t *rapid.T, one int, what string) bool { return rapid.IntRange(1, one).Draw(t, what) == 1 }
