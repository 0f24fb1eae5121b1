package origin

// Fault is a part of the input that could not be read, or not be had: a file, a
// document of it, one object, or what a build asks for and is not there.
type Fault struct {
	File   string `json:"file"`           // as the user named it
	Line   int    `json:"line,omitempty"` // 1-based; 0 where it concerns all of the file
	Reason string `json:"reason"`         // why, for people
	Hint   string `json:"hint,omitempty"` // the way out, such as how to render a template
	Sets   string `json:"sets,omitempty"` // a value of a chart, as Helm's --set takes it, by which its author says that it is cured
	Unit   string `json:"unit,omitempty"` // that it belongs to; empty for plain files
	// Lacks is what is not in the input, where that is all that there is to it.
	Lacks Lack `json:"lacks,omitzero"`
}

// Lack is what something in the input needs and is not there.
type Lack struct {
	What Lacking `json:"what"`
	Name string  `json:"name"` // as it is asked for: of a chart its name, without version and address
	// Settings says that only a ConfigMap or a Secret is made of it, by which no label can be given to pods.
	Settings bool `json:"settings,omitempty"`
}

// Lacking is what kind of thing is lacked.
type Lacking string

// The kinds of things that are lacked.
const (
	LackingChart  Lacking = "chart"  // that another chart depends on
	LackingRemote Lacking = "remote" // what a kustomization asks for from elsewhere
	LackingPath   Lacking = "path"   // a file or a folder that a kustomization asks for
	// What deployers ask for: a HelmRelease, an Application, a release of helmfile.
	LackingInstalled Lacking = "installed" // a chart that they install
	LackingApplied   Lacking = "applied"   // what else they apply
)

// Words say what is lacked, without what differs between those who lack the same.
func (l Lack) Words() string {
	switch l.What {
	case LackingChart:
		return "depends on the chart " + l.Name + ", which is not here"
	case LackingRemote:
		return "asks for what is remote"
	case LackingPath:
		return "asks for what is not there"
	case LackingInstalled:
		return "installs a chart that is not here"
	case LackingApplied:
		return "applies what is not here"
	}
	return ""
}

// Deployed reports whether it is what something deploys: of each such lack something runs
// that was not read.
func (l Lack) Deployed() bool { return l.What == LackingInstalled || l.What == LackingApplied }

// Same reports whether another lack is told with this one: of charts each by its name, and
// of what kustomizations ask for all of a kind together.
func (l Lack) Same(other Lack) bool {
	return l.What != "" && l.What == other.What && (l.What != LackingChart || l.Name == other.Name)
}

// At is FILE:LINE.
func (f Fault) At() string { return Position{File: f.File, Line: f.Line}.String() }

// String is one line that names the file, the line and the reason.
func (f Fault) String() string {
	return f.At() + ": " + f.Reason
}
