package helm

import (
	"bytes"
	"cmp"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/onus-project/onus/internal/source/unit"
)

// PackageExtension is that of a packaged chart.
const PackageExtension = ".tgz"

// packageName is what helm package calls a chart: its name and its version.
//
// Source: Save in pkg/chart/v2/util/save.go of Helm 4.
var packageName = regexp.MustCompile(`^(.+?)-(v?\d+\.\d+\.\d+.*)\.tgz$`)

// packages are the packaged charts of a tree that are not part of another chart. Of
// those that stand beside each other and are of one name only the newest is one: the
// others are kept for who installs them still.
func packages(in *unit.Tree, dirs []string) []string {
	newest := map[[2]string]packaged{}
	var all []string
	for _, f := range in.Files {
		if filepath.Ext(f) != PackageExtension || slices.ContainsFunc(dirs, func(dir string) bool { return inside(dir, f) }) {
			continue
		}
		m := packageName.FindStringSubmatch(filepath.Base(f))
		if m == nil {
			all = append(all, f)
			continue
		}
		version, err := semver.NewVersion(m[2])
		if err != nil {
			all = append(all, f)
			continue
		}
		key, x := [2]string{filepath.Dir(f), m[1]}, packaged{f, version}
		if y, known := newest[key]; !known || x.newer(y) {
			newest[key] = x
		}
	}
	for _, x := range newest {
		all = append(all, x.file)
	}
	all = slices.DeleteFunc(all, func(f string) bool { return !isPackage(in, f) })
	slices.Sort(all)
	return all
}

type packaged struct {
	file    string
	version *semver.Version
}

// newer reports whether a version is the one that Helm installs of two: a release
// before any pre-release.
func (p packaged) newer(o packaged) bool {
	if before, other := p.version.Prerelease() != "", o.version.Prerelease() != ""; before != other {
		return other
	}
	return cmp.Or(p.version.Compare(o.version), cmp.Compare(p.file, o.file)) > 0
}

// isPackage reports whether a file is an archive that holds a chart.
func isPackage(in *unit.Tree, file string) bool {
	_, err := unpack(in, file)
	return err == nil
}

func unpack(in *unit.Tree, file string) (*chart.Chart, error) {
	data, err := in.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return loader.LoadArchive(bytes.NewReader(data))
}

// archive loads a packaged chart.
func (c *loaded) archive() (*chart.Chart, error) {
	packed, err := unpack(c.in, c.dir)
	if err != nil {
		return nil, loadFault(c.dir, err)
	}
	walk(packed, func(s *chart.Chart) { c.source[s.Raw[0]] = place{path: c.dir, archive: true} })
	return packed, nil
}

// IsPackage reports whether a file that the user names is a packaged chart.
func IsPackage(file string) bool {
	in, err := unit.NewTree(filepath.Dir(file), []string{file})
	return err == nil && filepath.Ext(file) == PackageExtension && isPackage(in, file)
}
