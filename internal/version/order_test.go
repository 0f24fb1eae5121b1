package version

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func parse(t testing.TB, product, text string) Version {
	t.Helper()
	p, ok := Of(product)
	if !ok {
		t.Fatal(product)
	}
	v, ok := p.Parse(text)
	if !ok {
		t.Fatalf("%s %q is no version", product, text)
	}
	return v
}

// Each line is in order, whatever way it is looked at.
func TestOrder(t *testing.T) {
	for product, texts := range map[string][]string{
		"mongodb": {"4.4.30", "8.0.9", "8.0.17-alpha", "8.0.17-beta1", "8.0.17-rc0", "8.0.17-rc10", "8.0.17", "8.0.17-9", "8.0.17-10",
			"8.0.17-debian-12-r0", "8.0.17-ent", "8.0.18-rc0", "8.2.0"},
		"postgresql":   {"8.4.22", "9.6.24", "10.0", "16.4", "16.4-R2", "16.10", "17.0"},
		"redis":        {"6.2.9", "6.2.20", "5:7.0.15-1~deb12u2", "5:7.0.15-1~deb12u10", "7.2.11"},
		"aurora-mysql": {"5.7.mysql_aurora.2.11.4", "5.7.mysql_aurora.2.11.4.1", "8.0.mysql_aurora.3.05.2", "8.0.mysql_aurora.3.10.0"},
	} {
		for i := range texts {
			for k := range texts {
				want := 0
				if i < k {
					want = -1
				} else if i > k {
					want = 1
				}
				if got := parse(t, product, texts[i]).Compare(parse(t, product, texts[k])); got != want {
					t.Errorf("%s: %s beside %s is %d, wants %d", product, texts[i], texts[k], got, want)
				}
			}
		}
	}
}

// What vendors and images add makes no other patch of it; what stands before a release does.
func TestPatches(t *testing.T) {
	for _, x := range []struct {
		product, a, b string
		want          int
	}{
		{"mongodb", "8.0.17-6", "8.0.17", 0},
		{"mongodb", "7.0.28-ent", "7.0.28", 0},
		{"mongodb", "8.0.17-rc0", "8.0.17", -1},
		{"postgresql", "16.4", "16.4.0", 0},
		{"postgresql", "16.4-R2", "16.4", 0},
		{"postgresql", "16.4 (Debian 16.4-1.pgdg120+1)", "16.4", 0},
		{"redis", "5:7.0.15-1~deb12u10", "7.0.15", 0},
	} {
		if got := parse(t, x.product, x.a).Patch(parse(t, x.product, x.b)); got != x.want {
			t.Errorf("%s beside %s is %d, wants %d", x.a, x.b, got, x.want)
		}
	}
}

func TestBranches(t *testing.T) {
	for _, x := range []struct {
		product, text, branch string
		packaged              bool
	}{
		{"mongodb", "8.0.17-6", "8.0", false},
		{"mongodb", "8.0.17-debian-12-r0", "8.0", false},
		{"postgresql", "16.4", "16", false},
		{"postgresql", "9.6.24", "9.6", false},
		{"postgresql", "16.4 (Debian 16.4-1.pgdg120+1)", "16", false},
		{"redis", "5:7.0.15-1~deb12u10", "7.0", true},
		{"redis", "6.0.16-1ubuntu1", "6.0", true},
		{"redis", "6.2.7-1.el9", "6.2", true},
		{"aurora-mysql", "8.0.mysql_aurora.3.05.2", "3.5", false},
	} {
		if v := parse(t, x.product, x.text); v.Branch() != x.branch || v.Packaged != x.packaged {
			t.Errorf("%s: branch %s, by a distribution: %t", x.text, v.Branch(), v.Packaged)
		}
	}
}

// The ends of ranges may name a branch, or nothing at all.
func TestBounds(t *testing.T) {
	p, _ := Of("mongodb")
	for text, want := range map[string]struct {
		branch      string
		whole, zero bool
	}{
		"0": {"0", false, true}, "7.0": {"7.0", false, false}, "8": {"8", false, false},
		"7.0.0": {"7.0", true, false}, "v8.2.3": {"8.2", true, false},
	} {
		v, ok := p.Bound(text)
		if !ok || v.Branch() != want.branch || v.Whole() != want.whole || v.Zero() != want.zero {
			t.Errorf("%s: %+v %t", text, v, ok)
		}
	}
	for _, text := range []string{"", "n/a", "8.x", "*", "1.2.3.4.5", "99999999999999999999.0"} {
		if v, ok := p.Bound(text); ok {
			t.Errorf("%q is %+v", text, v)
		}
	}
}

// The order is total: whichever three versions are drawn, of whatever form.
func TestOrderIsTotal(t *testing.T) {
	build := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`-(rc|beta|alpha)\.?[0-9]{0,2}`), rapid.StringMatching(`-[0-9a-z.~+-]{1,6}`))
	rapid.Check(t, func(t *rapid.T) {
		p, _ := Of(rapid.SampledFrom([]string{"mongodb", "redis"}).Draw(t, "product"))
		var all []Version
		for range 3 {
			text := rapid.StringMatching(`[0-2]\.[0-2]\.[0-2]`).Draw(t, "numbers") + build.Draw(t, "build")
			if v, ok := p.Parse(text); ok {
				all = append(all, v)
			}
		}
		for _, a := range all {
			for _, b := range all {
				if a.Compare(b) != -b.Compare(a) || a.Compare(b) == 0 && a.Patch(b) != 0 {
					t.Fatalf("%s beside %s", a.Text, b.Text)
				}
				for _, c := range all {
					if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
						t.Fatalf("%s, %s, %s go round", a.Text, b.Text, c.Text)
					}
				}
			}
		}
		slices.SortFunc(all, Version.Compare)
	})
}

func FuzzParse(f *testing.F) {
	for _, name := range Products() {
		p, _ := Of(name)
		f.Add(name, p.Example)
	}
	f.Add("redis", "5:7.0.15-1~deb12u10")
	f.Add("mongodb", "0")
	f.Fuzz(func(t *testing.T, product, text string) {
		p, ok := Of(product)
		if !ok {
			return
		}
		v, whole := p.Parse(text)
		if b, ok := p.Bound(text); ok && b.Compare(b) != 0 || whole && (!ok || v.Branch() == "" || v.Compare(v) != 0) {
			t.Fatalf("%q", text)
		}
	})
}
