package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestLarge puts inputs of tens of MiB to the command, of which each once took minutes,
// or all the memory there is. It takes a minute, and runs where ONUS_LARGE is set.
func TestLarge(t *testing.T) {
	if os.Getenv("ONUS_LARGE") == "" {
		t.Skip("make break runs it")
	}
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
	budgets := func(n int, selector string) string {
		var b strings.Builder
		b.WriteString("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: shop}\nspec:\n  replicas: 3\n" +
			"  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n")
		for i := range n {
			b.WriteString("---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b" + strconv.Itoa(i) + ", namespace: shop}\n" +
				"spec: {maxUnavailable: 1, selector: " + selector + "}\n")
		}
		return b.String()
	}
	for _, c := range []struct {
		name, file string
		text       func() string
		exit       int
		says       string
		seconds    int
		megabytes  int64
	}{
		{"values in brackets", "in.yaml", func() string { return pod + "x: [" + strings.Repeat("1,", 15<<20) + "1]\n" }, 2,
			"has more than 4000000 values", 20, 900},
		{"six times that", "in.yaml", func() string { return strings.Repeat(pod+"x: ["+strings.Repeat("1,", 10<<20)+"1]\n---\n", 6) }, 2,
			"has more than 4000000 values", 30, 1800},
		{"dashes", "in.yaml", func() string { return pod + "x:\n" + strings.Repeat("- \n", 9<<20) }, 2,
			"has more than 4000000 values", 20, 900},
		{"line ends in JSON", "in.json", func() string { return "{" + strings.Repeat("\n", 40<<20) + "}" }, 2, "more than 32 MiB", 20, 900},
		{"one long string", "in.yaml", func() string { return pod + "x: " + strings.Repeat("y", 40<<20) + "\n" }, 2, "more than 32 MiB", 20, 900},
		{"many documents", "in.yaml", func() string { return strings.Repeat("a: 1\n---\n", 500_000) + pod }, 0, "", 40, 900},
		{"many markers", "in.yaml", func() string { return strings.Repeat("---\n", 3_000_000) + pod }, 0, "", 20, 700},
		{"deep brackets", "in.yaml", func() string { return "a: " + strings.Repeat("[", 3<<20) + strings.Repeat("]", 3<<20) }, 2, "", 20, 900},
		{"many keys", "in.yaml", func() string {
			var b strings.Builder
			b.WriteString("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n")
			for i := range 400_000 {
				b.WriteString("    k" + strconv.Itoa(i) + ": v\n")
			}
			return b.String()
		}, 0, "", 30, 1500},
		{"budgets over all pods", "in.yaml", func() string { return budgets(3000, "{}") }, 1, "", 60, 1500},
		{"budgets over all pods of many workloads", "in.yaml", func() string {
			return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec:\n  template: {spec: {expireAfter: 336h}}\n---\n" +
				budgets(600, "{}") + numbered("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w%[1]d, namespace: shop}\nspec:\n"+
				"  replicas: 3\n  selector: {matchLabels: {a: b%[1]d}}\n  template: {metadata: {labels: {a: b%[1]d}}, "+
				"spec: {containers: [{name: c, image: i}]}}\n", 600)
		}, 1, "", 30, 1500},
		{"budgets of one pool", "in.yaml", func() string {
			return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec:\n  template:\n    spec:\n" +
				"      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: c}\n      requirements: []\n" +
				"  disruption:\n    budgets:\n" + numbered("    - {nodes: \"%d\"}\n", 10_000)
		}, 1, "", 20, 1500},
		{"budgets of one workload", "in.yaml", func() string { return budgets(3000, "{matchLabels: {a: b}}") }, 1, "", 60, 1500},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.text()), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "onus", "check", path)
			var errs bytes.Buffer
			cmd.Stderr = &errs
			_ = cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != c.exit || !strings.Contains(errs.String(), c.says) {
				t.Errorf("exit status %d, want %d: %.300s", got, c.exit, &errs)
			}
			took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			if took > time.Duration(c.seconds)*time.Second {
				t.Errorf("took %v of CPU, may take %d s", took, c.seconds)
			}
			if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
				if megabytes := use.Maxrss >> 10; megabytes > c.megabytes {
					t.Errorf("took %d MiB, may take %d", megabytes, c.megabytes)
				}
				t.Logf("%v of CPU, %d MiB", took.Round(10*time.Millisecond), use.Maxrss>>10)
			}
		})
	}
}

// numbered is a text once for each number.
func numbered(form string, most int) string {
	var b strings.Builder
	for i := range most {
		fmt.Fprintf(&b, form, i+1)
	}
	return b.String()
}
