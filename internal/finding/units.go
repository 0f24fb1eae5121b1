package finding

import (
	"path"
	"strings"
)

// Units are how many more units have what a finding says. What is written in two forms in one
// place counts once: a folder and its files, and what is generated beside the only folder below
// that it is generated from.
func (f *Finding) Units() int {
	places := map[string]bool{placeOf(f.Subject.Unit): true}
	for i := range f.AlsoIn {
		places[placeOf(f.AlsoIn[i].Unit)] = true
	}
	for i := range f.Copies {
		places[placeOf(f.Copies[i].Subject.Unit)] = true
	}
	below := map[string]int{}
	for place := range places {
		if ext := path.Ext(place); ext != ".yaml" && ext != ".yml" && places[path.Dir(place)] && path.Dir(place) != place {
			below[path.Dir(place)]++
		}
	}
	n := len(places) - 1
	for _, children := range below {
		if children == 1 {
			n--
		}
	}
	return n
}

// placeOf is the folder of a unit of plain files, or the name of another unit.
func placeOf(unit string) string {
	return strings.TrimPrefix(unit, "files:")
}
