package responsibility

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/onus-project/onus/internal/words"
)

// addonsFile holds add-ons that customers install.
const addonsFile = "addons.yaml"

// addons is the form of the file.
type addons struct {
	Installs []Install `json:"installs"`
	Addons   []Addon   `json:"addons"`

	at written
}

// Install is a kind of objects that install a chart, or an add-on of EKS, by the paths of what it is
// called and of its version.
type Install struct {
	API      string            `json:"api"`
	Chart    string            `json:"chart,omitempty"`
	EKSAddon string            `json:"eksAddon,omitempty"`
	Version  string            `json:"version"`
	Into     map[string]string `json:"into,omitempty"`   // values by path, with one of which it is this cluster
	Abroad   string            `json:"abroad,omitempty"` // the path with which it is another one
	From     []string          `json:"from"`
}

// Here reports whether an object with some values installs into the cluster that it is in itself.
func (x *Install) Here(values map[string]string) bool {
	if _, abroad := values[x.Abroad]; abroad && x.Abroad != "" {
		return false
	}
	for path, value := range x.Into {
		if values[path] == value {
			return true
		}
	}
	return len(x.Into) == 0
}

// Addon is one that customers install, and on which versions of Kubernetes its project supports its releases.
type Addon struct {
	ID        string                  `json:"id"`
	Title     string                  `json:"title"`
	By        []AddonMark             `json:"by"`
	Charts    []string                `json:"charts,omitempty"` // of the same version
	EKSAddons []string                `json:"eksAddons,omitempty"`
	Tested    bool                    `json:"tested,omitempty"` // its project says with which it tests a release, and no more
	Same      bool                    `json:"same,omitempty"`   // a release is for the version that it is called after
	Behind    int                     `json:"behind,omitempty"` // and for so many after it
	Least     map[string]string       `json:"least,omitempty"`  // the first release, by the version of Kubernetes
	Releases  map[string]AddonRelease `json:"releases,omitempty"`
	From      []string                `json:"from"`
}

// AddonMark is by what its pods are known: the image of a container, or labels of them.
type AddonMark struct {
	Image     string `json:"image,omitempty"`
	Name      string `json:"name,omitempty"`
	Component string `json:"component,omitempty"`
}

// Addons are those of the catalog. They are part of the program.
func Addons() []Addon { return addonsKnown().Addons }

// AddonInstalls are the kinds of objects that install charts or add-ons.
func AddonInstalls() []Install { return addonsKnown().Installs }

var addonsKnown = sync.OnceValue(func() *addons { return ownFile[addons](addonsFile) })

// Release is a version of a program, of which the patch may not be said.
type Release struct{ Major, Minor, Patch int }

var release = regexp.MustCompile(`^v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}|x|\*))?(?:[-+].*)?$`)

// ParseRelease reads one; false for what is none, such as a range of several.
func ParseRelease(text string) (r Release, ok bool) {
	m := release.FindStringSubmatch(text)
	if m == nil {
		return r, false
	}
	r.Major, _ = strconv.Atoi(m[1])
	r.Minor, _ = strconv.Atoi(m[2])
	r.Patch, _ = strconv.Atoi(m[3])
	return r, true
}

func (r Release) compare(o Release) int {
	return cmp.Or(r.Major-o.Major, r.Minor-o.Minor, r.Patch-o.Patch)
}

// String is it without its patch.
func (r Release) String() string { return fmt.Sprintf("%d.%d", r.Major, r.Minor) }

// Fit is how a release of an add-on goes with a version of Kubernetes.
type Fit struct {
	Known bool   // the catalog says so
	Fits  bool   // its project supports the two together
	Next  bool   // and with the next version of Kubernetes, as far as that is known
	On    string // which versions of Kubernetes it supports with it, in words
	Fix   string // which releases it supports on this version; empty where none is known
}

// behindThree is since which version Kubernetes lets its own programs be three versions behind.
//
// Source: Version Skew Policy (kube-proxy-skew).
const behindThree = 25

// FitOf is how a release goes with Kubernetes 1.MINOR.
func (a *Addon) FitOf(r Release, minor int) Fit {
	switch {
	case a.Same, a.Behind > 0:
		if r.Major != 1 || r.Minor < behindThree && minor-r.Minor == a.Behind && a.Behind > 0 {
			return Fit{} // before that Kubernetes allowed one less
		}
		f := Fit{Known: true, Fits: r.Minor <= minor && minor-r.Minor <= a.Behind, On: "1." + strconv.Itoa(r.Minor)}
		f.Next = f.Fits && minor+1-r.Minor <= a.Behind
		if a.Behind > 0 {
			f.On += fmt.Sprintf(" to 1.%d", r.Minor+a.Behind)
		}
		f.Fix = "1." + strconv.Itoa(minor)
		return f
	case a.Least != nil:
		least, ok := ParseRelease(a.Least["1."+strconv.Itoa(minor)])
		if !ok {
			return Fit{}
		}
		next, known := ParseRelease(a.Least["1."+strconv.Itoa(minor+1)])
		on := "1." + strconv.Itoa(minor) + " from release " + a.Least["1."+strconv.Itoa(minor)] + " on"
		return Fit{
			Known: true, Fits: r.compare(least) >= 0, Next: known && r.compare(next) >= 0, On: on,
			Fix: a.Least["1."+strconv.Itoa(minor)] + " or later",
		}
	}
	x, ok := a.Releases[r.String()]
	if !ok {
		return Fit{}
	}
	f := Fit{Known: true, Fits: x.has(minor), Next: x.has(minor + 1), On: x.From + " and later"}
	if x.To != "" {
		f.On = x.From + " to " + x.To
	}
	var good []Release
	for name := range maps.Keys(a.Releases) {
		if of, ok := ParseRelease(name); ok && a.Releases[name].has(minor) {
			good = append(good, of)
		}
	}
	slices.SortFunc(good, Release.compare)
	var named []string
	for _, of := range good {
		named = append(named, of.String())
	}
	f.Fix = words.Or(named)
	return f
}

// AddonRelease is on which versions of Kubernetes a release is supported: from one on, up to another one.
type AddonRelease struct {
	From string `json:"from"`
	To   string `json:"to,omitempty"`
}

func (x AddonRelease) has(minor int) bool {
	from, _ := ParseRelease(x.From)
	to, last := ParseRelease(x.To)
	return minor >= from.Minor && (!last || minor <= to.Minor)
}

// check is the fault of one that cites no source there is.
func (x *addons) check(c *Catalog) error {
	for _, of := range x.cited() {
		if err := x.at.uncited(c, of.id, of.from); err != nil {
			return err
		}
	}
	return nil
}

// citation is what something rests on.
type citation struct {
	id   string
	from []string
}

func (x *addons) cited() []citation {
	var all []citation
	for i := range x.Installs {
		all = append(all, citation{x.Installs[i].API, x.Installs[i].From})
	}
	for i := range x.Addons {
		all = append(all, citation{x.Addons[i].ID, x.Addons[i].From})
	}
	return all
}
