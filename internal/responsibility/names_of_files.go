package responsibility

import (
	"path"
	"slices"
	"strings"
)

// Autoscaler is by what the cluster autoscaler keeps a node.
type Autoscaler struct {
	Program string `json:"program"` // the name of its image
	// SkipSystem and SkipLocal are the flags by which it keeps nodes for the sake of pods of
	// the system, and of volumes on disks of the node: both are on by default.
	SkipSystem string `json:"skipSystem"`
	SkipLocal  string `json:"skipLocal"`
	Node       string `json:"node"` // the annotation of a node that it does not take
	Pod        string `json:"pod"`  // that of a pod by which it may be evicted or may not
	// Volumes is that of a pod by which some of its volumes on disks of the node do not count.
	Volumes string   `json:"volumes"`
	System  string   `json:"system"` // the namespace whose pods it only takes under a PDB
	From    []string `json:"from"`
}

// sharedChart is words in names of charts that are there for others.
type sharedChart struct {
	Words []string `json:"words"`
	From  []string `json:"from"`
}

// installer is a kind of custom resource that installs what stands elsewhere.
type installer struct {
	Kind string   `json:"kind"`
	From []string `json:"from"`
}

// fileName is what files are called: words of the name one after the other, words of which
// the last may go on, or a part of it; or the end of the path of their folder.
type fileName struct {
	Words  string   `json:"words,omitempty"`
	Begins string   `json:"begins,omitempty"`
	Part   string   `json:"part,omitempty"`
	Folder string   `json:"folder,omitempty"`
	From   []string `json:"from"`
}

// WhereSaid is what pods ask for that no provider supports unless it says so.
type WhereSaid struct {
	Asks  string   `json:"asks"` // as rules of offerings call it
	Title string   `json:"title"`
	From  []string `json:"from"`
}

// ClusterAutoscaler is by what the cluster autoscaler keeps a node.
func ClusterAutoscaler() Autoscaler { return namesKnown().ClusterAutoscaler }

// ownChart is names of charts that make the objects of one program each.
type ownChart struct {
	Names  []string `json:"names"`
	Extras []string `json:"extras,omitempty"` // how their values say which objects they make besides
	From   []string `json:"from"`
}

// IsSharedChart reports whether a chart by its name is there for others, and not that of a
// program. That it is a chart tells nothing.
func IsSharedChart(name string) bool {
	words := slices.DeleteFunc(wordsOfName(name), func(word string) bool { return word == "chart" || word == "charts" || word == "helm" })
	return len(words) == 0 || slices.ContainsFunc(words, func(word string) bool {
		return slices.ContainsFunc(namesKnown().SharedCharts, func(s sharedChart) bool { return slices.Contains(s.Words, word) })
	})
}

// OwnChart is the name of a chart that is known to make the objects of its program and none for the pods of others; empty for
// any other.
func OwnChart(name string) string {
	if slices.ContainsFunc(namesKnown().OwnCharts, func(o ownChart) bool { return slices.Contains(o.Names, name) }) {
		return name
	}
	return ""
}

// ExtraObjects are how values of charts of programs say which objects of others they make as well.
func ExtraObjects() []string {
	var all []string
	for _, o := range namesKnown().OwnCharts {
		all = append(all, o.Extras...)
	}
	return all
}

// Installs reports whether custom resources of a kind install what stands elsewhere.
func Installs(kind string) bool {
	return slices.ContainsFunc(namesKnown().Installers, func(i installer) bool { return i.Kind == kind })
}

// IsPodTemplate reports whether a file by its path is for pods that a program fills in.
func IsPodTemplate(file string) bool { return areCalled(namesKnown().PodTemplates, file) }

// IsStaticPod reports whether a file by its path is for pods that a kubelet makes.
func IsStaticPod(file string) bool { return areCalled(namesKnown().StaticPods, file) }

// SupportedWhereSaid are what pods ask for that no provider supports unless it says so.
func SupportedWhereSaid() []WhereSaid { return namesKnown().SupportedWhereSaid }

// areCalled reports whether a file, by its path with slashes, has one of some names.
func areCalled(names []fileName, file string) bool {
	file = strings.ToLower(file)
	words := "-" + strings.Join(wordsOfName(path.Base(file)), "-") + "-"
	return slices.ContainsFunc(names, func(n fileName) bool {
		switch {
		case n.Words != "":
			return strings.Contains(words, "-"+n.Words+"-")
		case n.Begins != "":
			return strings.Contains(words, "-"+n.Begins)
		case n.Part != "":
			return strings.Contains(words, n.Part)
		}
		return strings.HasSuffix(path.Dir(file), n.Folder)
	})
}

// wordsOfName are those of a name of a file or a chart, in small letters.
func wordsOfName(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
}
