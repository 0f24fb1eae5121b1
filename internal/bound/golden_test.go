package bound

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write what is said of random clusters now as what has to be said")

const (
	goldenBounds = "testdata/bounds.golden"
	// The first clusters are told in full, the others by a digest a line.
	goldenModels, goldenTold, goldenPerLine = 6000, 150, 50
)

// What is proven of a cluster, why, and how long a provider takes at least stay
// as they are as long as nobody means to change them: whoever does so reads what
// becomes of the lines here, says in the commit why, and writes them anew with
// -update. That no order of events comes below a bound is tested elsewhere;
// here it is that bounds do not become weaker, and their reasons not other ones.
func TestBoundsStayAsTheyWere(t *testing.T) {
	random := rapid.Custom(func(t *rapid.T) *Model {
		return anyModel(t, rapid.IntRange(0, 4).Draw(t, "plain") == 0)
	})
	var all, some strings.Builder
	for i := range goldenModels {
		told(&some, random.Example(i))
		switch {
		case i < goldenTold:
			fmt.Fprintf(&all, "cluster %d\n%s", i, some.String())
		case (i+1)%goldenPerLine == 0:
			fmt.Fprintf(&all, "cluster %d to %d %x\n", i+1-goldenPerLine, i, sha256.Sum256([]byte(some.String())))
		default:
			continue
		}
		some.Reset()
	}
	if *update {
		if err := os.WriteFile(goldenBounds, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(goldenBounds)
	if err != nil {
		t.Fatal(err)
	}
	differs := 0
	was := strings.Split(string(want), "\ncluster ")
	for i, is := range strings.Split(all.String(), "\ncluster ") {
		if i < len(was) && is == was[i] {
			continue
		}
		if differs++; differs <= 3 {
			t.Errorf("of cluster %s\nwas said of cluster %s", is, was[min(i, len(was)-1)])
		}
	}
	if differs > 0 {
		t.Errorf("%d of them are others than they were", differs)
	}
}

// told writes down what is said of a cluster.
func told(b *strings.Builder, m *Model) {
	for l, x := range Bounds(m) {
		sort := "at least"
		if x.Exact {
			sort = "exactly"
		}
		fmt.Fprintf(b, "\t%s: %s %d of %d\n", m.Workloads[l].Name, sort, x.Least, x.Of)
		for _, why := range x.Because {
			fmt.Fprintf(b, "\t\t%s\n", why)
		}
	}
	for _, f := range Finishes(m, 0) {
		fmt.Fprintf(b, "\t%s: %d nodes, unpatched %d, at worst %d, forced %d, gone %d in %s, done %t, late %t\n",
			f.Pool, f.Nodes, f.Unpatched, f.AtWorst, f.Forced, f.Gone, f.Takes, f.Done, f.Late)
		for _, why := range f.Because {
			fmt.Fprintf(b, "\t\t%s\n", why)
		}
	}
}
