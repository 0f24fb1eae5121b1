package source

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/source/unit"
)

// plainFiles reads files that belong to no unit. Folders that state the same
// object differently are environments, each a unit of its own: which one would
// be applied last, nothing tells.
func (d *door) plainFiles(files []string) error {
	apart := d.in.Live == nil && len(files) > 1
	var each []*reading
	var of []string
	for _, file := range files {
		r := d.plain
		if apart && filepath.Ext(file) != ".tf" { // of which those of a directory are one
			r = d.reading(d.plain.unit)
			each, of = append(each, r), append(of, file)
		}
		r.named = false
		if err := r.file(file); err != nil {
			return err
		}
	}
	if !apart {
		return nil
	}
	folders := apartFolders(each, of)
	at := map[string]*reading{}
	for i, r := range each {
		folder := deepest(folders, of[i])
		if folder == "" {
			d.plain.append(r)
			continue
		}
		one, ok := at[folder]
		if !ok {
			one = d.reading(unit.Unit{Name: d.free(filepath.ToSlash(folder)), Kind: unit.Files, Path: folder})
			at[folder] = one
			if d.picked(one.unit.Name) {
				d.units = append(d.units, one)
			}
		}
		for k := range r.faults {
			r.faults[k].Unit = one.unit.Name
		}
		one.append(r)
	}
	return nil
}

// free is a name that no other unit has.
func (d *door) free(name string) string {
	if slices.Contains(d.names, name) {
		name = estate.Files + ":" + name
	}
	d.names = append(d.names, name)
	return name
}

// apartFolders are the folders, in pairs of siblings, below which one object
// stands in two ways.
func apartFolders(each []*reading, of []string) []string {
	type stated struct {
		dir   string
		value any
	}
	all := map[string][]stated{}
	var keys []string
	for i, r := range each {
		dir := filepath.Dir(of[i])
		for _, s := range r.kubernetes.States() {
			if all[s.Key] == nil {
				keys = append(keys, s.Key)
			}
			all[s.Key] = append(all[s.Key], stated{dir, s.Value})
		}
	}
	folders := map[string]bool{}
	for _, key := range keys {
		others := all[key]
		if !slices.ContainsFunc(others[1:], func(o stated) bool { return o.dir != others[0].dir && !reflect.DeepEqual(o.value, others[0].value) }) {
			continue
		}
		for i, x := range others {
			for _, y := range others[:i] {
				for _, folder := range parting(x.dir, y.dir) {
					folders[folder] = true
				}
			}
		}
	}
	var sorted []string
	for folder := range folders {
		sorted = append(sorted, folder)
	}
	slices.Sort(sorted)
	return sorted
}

// parting are the folders at which two directories part: the first of each that
// the other does not have.
func parting(a, b string) []string {
	const sep = string(filepath.Separator)
	x, y := strings.Split(a, sep), strings.Split(b, sep)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	var folders []string
	for _, parts := range [][]string{x, y} {
		if len(parts) > n {
			folders = append(folders, strings.Join(parts[:n+1], sep))
		}
	}
	return folders
}

// deepest is the deepest folder that a file is below, or empty.
func deepest(folders []string, file string) string {
	found := ""
	for _, folder := range folders {
		if len(folder) > len(found) && strings.HasPrefix(file, folder+string(filepath.Separator)) {
			found = folder
		}
	}
	return found
}
