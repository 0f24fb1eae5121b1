package cli

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/words"
)

// mostOfAdvisory is how large a file of advisories may be, in bytes: CISA's list has one and a half million.
const mostOfAdvisory = 32 << 20

// usualTarget is how long patching may take where nobody set a target: CISA gives agencies three weeks for
// nearly all that is on its list of known exploited vulnerabilities.
const usualTarget = "21d"

// patchTarget is how long patching may take.
func patchTarget(text string) (time.Duration, error) {
	target, err := words.ParseDuration(cmp.Or(text, usualTarget))
	switch {
	case err != nil:
		return 0, usage("", "--patch-target %w", err)
	case target < 0:
		return 0, usage("", "--patch-target is %q, wants a time such as 21d", text)
	}
	return target, nil
}

// flaws are what is published of flaws: by the catalog, and by the files that were given.
func flaws(paths []string) (*advisory.Set, error) {
	set, err := advisory.Shipped(catalog.Files)
	if err != nil {
		return nil, err
	}
	set.Few = len(paths) == 0
	for _, path := range paths {
		if strings.Contains(path, "://") {
			return nil, usage("get it first, such as with: curl -fsSLO "+path, "--advisory %s: onus reads files and folders alone", path)
		}
		if _, err := os.Stat(path); err != nil {
			return nil, badInput(document.PathError(path, err))
		}
		dir, name := filepath.Split(filepath.Clean(path))
		if dir == "" {
			dir = "."
		}
		if err := readAdvisories(set, os.DirFS(dir), dir, name); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// readAdvisories adds a file below dir, or each file of a folder that ends in .json.
func readAdvisories(set *advisory.Set, files fs.FS, dir, name string) error {
	found := 0
	err := fs.WalkDir(files, name, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path != name && filepath.Ext(path) != ".json" {
			return err
		}
		found++
		in, err := files.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = in.Close() }()
		shown := filepath.Join(dir, path)
		data, err := io.ReadAll(io.LimitReader(in, mostOfAdvisory+1))
		switch {
		case err != nil:
			return fmt.Errorf("reading %s: %w", shown, err)
		case len(data) > mostOfAdvisory:
			return usage("", "--advisory: %s is larger than %d MiB", shown, mostOfAdvisory>>20)
		}
		if f := set.Read(shown, data); f != nil {
			return badInput(f)
		}
		return nil
	})
	if err == nil && found == 0 {
		err = usage("advisories are JSON: records of OSV or CVE, for instance", "--advisory: %s holds no file that ends in .json",
			filepath.Join(dir, name))
	}
	return err
}
