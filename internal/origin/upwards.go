package origin

import "iter"

// Upwards are a folder and those that it stands in, one after the other, up to the last
// one there is: the root of a file system, or the folder that the program runs in. Parent
// is how one folder leads to the next: filepath.Dir, or path.Dir where slashes are meant.
func Upwards(folder string, parent func(string) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := folder; yield(at); at = parent(at) {
			if at == parent(at) {
				return
			}
		}
	}
}
