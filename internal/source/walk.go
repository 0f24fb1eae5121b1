package source

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// list returns the files to read under path, sorted, and how many it passed over.
func list(ctx context.Context, path string) (files []string, skipped int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, document.PathError(path, err)
	}
	if !info.IsDir() {
		if !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0 && info.Mode()&fs.ModeCharDevice == 0 {
			return nil, 0, &document.Error{File: path, Msg: "is not a file"}
		}
		return []string{path}, 0, nil
	}
	// The separator leads through path where that is a link to a directory.
	root := path + string(filepath.Separator)
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return document.PathError(p, err)
		case d.IsDir():
			if p != root && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		case !slices.Contains(extensions, strings.ToLower(filepath.Ext(p))):
			skipped++
			return nil
		}
		if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() {
			skipped++ // a dangling link, a socket, a link to a directory
			return nil
		}
		files = append(files, p)
		return nil
	})
	slices.Sort(files)
	return files, skipped, err
}
