// Package codeowners reads CODEOWNERS: who of a repository's people holds which file.
package codeowners

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/glob"
	"github.com/onus-project/onus/internal/origin"
)

// places are where GitHub looks in a repository, in this order.
//
// Source: docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
// customizing-your-repository/about-code-owners, "CODEOWNERS file location".
var places = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// most is the largest file that GitHub reads, in MiB.
const most = 3

// rule is a line of the file: who holds what a pattern matches; nobody, where it names
// none.
type rule struct {
	pattern *regexp.Regexp
	owners  string
}

// File is one that was read.
type File struct {
	root  string // the folder that its patterns are of, absolute
	rules []rule
}

// Files finds and reads those of some repositories, each once.
type Files struct {
	byFolder map[string]*File // by the folder of what was asked for; nil for none
}

// New looks for nothing yet.
func New() *Files { return &Files{byFolder: map[string]*File{}} }

// Of is who holds a file, by the nearest CODEOWNERS above it up to the root of its
// repository; empty where nobody is named. Outside of a repository nobody is.
func (f *Files) Of(file string) string {
	if file == "" || file == origin.Stdin {
		return ""
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return ""
	}
	folder := filepath.Dir(abs)
	found, known := f.byFolder[folder]
	if !known {
		found = above(folder)
		f.byFolder[folder] = found
	}
	if found == nil {
		return ""
	}
	rel, err := filepath.Rel(found.root, abs)
	if err != nil {
		return ""
	}
	return found.Owners(filepath.ToSlash(rel))
}

// above is the nearest file above a folder, in a repository.
func above(folder string) *File {
	var found *File
	for dir := range origin.Upwards(folder, filepath.Dir) {
		for _, place := range places {
			if found != nil {
				break
			}
			data, err := document.ReadFile(filepath.Join(dir, filepath.FromSlash(place)), most)
			if err == nil {
				found = Parse(dir, data)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return found
		}
	}
	return nil
}

// Parse reads the text of a file about a folder. A line that GitHub does not take, such as
// one with a character range or one that begins with an exclamation mark, counts for
// nothing, as it does there.
func Parse(root string, data []byte) *File {
	f := &File{root: root}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		fields := fieldsOf(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "!") || strings.HasPrefix(fields[0], "^[") || strings.ContainsAny(fields[0], "[]") {
			continue
		}
		pattern := compile(fields[0])
		if pattern == nil {
			continue
		}
		f.rules = append(f.rules, rule{pattern, strings.Join(fields[1:], " ")})
	}
	return f
}

// fieldsOf are the words of a line, without what stands after a # that is not escaped. A
// space of a path is escaped, too.
func fieldsOf(line string) []string {
	var all []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			all = append(all, word.String())
			word.Reset()
		}
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
		case c == '#':
			end()
			return all
		case c == ' ' || c == '\t' || c == '\r':
			end()
		default:
			word.WriteByte(c)
		}
	}
	end()
	return all
}

// compile makes an expression of a pattern, for paths from the root with slashes; nil for
// one that matches nothing.
//
// Source: the same page, "CODEOWNERS syntax": most rules of gitignore, but that a star at
// the end after a slash matches files of that folder alone.
func compile(pattern string) *regexp.Regexp {
	anchored := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	folder := strings.HasSuffix(pattern, "/")
	alone := strings.HasSuffix(pattern, "/*")
	pattern = strings.Trim(pattern, "/")
	if pattern == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("^")
	if !anchored {
		b.WriteString("(?:.*/)?")
	}
	b.WriteString(glob.Expression(pattern))
	switch {
	case folder:
		b.WriteString("/.*$")
	case alone:
		b.WriteString("$")
	default:
		b.WriteString("(?:/.*)?$")
	}
	expression, err := regexp.Compile(b.String())
	if err != nil {
		return nil
	}
	return expression
}

// Owners are those of a file by its path from the root, as the last line that matches
// names them, with spaces between; empty for nobody.
func (f *File) Owners(path string) string {
	for i := len(f.rules) - 1; i >= 0; i-- {
		if f.rules[i].pattern.MatchString(path) {
			return f.rules[i].owners
		}
	}
	return ""
}
