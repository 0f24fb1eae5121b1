package version

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Version is one build of a product, as it is compared.
type Version struct {
	Text    string
	numbers []uint64
	branch  int
	// before is what was there before the release: rc1, beta2.
	before string
	// build is what a vendor, an image or a distribution added.
	build string
	// Packaged says that a distribution built it, which mends flaws without a new number.
	Packaged bool
}

var (
	early = regexp.MustCompile(`^(rc|alpha|beta)\.?\d*`)
	// Debian, Ubuntu, Red Hat, Amazon, Fedora, Alpine. An image's -debian-12-r0 is none.
	distribution = regexp.MustCompile(`^\d+:|deb\d+u\d|[~+-]deb\d|ubuntu|\.el\d|\.amzn\d|\.fc\d|-r\d+-alpine`)
)

// Parse takes a whole version of the product apart; ok is false where text names none.
func (p Product) Parse(text string) (v Version, ok bool) {
	at := p.form.FindStringSubmatchIndex(text)
	if at == nil {
		return Version{}, false
	}
	n := p.form.SubexpIndex("n")
	v = Version{Text: text, build: text[at[2*n+1]:], Packaged: distribution.MatchString(text)}
	if !v.count(text[at[2*n]:at[2*n+1]]) {
		return Version{}, false
	}
	v.branch = p.branch(v.numbers)
	if rest, found := strings.CutPrefix(v.build, "-"); found && early.MatchString(rest) {
		v.before, v.build = rest, ""
	}
	return v, true
}

// Bound takes the end of a range of an advisory apart. It may have fewer numbers than a
// whole version, the rest is 0: "0" is before all there is, "7.0" the first of its branch.
func (p Product) Bound(text string) (v Version, ok bool) {
	if v, ok := p.Parse(text); ok {
		return v, true
	}
	plain, before, _ := strings.Cut(strings.TrimPrefix(text, "v"), "-")
	v = Version{Text: text}
	if !v.count(plain) || len(v.numbers) > 4 {
		return Version{}, false
	}
	if early.MatchString(before) {
		v.before = before
	}
	v.branch = min(p.branch(v.numbers), len(v.numbers))
	return v, true
}

func (v *Version) count(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return false
		}
		v.numbers = append(v.numbers, n)
	}
	return true
}

// Branch is what gets patches of its own: 8.0 of MongoDB 8.0.17, 16 of PostgreSQL 16.4.
func (v Version) Branch() string {
	parts := make([]string, 0, 2)
	for _, n := range v.numbers[:v.branch] {
		parts = append(parts, strconv.FormatUint(n, 10))
	}
	return strings.Join(parts, ".")
}

// End is after all patches of the branch, and before those of the next.
func (v Version) End() Version {
	end := Version{Text: "the last of " + v.Branch(), branch: v.branch}
	end.numbers = append(slices.Clone(v.numbers[:v.branch]), math.MaxUint64)
	return end
}

// Zero reports whether it is the bound that is before every version.
func (v Version) Zero() bool {
	return !slices.ContainsFunc(v.numbers, func(n uint64) bool { return n > 0 })
}

// Whole reports whether a bound names one patch, and not all of a branch.
func (v Version) Whole() bool { return len(v.numbers) > v.branch }

// Compare is below 0 where v is before w, and above where it is after. Versions of two
// products cannot be compared.
func (v Version) Compare(w Version) int {
	if c := v.Patch(w); c != 0 {
		return c
	}
	return natural(v.build, w.build)
}

// Patch compares without what vendors, images and distributions add: by that, builds of
// one patch are equal, as the flaws of the product are the same in them.
func (v Version) Patch(w Version) int {
	for i := range max(len(v.numbers), len(w.numbers)) {
		if c := cmp.Compare(at(v.numbers, i), at(w.numbers, i)); c != 0 {
			return c
		}
	}
	switch {
	case v.before == w.before:
		return 0
	case v.before == "":
		return 1
	case w.before == "":
		return -1
	}
	return natural(v.before, w.before)
}

func at(numbers []uint64, i int) uint64 {
	if i < len(numbers) {
		return numbers[i]
	}
	return 0
}

var runs = regexp.MustCompile(`\d+|\D+`)

// natural compares runs of digits as numbers and all else as text: -9 is before -10.
func natural(a, b string) int {
	x, y := runs.FindAllString(a, -1), runs.FindAllString(b, -1)
	for i := range min(len(x), len(y)) {
		m, n := strings.TrimLeft(x[i], "0"), strings.TrimLeft(y[i], "0")
		c := strings.Compare(x[i], y[i])
		if digit(x[i]) && digit(y[i]) {
			c = cmp.Or(cmp.Compare(len(m), len(n)), strings.Compare(m, n))
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

func digit(s string) bool { return s[0] >= '0' && s[0] <= '9' }
