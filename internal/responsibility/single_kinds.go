package responsibility

import (
	"path"
	"slices"
	"strings"
)

// singleKind is what files and folders are called that hold nothing but objects of a kind.
type singleKind struct {
	Kind    string   `json:"kind"`
	Folders []string `json:"folders"`
	Last    []string `json:"last"` // words that the names of files end with
	Part    string   `json:"part"` // of such a word
	More    []string `json:"more"` // words of names of what holds more than that
	Absent  bool     `json:"absent"`
	From    []string `json:"from"`
}

// SingleKind is the kind of all objects of a file or a folder, by its path or its address; empty where that does not tell.
func SingleKind(name string, remote bool) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "?")
	if _, rest, is := strings.Cut(name, "://"); is {
		_, name, _ = strings.Cut(rest, "/") // what a host is called says nothing
	}
	for _, k := range namesKnown().SingleKinds {
		if (!k.Absent || !remote) && k.names(name) {
			return k.Kind
		}
	}
	return ""
}

func (k *singleKind) names(name string) bool {
	folders, file := strings.Split(name, "/"), ""
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		file = folders[len(folders)-1]
		folders = folders[:len(folders)-1]
	}
	words := wordsOfName(strings.TrimSuffix(file, path.Ext(file)))
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(k.More, w) }) {
		return false
	}
	if slices.ContainsFunc(folders, func(f string) bool { return slices.Contains(k.Folders, f) }) {
		return true
	}
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return slices.Contains(k.Last, last) || k.Part != "" && strings.Contains(last, k.Part)
}
