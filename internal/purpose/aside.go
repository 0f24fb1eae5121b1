package purpose

import (
	"path"
	"slices"
	"strings"
)

// putAside keeps of a folder that it is put aside by a word of its name: for the folder
// beside it that is called the same without that word, or because nothing but how its
// objects are written or built is left of its name. Places to run in may be called so, and
// run beside each other.
func (f *Folders) putAside(dir string, folders map[string]bool) {
	k := known()
	if k.holds(strings.ToLower(path.Base(path.Dir(dir)))) {
		return
	}
	name := path.Base(dir)
	left := strings.FieldsFunc(name, apart)
	words := len(left)
	left = slices.DeleteFunc(left, func(word string) bool { return slices.Contains(k.Aside, strings.ToLower(word)) })
	if len(left) == words || len(left) == 0 { // what has no other name goes by the words for folders
		return
	}
	if !slices.ContainsFunc(left, func(word string) bool { return !IsForm(strings.ToLower(word)) }) {
		f.aside[dir] = dir
	}
	for other := range folders {
		if path.Dir(other) == path.Dir(dir) && slices.EqualFunc(strings.FieldsFunc(path.Base(other), apart), left, strings.EqualFold) {
			f.aside[dir] = other
		}
	}
}

// apart are the characters between the words of a folder's name.
func apart(r rune) bool { return strings.ContainsRune("-_. ", r) }

// AsideFor is the folder beside one for which that is put aside; empty for none.
func (f *Folders) AsideFor(folder string) string {
	if f.aside[folder] == folder {
		return ""
	}
	return f.aside[folder]
}
