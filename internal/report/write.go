package report

import (
	"fmt"
	"io"
)

// Formats are the forms in which ladder, diff and explain can be printed.
func Formats() []string { return []string{"table", "json", "yaml", "markdown"} }

// write prints a published value; page makes the text from that same value.
func write(w io.Writer, value any, text func() page, format string, s Screen) error {
	switch format {
	case "json":
		return writeJSON(w, value)
	case "yaml":
		return writeYAML(w, value)
	case "table":
		return text().writeTerminal(w, s)
	case "markdown":
		return text().writeMarkdown(w)
	}
	return fmt.Errorf("there is no format %q", format)
}
