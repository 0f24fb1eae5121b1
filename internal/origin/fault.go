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
}

// At is FILE:LINE.
func (f Fault) At() string { return Position{File: f.File, Line: f.Line}.String() }

// String is one line that names the file, the line and the reason.
func (f Fault) String() string {
	return f.At() + ": " + f.Reason
}
