package cli

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// timed is what onus is timed with, in sizes that grow; large ones come last, and are
// left out where ONUS_SPEED_LARGE is not set.
type timed struct {
	name  string
	sizes []int
	large int // how many of them are
	args  func(t *testing.T, n int) []string
	peers bool // others can read it
	// steep says that what it asks for grows faster than its size.
	steep bool
}

func checked(input func(t testing.TB, n int) string) func(t *testing.T, n int) []string {
	return func(t *testing.T, n int) []string { return []string{"check", "-o", "json", input(t, n)} }
}

func theTimed() []timed {
	manyFiles := func(t testing.TB, n int) string { return filesOf(t, n, min(n, 2000)) }
	nodes := func(t testing.TB, n int) string { return dumpOf(t, n, 10) }
	onePod := func(t testing.TB, n int) string { return dumpOf(t, n/30, n/30*30) }
	drift := func(t *testing.T, n int) []string {
		scenario := inFolder(t, "drift.yaml", []byte("start: '2026-11-22T07:00:00Z'\nhorizon: 90d\nruns: 1\n"+
			"triggers:\n- {at: 0s, kind: drift, pool: default}\n"))
		return []string{"simulate", "--margins=false", "--scenario", scenario, "-o", "json", nodes(t, n)}
	}
	return []timed{
		{name: "`check`, workloads with budgets, one file", sizes: []int{250, 1000, 5000, 20000}, large: 1, args: checked(oneFile), peers: true},
		{name: "`check`, the same, up to 2,000 files", sizes: []int{250, 1000, 5000, 20000}, large: 1, args: checked(manyFiles), peers: true},
		{name: "`check`, workloads of one namespace, budgets over half of them each", sizes: []int{250, 1000, 4000}, large: 1,
			args: checked(overlapping), steep: true},
		{name: "`check`, node pools", sizes: []int{100, 1000}, args: checked(poolsOf), steep: true},
		{name: "`check`, kustomizations and charts", sizes: []int{100, 1000}, args: checked(unitsOf)},
		{name: "`check`, a dump, nodes with 30 pods", sizes: []int{50, 500, 5000, 20000}, large: 2, args: checked(nodes)},
		{name: "`check`, a dump, pods of one workload", sizes: []int{2000, 20000}, args: checked(onePod)},
		{name: "`simulate`, one drift of a dump, nodes", sizes: []int{50, 500, 5000, 20000}, large: 2, args: drift},
	}
}

// peers are others that read manifests, by the names of their binaries, and how they are
// called.
var peers = map[string][]string{
	"kube-score": {"score", "-o", "json"}, "kube-linter": {"lint", "--format", "json"}, "polaris": {"audit", "--audit-path"},
	"kubeconform": {"-summary", "-output", "json"}, "kubescape": {"scan", "--format", "json"},
}

// TestSpeed times the binary that ONUS_SPEED names: seconds of CPU, of the clock, memory,
// and by which power of the size they grow. It is for people to read, and fails where
// something grows much faster than its size.
func TestSpeed(t *testing.T) {
	binary := os.Getenv("ONUS_SPEED")
	if binary == "" {
		t.Skip("times the binary that ONUS_SPEED names: make bench")
	}
	fmt.Printf("| what | size | input | CPU | clock | memory | grows by |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	idle := measured(t, binary, []string{"version"})
	for _, c := range theTimed() {
		sizes := c.sizes
		if os.Getenv("ONUS_SPEED_LARGE") == "" {
			sizes = sizes[:len(sizes)-c.large]
		}
		var before cost
		for i, n := range sizes {
			args := c.args(t, n)
			input := args[len(args)-1]
			own := measured(t, binary, args)
			grows := ""
			if i > 0 {
				power := math.Log(spent(own, idle)/spent(before, idle)) / math.Log(float64(n)/float64(sizes[i-1]))
				grows = fmt.Sprintf("n^%.2f", power)
				if power > 1.5 && !c.steep && own.cpu > time.Second {
					t.Errorf("%s: from %d to %d it grows by %s", c.name, sizes[i-1], n, grows)
				}
			}
			fmt.Printf("| %s | %d | %.1f MB | %.2f s | %.2f s | %d MB | %s |\n",
				c.name, n, float64(bytesOf(t, input))/1e6, own.cpu.Seconds(), own.clock.Seconds(), own.megabytes, grows)
			before = own
			if !c.peers {
				continue
			}
			for name, how := range peers {
				if path := filepath.Join(os.Getenv("PEERS"), name); os.Getenv("PEERS") != "" && isThere(path) {
					p := measured(t, path, append(how, input))
					fmt.Printf("| %s on it | %d | | %.2f s | %.2f s | %d MB | %.0f × |\n", name, n, p.cpu.Seconds(), p.clock.Seconds(),
						p.megabytes, p.cpu.Seconds()/own.cpu.Seconds())
				}
			}
		}
	}
}

// cost is what a run took; the least of several.
type cost struct {
	cpu, clock time.Duration
	megabytes  int64
}

// spent is the CPU of a run without that of one that does nothing.
func spent(c, idle cost) float64 { return max(c.cpu-idle.cpu, time.Millisecond).Seconds() }

// measured runs a command three times, or once where that takes long.
func measured(t *testing.T, binary string, args []string) cost {
	t.Helper()
	var best cost
	for i := 0; i < 3 && best.clock < 20*time.Second; i++ {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		from := time.Now()
		_ = cmd.Run()
		took := time.Since(from)
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > exitBroken && filepath.Base(binary) == "onus" {
			t.Fatalf("%s %v: %v", binary, args, cmd.ProcessState)
		}
		cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		best.cpu, best.clock = min(cmp.Or(best.cpu, cpu), cpu), min(cmp.Or(best.clock, took), took)
		if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			best.megabytes = max(best.megabytes, use.Maxrss<<10/1e6)
		}
	}
	return best
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// bytesOf is how much there is to read.
func bytesOf(t *testing.T, path string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
