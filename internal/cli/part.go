package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// part is a file that is not there yet under its name: it takes the place of the one that
// is once all of it is written.
type part struct {
	*os.File
	path string // which a link leads to
	mode fs.FileMode
	info fs.FileInfo // of the one that is there; nil for none
}

// newPart begins a file that is to stand at a path.
func newPart(path string) (*part, error) {
	p := &part{path: target(path), mode: ownerOnly}
	if info, err := os.Stat(p.path); err == nil {
		p.mode, p.info = info.Mode().Perm(), info
	}
	var err error
	// A name of its own: that of the file may be as long as names may be.
	p.File, err = os.CreateTemp(filepath.Dir(p.path), ".onus-*.part")
	return p, err
}

// commit puts it in its place, with the mode of the one that was there and, where that is
// allowed, its owner.
func (p *part) commit() error {
	keepOwner(p.File, p.info)
	if err := errors.Join(p.Chmod(p.mode), p.Sync(), p.Close()); err != nil {
		return err
	}
	if err := os.Rename(p.Name(), p.path); err != nil {
		return err
	}
	p.File = nil
	return nil
}

// remove takes away what was not put in its place.
func (p *part) remove() {
	if p.File != nil {
		p.Close()
		os.Remove(p.Name())
	}
}
