package helmfile

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
)

// join makes one run of both that take what depends on an unknown condition and leave it out: what they say alike is
// known. Its releases are compared by themselves.
func (l *loading) join(o *loading) {
	l.values = alikeIn(l.values, o.values)
	maps.Copy(l.named, o.named)
	l.bases = append(l.bases, o.bases...)
	l.open = cmp.Or(l.open, o.open)
	switch {
	case l.run.partly && o.run.partly:
		l.run.may = l.run.may && o.run.may
	case o.run.partly:
		l.run.partly, l.run.may = true, o.run.may
	}
	for _, n := range o.nested {
		at := slices.IndexFunc(l.nested, func(m nested) bool { return m.file == n.file && m.nth == n.nth })
		if at < 0 {
			l.nested = append(l.nested, n)
			continue
		}
		l.nested[at].values = alikeIn(l.nested[at].values, n.values)
	}
}

// alikeIn are values of which it is known what both have alike, and that there may be others.
func alikeIn(a, b map[string]any) map[string]any {
	all := map[string]any{}
	for key, v := range a {
		all[key] = unclear
		if w, there := b[key]; there {
			all[key] = alike(v, w)
		}
	}
	for key := range b {
		if _, there := a[key]; !there {
			all[key] = unclear
		}
	}
	return all
}

// alike is a value where it is the same one in both runs. Of maps that have other keys nothing is known: how many there
// are is asked of them as well.
func alike(v, w any) any {
	a, b := mapOf(v), mapOf(w)
	switch {
	case reflect.DeepEqual(v, w):
		return v
	case a == nil || b == nil || len(a) != len(b):
		return unclear
	}
	for key := range a {
		if _, there := b[key]; !there {
			return unclear
		}
	}
	return alikeIn(a, b)
}
