package source

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/source/terraform"
	"github.com/onus-project/onus/internal/source/unit"
)

// plainFiles reads files that belong to no unit. Folders that state the same
// object differently are environments, each a unit of its own: which one would
// be applied last, nothing tells. Files of one folder that do are alternatives,
// of which one is applied, and units too.
func (d *door) plainFiles(files []string) error {
	apart := d.in.Live == nil && len(files) > 1
	each, of, templates := d.madeByTerraform(files)
	for i := range each {
		if !apart {
			d.plain.append(each[i])
		}
	}
	for _, file := range files {
		if templates[filepath.Clean(file)] {
			continue
		}
		r := d.plain
		if apart && !terraform.Is(file) { // of which those of a directory are one
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
	folders, environments := d.apart(each, of)
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
			if !environments[folder] {
				one.unit.Alternative, d.plain.unit.Alternative = true, true
			}
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

// unlisted reads files that stand beside a kustomization which does not list them:
// those of a directory are a unit, of which nothing counts for others.
func (d *door) unlisted(byDir map[string][]string) error {
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		if d.in.Live != nil {
			if err := d.plainFiles(byDir[dir]); err != nil {
				return err
			}
			continue
		}
		r := d.reading(unit.Unit{Kind: unit.Files, Path: dir, Unlisted: true})
		for _, file := range byDir[dir] {
			if err := r.file(file); err != nil {
				return err
			}
		}
		custom := slices.ContainsFunc(r.kubernetes.CustomResources, func(c kubernetes.CustomResource) bool { return d.modelled(c.API) })
		if k := &r.kubernetes; len(k.Workloads)+len(k.Budgets)+len(k.Pools) == 0 && !custom {
			d.plain.append(r) // nothing that is checked
			continue
		}
		r.unit.Name = d.free(filepath.ToSlash(dir))
		if d.picked(r.unit.Name) {
			d.units = append(d.units, r)
		}
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

// stated is an object as a file states it.
type stated struct {
	file string
	kubernetes.State
}

// apart are the folders, in pairs of siblings, below which one object stands in
// two ways, and the files that state one differently in the same folder. Folders
// that differ in objects of Kubernetes itself are environments; examples of one
// operator's resources that are all called the same are alternatives.
func (d *door) apart(each []*reading, of []string) (found []string, environments map[string]bool) {
	all := map[string][]stated{}
	var keys []string
	in := contents{}
	for i, r := range each {
		for _, s := range r.kubernetes.States() {
			if s.Custom != "" && !d.modelled(s.Custom) {
				continue
			}
			for _, key := range []string{s.Key, s.Rival} {
				if key == "" {
					continue
				}
				if all[key] == nil {
					keys = append(keys, key)
				}
				all[key] = append(all[key], stated{of[i], s})
			}
			in.add(of[i], s.Key, s.Rests())
		}
		for _, o := range r.kubernetes.Objects {
			in.add(of[i], "shown "+o.API+" "+o.Name, true)
		}
	}
	environments = map[string]bool{}
	for _, key := range keys {
		folders := partingFolders(all[key])
		found = append(append(found, folders...), in.alternatives(all[key])...)
		for _, folder := range folders {
			environments[folder] = environments[folder] || all[key][0].Builtin
		}
	}
	slices.Sort(found)
	return slices.Compact(found), environments
}

// modelled reports whether it is known what an operator makes of a kind.
func (d *door) modelled(api string) bool {
	if d.in.Catalog == nil {
		return false
	}
	model, _, _ := d.in.Catalog.Custom(api)
	return model != nil
}

// partingFolders are those at which the folders part that state an object, where
// two of them do it differently.
func partingFolders(all []stated) []string {
	dir := func(s stated) string { return filepath.Dir(s.file) }
	if !slices.ContainsFunc(all[1:], func(o stated) bool { return dir(o) != dir(all[0]) && !reflect.DeepEqual(o.Value, all[0].Value) }) {
		return nil
	}
	var folders []string
	for i, x := range all {
		for _, y := range all[:i] {
			folders = append(folders, parting(dir(x), dir(y))...)
		}
	}
	return folders
}

// contents are what files hold, by name, as far as something rests on it.
type contents map[string]map[string]any

func (c contents) add(file, name string, value any) {
	if c[file] == nil {
		c[file] = map[string]any{}
	}
	c[file][name] = value
}

// alternatives are the files that state an object beside each other and of which
// one is applied: they state it differently, or each comes with something that the
// other has not. Two ways to install a thing share most of what they make.
func (c contents) alternatives(all []stated) []string {
	var files []string
	for i, x := range all {
		for _, y := range all[:i] {
			if x.file == y.file || filepath.Dir(x.file) != filepath.Dir(y.file) || x.Judged == nil || y.Judged == nil {
				continue
			}
			if !reflect.DeepEqual(x.Judged, y.Judged) || !c.gathers(x.file, y.file) && !c.gathers(y.file, x.file) {
				files = append(files, x.file, y.file)
			}
		}
	}
	return files
}

// gathers reports whether a file has what stands in another one beside it, and
// nothing that does not stand in such files: a bundle of them, or a copy.
func (c contents) gathers(file, of string) bool {
	if !c.within(of, file) {
		return false
	}
	if len(c[of]) == len(c[file]) {
		return true
	}
	pieces := map[string]bool{}
	for other := range c {
		if filepath.Dir(other) == filepath.Dir(file) && len(c[other]) < len(c[file]) && c.within(other, file) {
			for name := range c[other] {
				pieces[name] = true
			}
		}
	}
	return len(pieces) == len(c[file])
}

// within reports whether all that a file has stands in another one, too.
func (c contents) within(file, of string) bool {
	for name, value := range c[file] {
		if !reflect.DeepEqual(c[of][name], value) {
			return false
		}
	}
	return true
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

// deepest is the file itself where it is one of them, or else the deepest folder
// that it is below, or empty.
func deepest(folders []string, file string) string {
	found := ""
	for _, folder := range folders {
		if folder == file {
			return file
		}
		if len(folder) > len(found) && strings.HasPrefix(file, folder+string(filepath.Separator)) {
			found = folder
		}
	}
	return found
}
