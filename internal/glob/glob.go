// Package glob makes expressions of patterns of paths, as files of settings write them.
package glob

import (
	"regexp"
	"strings"
)

// Expression is what a pattern matches, without anchors: a star is any part of a name, a
// question mark one character of it, two stars are anything, and two before a slash any
// folders or none. Paths have slashes.
func Expression(pattern string) string {
	var b strings.Builder
	for pattern != "" {
		switch {
		case strings.HasPrefix(pattern, "**/"):
			b.WriteString("(?:.*/)?")
			pattern = pattern[3:]
		case strings.HasPrefix(pattern, "**"):
			b.WriteString(".*")
			pattern = pattern[2:]
		case pattern[0] == '*':
			b.WriteString("[^/]*")
			pattern = pattern[1:]
		case pattern[0] == '?':
			b.WriteString("[^/]")
			pattern = pattern[1:]
		default:
			n := strings.IndexAny(pattern, "*?")
			if n < 0 {
				n = len(pattern)
			}
			b.WriteString(regexp.QuoteMeta(pattern[:n]))
			pattern = pattern[n:]
		}
	}
	return b.String()
}
