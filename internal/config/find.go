package config

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
)

// Find is the configuration for what stands under some paths: the nearest one above
// each, up to the root of its repository, or to the working directory where it is in
// none. It is empty where there is none. Paths that have several cannot be checked
// together.
func Find(paths []string) (string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	found := ""
	for i, p := range paths {
		if p == "-" {
			p = "."
		}
		file, err := findAbove(p)
		if err != nil {
			return "", err
		}
		if i > 0 && file != found && found != "" && file != "" {
			return "", &document.Error{Msg: fmt.Sprintf("%s and %s are both about what is to be checked", found, file),
				Hint: "name one with --config, or check their folders apart"}
		}
		if file != "" {
			found = file
		}
	}
	return found, nil
}

func findAbove(path string) (string, error) {
	at, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("finding where %s stands: %w", path, err)
	}
	if info, err := os.Stat(at); err != nil || !info.IsDir() {
		at = filepath.Dir(at)
	}
	work, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working directory: %w", err)
	}
	limit := limitAbove(at, work)
	for dir := range origin.Upwards(at, filepath.Dir) {
		file := filepath.Join(dir, Name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return shown(file, work), nil
		}
		if dir == limit {
			break
		}
	}
	return "", nil
}

// limitAbove is the last folder in which to look: the root of the repository, or the
// working directory where that is above, or else the folder itself.
func limitAbove(at, work string) string {
	limit := at
	for dir := range origin.Upwards(at, filepath.Dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == work {
			limit = work
		}
	}
	return limit
}

// shown is a file as people name it from the working directory.
func shown(file, work string) string {
	if rel, err := filepath.Rel(work, file); err == nil {
		return rel
	}
	return file
}
