package manifest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// read reads text as if it were typed at "-".
func read(t testing.TB, text string) (*kubernetes.Estate, error) {
	t.Helper()
	return readFrom(strings.NewReader(text))
}

func readFrom(r io.Reader) (*kubernetes.Estate, error) {
	in, _, err := document.Text("<stdin>", r)
	if err != nil {
		return nil, err
	}
	var raw kubernetes.Raw
	faults, err := Read(context.Background(), "<stdin>", in, &raw)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, faults[0].Error
	}
	return kubernetes.Link(&raw), nil
}

func mustRead(t testing.TB, text string) *kubernetes.Estate {
	t.Helper()
	e, err := read(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// readRaw is what a file holds, and what of it could not be read.
func readRaw(t testing.TB, text string) (*kubernetes.Raw, []Fault) {
	t.Helper()
	raw := &kubernetes.Raw{}
	faults, err := Read(t.Context(), "x.yaml", bufio.NewReader(strings.NewReader(text)), raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw, faults
}

// summary is what was read, an object a line, with the lines they stood on.
func summary(e *kubernetes.Estate) string {
	var b strings.Builder
	for _, w := range e.Workloads {
		fmt.Fprintf(&b, "%s@%d\n", w.Ref, w.Position.Line)
	}
	for _, p := range e.Pods {
		fmt.Fprintf(&b, "pod %s/%s@%d\n", p.Namespace, p.Name, p.Position.Line)
	}
	for _, p := range e.Budgets {
		fmt.Fprintf(&b, "%s@%d spec@%d\n", p.Ref(), p.Position.Line, p.Spec.Line)
	}
	for _, s := range e.Scalers {
		fmt.Fprintf(&b, "%s@%d %d..%d of %s", s.Ref, s.Position.Line, s.Min, s.Max, s.Target)
		if s.ToZero {
			b.WriteString(", or none")
		}
		b.WriteByte('\n')
	}
	for _, s := range e.Services {
		fmt.Fprintf(&b, "service %s/%s@%d\n", s.Namespace, s.Name, s.Position.Line)
	}
	for _, n := range e.Nodes {
		fmt.Fprintf(&b, "node %s@%d\n", n.Name, n.Position.Line)
	}
	for _, p := range e.Pools {
		fmt.Fprintf(&b, "pool %s %s@%d\n", p.API, p.Name, p.Position.Line)
	}
	for _, c := range e.CustomResources {
		fmt.Fprintf(&b, "custom %s %s/%s\n", c.API, c.Namespace, c.Name)
	}
	if e.Seen.Skipped > 0 {
		fmt.Fprintf(&b, "%d skipped\n", e.Seen.Skipped)
	}
	if e.Seen.Unrelated > 0 {
		fmt.Fprintf(&b, "%d unrelated\n", e.Seen.Unrelated)
	}
	if e.Seen.Replaced > 0 {
		fmt.Fprintf(&b, "%d replaced\n", e.Seen.Replaced)
	}
	return b.String()
}
