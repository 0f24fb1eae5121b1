package purpose

import (
	"path"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// versioned are names that are versions: 1.4.3, v2, v1.0.0-rc.1. A plain number
// may count anything, and v1beta1 is the version of an API.
var versioned = regexp.MustCompile(`^(v\d+|v?\d+(\.\d+){1,2}([-+][0-9A-Za-z.+-]+)?)$`)

// numbered are names that end in a version of three numbers: istio-1.20.0.
var numbered = regexp.MustCompile(`^(.*[A-Za-z].*?)[-_](v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?)$`)

// Version is one of several folders that hold versions of a thing. Of is what its name
// says before the version: istio, of istio-1.20.0.
type Version struct{ Parent, Of, Name string }

// VersionsOf are the folders on a file's path that are called by a version, but for
// those of places to run in.
func (f *Folders) VersionsOf(file string) []Version {
	at, below := f.below(path.Dir(file))
	before := ""
	var all []Version
	for name := range strings.SplitSeq(below, "/") {
		if parsed(name) != nil && !known().holds(before) {
			all = append(all, Version{at, stem(name), name})
		}
		at, before = path.Join(at, name), strings.ToLower(name)
	}
	return all
}

// stem is what a name says before the version that it ends in.
func stem(name string) string {
	if m := numbered.FindStringSubmatch(name); m != nil && !versioned.MatchString(name) {
		return m[1]
	}
	return ""
}

// parsed is the version that a name is, or ends in; nil for any other.
func parsed(name string) *semver.Version {
	if before := stem(name); before != "" {
		name = name[len(before)+1:]
	}
	v, err := semver.NewVersion(name)
	if err != nil || !versioned.MatchString(name) {
		return nil
	}
	return v
}

// Releases reports whether some names of folders beside each other are those of
// releases of one thing: three of them or more, each a version of two numbers at
// least. What runs side by side goes by one number: v1, v2.
func Releases(names []string) bool {
	n := 0
	for _, name := range names {
		if parsed(name) != nil && strings.Contains(name, ".") {
			n++
		}
	}
	return n >= 3
}

// Retire says that some folders in another one hold versions of the same thing: all
// but the newest are older ones. A version that is not released yet retires none.
func (f *Folders) Retire(parent string, names []string) {
	newest := ""
	for _, name := range names {
		if v := parsed(name); v != nil && v.Prerelease() == "" && (newest == "" || v.GreaterThan(parsed(newest))) {
			newest = name
		}
	}
	for _, name := range names {
		if v := parsed(name); v == nil || newest == "" || !v.LessThan(parsed(newest)) {
			continue
		}
		folder := path.Join(parent, name)
		if known := f.newer[folder]; known == "" || parsed(newest).GreaterThan(parsed(path.Base(known))) {
			f.newer[folder] = path.Join(parent, newest)
		}
	}
}

// Newer is the folder with a newer version of what a folder holds.
func (f *Folders) Newer(folder string) string { return f.newer[folder] }
