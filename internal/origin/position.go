// Package origin says where things were read, and what could not be: the
// positions of objects, and the kinds of which nothing is known. It is a leaf
// that every section of an estate and every finding rests on.
package origin

import "fmt"

// Stdin is what standard input is called where the name of a file would stand.
const Stdin = "<stdin>"

// Position is where an object was read: File as the user named it, Line
// 1-based. It is zero for objects from a live cluster.
type Position struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// String is FILE:LINE, or the file alone where there is no line.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}
