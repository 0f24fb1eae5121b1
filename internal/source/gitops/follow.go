package gitops

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// following goes from objects to what they apply, and on to the objects that charts
// among that make: an Application of a chart of Applications.
type following struct {
	*repository
	makers  map[string][]unit.Found // charts that make such objects, by directory
	reached map[string]bool         // directories of charts that something applies
	seen    map[string]bool
	objects []object
	applied []application
	read    map[Object]bool
	others  map[string]int // applications that are left out, by environment: see inProduction
	unsure  bool           // some of these charts could not be rendered whole
}

// followed is what the objects of the input apply.
func followed(ctx context.Context, r *repository, makers map[string][]unit.Found) *following {
	f := &following{repository: r, makers: makers, reached: map[string]bool{}, seen: map[string]bool{}, read: map[Object]bool{}}
	f.everything(ctx, r.configs)
	return f
}

// makers are the charts whose templates make objects that apply something.
func (r *repository) makers(found []unit.Found) map[string][]unit.Found {
	all := map[string][]unit.Found{}
	makes := map[string]bool{}
	for i, f := range found {
		if f.Kind != unit.Chart {
			continue
		}
		dir := directory(f)
		if _, known := makes[dir]; !known {
			makes[dir] = r.applies(f)
		}
		if makes[dir] {
			found[i].Build = once(f.Build)
			all[dir] = append(all[dir], found[i])
		}
	}
	return all
}

// everything follows the objects that stand in files, and those of charts that no
// object applies. Such a chart is rendered by itself, with each file of values for
// an environment that stands beside it.
func (f *following) everything(ctx context.Context, inFiles []object) {
	f.follow(ctx, inFiles)
	made := map[string][]object{}
	named := map[string]bool{} // by another chart
	for dir, units := range f.makers {
		if f.reached[dir] {
			continue
		}
		for _, u := range units {
			made[dir] = append(made[dir], f.madeBy(u.Build(ctx), environmentOf(u, dir))...)
		}
		for _, o := range made[dir] {
			all, _ := f.appliedBy(o)
			for _, a := range all {
				named[a.dir] = named[a.dir] || a.dir != dir
			}
		}
	}
	dirs := slices.Sorted(maps.Keys(made))
	for _, dir := range dirs {
		if !named[dir] {
			f.follow(ctx, made[dir])
		}
	}
	for _, dir := range dirs { // of which each is applied by the next
		if named[dir] && !f.reached[dir] {
			f.follow(ctx, made[dir])
		}
	}
	f.applied, f.others = inProduction(f.applied)
}

// mostGenerations is how far it is followed that charts make objects which apply charts:
// people do it twice or three times.
const mostGenerations = 8

// follow adds what objects apply.
func (f *following) follow(ctx context.Context, all []object) {
	for len(all) > 0 && ctx.Err() == nil {
		o := all[0]
		all = all[1:]
		key := fmt.Sprintf("%s:%d %s\n%s", o.file, o.line, o.environment, o.data)
		if f.seen[key] { // it applies the chart that makes it
			continue
		}
		f.seen[key] = true
		if o.generation > mostGenerations { // each with other values: it never ends
			f.unsure = true
			continue
		}
		f.objects = append(f.objects, o)
		applied, whole := f.appliedBy(o)
		other, seen := f.read[o.place()]
		f.read[o.place()] = whole && (other || !seen)
		for _, a := range applied {
			a.build = once(a.build)
			f.applied = append(f.applied, a)
			if f.makers[a.dir] != nil && a.chart != nil {
				f.reached[a.dir] = true
				made := f.madeBy(a.build(ctx), a.by.environment)
				for i := range made {
					made[i].generation = o.generation + 1
				}
				all = append(all, made...)
			}
		}
	}
}

// environmentOf is the environment that a file of values beside a chart is for:
// production for values-production.yaml. Empty for its own values.
func environmentOf(u unit.Found, dir string) string {
	if filepath.Clean(u.Path) == dir {
		return ""
	}
	stem := strings.TrimSuffix(filepath.Base(u.Path), filepath.Ext(u.Path))
	return strings.Trim(strings.TrimPrefix(stem, "values"), ".-_")
}

// madeBy are the objects that a chart makes for an environment.
func (f *following) madeBy(built unit.Built, environment string) []object {
	f.unsure = f.unsure || len(built.Missing)+len(built.Absent)+len(built.Refused) > 0
	all := read(built.Documents)
	for i := range all {
		all[i].environment = environment
	}
	return all
}

// inProduction are applications without those for which the same object of a chart
// applies something in production, as its values there say, and how many those are in each
// other environment. What the chart applies in other environments alone says so.
func inProduction(all []application) (kept []application, others map[string]int) {
	object := func(a application) string { return fmt.Sprintf("%s:%d ", a.by.file, a.by.line) }
	title := func(a application) string { return object(a) + a.by.title() }
	live := map[string]bool{}
	for _, a := range all {
		if purpose.IsProduction(a.by.environment) {
			live[object(a)], live[title(a)] = true, true
		}
	}
	others = map[string]int{}
	all = slices.DeleteFunc(all, func(a application) bool {
		left := live[title(a)] && !purpose.IsProduction(a.by.environment)
		if left && a.by.environment != "" { // the chart's own values are for none
			others[a.by.environment]++
		}
		return left
	})
	for i := range all {
		if by := all[i].by; live[object(all[i])] && !purpose.IsProduction(by.environment) {
			all[i].unneeded = "is applied in " + cmp.Or(by.environment, "environments that give no values") + ", and not in production"
		}
	}
	return all, others
}
