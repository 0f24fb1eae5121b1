package report

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// Links are what a text for a terminal leads to, for those that know links in text (OSC 8).
type Links struct {
	// File is the absolute path of a file as a text names it, and whether it is there.
	File func(name string) (string, bool)
	// Sources are the addresses of the sources of the catalog, by id.
	Sources map[string]string
}

// leading is what may lead somewhere: an address, a place in a file, or the ids of sources
// in brackets. What names hold is no matter: where it leads to is looked up. Escapes for
// colour are passed over.
var leading = regexp.MustCompile(`\x1b\[[0-9;]*m|https://[^\s\x1b()<>"]+` +
	`|[^\s\x1b():;,"'\[\]]+\.(?:ya?ml|json|tf|bicep|tpl|csv):[0-9]+` +
	`|\[[a-z0-9-]+(?:, [a-z0-9-]+)*\]`)

// Link makes links of what leads somewhere in a text that is made for a terminal.
func (l *Links) Link(words string) string {
	return leading.ReplaceAllStringFunc(words, func(said string) string {
		switch {
		case strings.HasPrefix(said, "\x1b"):
			return said
		case strings.HasPrefix(said, "https://"):
			address := strings.TrimRight(said, ".,;:")
			return hyperlink(address, address) + said[len(address):]
		case strings.HasPrefix(said, "["):
			ids := strings.Split(strings.Trim(said, "[]"), ", ")
			for i, id := range ids {
				if address := l.Sources[id]; address != "" {
					ids[i] = hyperlink(address, id)
				}
			}
			return "[" + strings.Join(ids, ", ") + "]"
		}
		name, line, _ := strings.Cut(said, ":")
		at, ok := l.File(name)
		if !ok {
			return said
		}
		return hyperlink(fileURL(at)+"#L"+line, said)
	})
}

// fileURL is the address of a file on this machine.
func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a drive of Windows
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// hyperlink shows words that lead to an address.
//
// Source: gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda (hyperlinks in
// terminal emulators).
func hyperlink(address, words string) string {
	if strings.ContainsFunc(address, obeyed) {
		return words
	}
	return "\x1b]8;;" + address + "\x1b\\" + words + "\x1b]8;;\x1b\\"
}
