package source

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
)

// listing is what stands under a path.
type listing struct {
	files   []string // to read, sorted
	all     []string // regular files, sorted
	skipped int
	unbuilt map[string]int // files that make manifests when they are run, by form
	faults  []error        // directories that cannot be listed
	aside   estate.Aside   // in folders that were not entered
}

// list finds the files to read under path. It fails where there is nothing.
func list(ctx context.Context, path string, ignore func(string) bool) (listing, error) {
	found := listing{unbuilt: map[string]int{}}
	if ignore == nil || ignore(path) { // who names it means it
		ignore = func(string) bool { return false }
	}
	info, err := os.Stat(path)
	if err != nil {
		return found, document.PathError(path, err)
	}
	if !info.IsDir() {
		if !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0 && info.Mode()&fs.ModeCharDevice == 0 {
			return found, &document.Error{File: path, Msg: "is not a file"}
		}
		found.files = []string{path}
		return found, nil
	}
	// The separator leads through path where that is a link to a directory.
	root := path + string(filepath.Separator)
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			found.faults = append(found.faults, document.PathError(p, err))
			return nil
		case d.IsDir():
			if p == root {
				return nil
			}
			if ignore(p) {
				found.aside.Add(setAside(p, ignoredRule(path, p)))
				return filepath.SkipDir
			}
			return found.enter(path, p)
		}
		switch {
		case d.Name() == ownConfig: // told apart from what it is about
		case ignore(p):
			if readable(p) {
				found.aside.Add(estate.Aside{Files: 1, Folders: []string{d.Name()}, Holds: []string{ignoredFiles}})
			}
		default:
			found.add(p)
		}
		return nil
	})
	slices.Sort(found.files)
	slices.Sort(found.all)
	return found, err
}

// ownConfig is the name of onus's own configuration, which stands beside what it is
// about, and ignoredFiles is what is not read because of it.
const (
	ownConfig    = ".onus.yaml"
	ignoredFiles = "what the configuration ignores"
)

// ignoredRule is why a folder below root that the configuration ignores is set aside.
func ignoredRule(root, dir string) asideRule {
	name := filepath.Base(dir)
	if rel, err := filepath.Rel(root, dir); err == nil {
		name = filepath.ToSlash(rel)
	}
	return asideRule{folder: name, what: ignoredFiles}
}

// enter says whether a folder below the root is entered. One that is set aside is
// counted, and what names it from elsewhere may read it still.
func (l *listing) enter(root, dir string) error {
	if hiddenFrom(dir) {
		return filepath.SkipDir
	}
	if r, ok := asideOf(filepath.Clean(root), dir); ok {
		l.aside.Add(setAside(dir, r))
		return filepath.SkipDir
	}
	return nil
}

// readable reports whether a file in a directory is one to read, by its name.
func readable(p string) bool {
	name := strings.ToLower(filepath.Base(p))
	return isTemplate(name) || slices.ContainsFunc(extensions, func(e string) bool { return strings.HasSuffix(name, e) })
}

// add adds a file to those that are read, or counts it.
func (l *listing) add(p string) {
	info, err := os.Stat(p)
	isFile := err == nil && info.Mode().IsRegular() // not a dangling link, a socket, a link to a directory
	if isFile {
		l.all = append(l.all, p)
	}
	if isFile && readable(p) {
		l.files = append(l.files, p)
		return
	}
	l.skipped++
	if form, ok := unbuilt[strings.ToLower(filepath.Ext(p))]; ok && isFile {
		l.unbuilt[form]++
	}
}
