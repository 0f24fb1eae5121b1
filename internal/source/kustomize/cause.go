package kustomize

import (
	"path/filepath"
	"regexp"
	"strings"
)

var (
	escapedQuote = regexp.MustCompile(`\\+"`)
	wentInto     = regexp.MustCompile(`(?:recursed accumulation of path|accumulating resources from) '([^']+)': `)
	idOfLibrary  = regexp.MustCompile(`(?:merging from generator &\{[^}]*\}: )?` +
		`id resid\.ResId\{[^{}]*\{[^{}]*Kind:"([^"]*)"[^{}]*\}, Name:"([^"]*)"[^{}]*\}`)
	beginsWith = regexp.MustCompile(
		`^(?:accumulating (?:resources|components): |accumulation err='|accumulateFile "?|accumulateDirectory: "?)+`)
)

// causeOf is what stands innermost in what kustomize says: the reason and the folder or the
// file that it is about, without the way that led there.
func causeOf(said string) string {
	said = escapedQuote.ReplaceAllString(said, `"`)
	said = idOfLibrary.ReplaceAllString(said, "$1 $2")
	ways := wentInto.FindAllStringSubmatchIndex(said, -1)
	if len(ways) == 0 {
		return said
	}
	dir := ""
	for _, w := range ways {
		if at := said[w[2]:w[3]]; strings.HasPrefix(said[w[0]:], "recursed") {
			dir = at
		}
	}
	last := ways[len(ways)-1]
	at, cause := said[last[2]:last[3]], said[last[1]:]
	if !strings.HasPrefix(said[last[0]:], "recursed") {
		at = filepath.Join(dir, at)
	}
	for _, then := range []string{"': must build at directory", "': recursed accumulation"} {
		cause, _, _ = strings.Cut(cause, then)
	}
	cause = strings.TrimRight(beginsWith.ReplaceAllString(cause, ""), `"' `)
	return cause + " (in " + filepath.Clean(at) + ")"
}
