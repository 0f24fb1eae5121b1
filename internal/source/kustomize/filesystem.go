package kustomize

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// errReadOnly is the error of everything that would change a file.
var errReadOnly = errors.New("is not changed by a build")

// fileSystem is what kustomize sees of the disk in one build: files within the
// bounds of the input, and kustomizations as they were prepared. Paths are
// absolute.
type fileSystem struct {
	*Builder
	lenient bool
	alone   map[generated]bool  // ConfigMaps and Secrets whose base is elsewhere: see preparer
	slim    bool                // without what definitions of custom resources say
	visited map[string]prepared // kustomizations that were read
	read    map[string]bool     // files that were
	// made is a directory that is not on the disk, with files in memory.
	made   string
	memory map[string][]byte
	// components are included in the directory that is built, beside its own.
	dir        string
	components []string
}

// slimmed is the same without what definitions of custom resources say.
func (f fileSystem) slimmed() fileSystem {
	f.slim = true
	return f
}

func (f *fileSystem) ReadFile(path string) ([]byte, error) {
	if data, ok := f.memory[path]; ok {
		return data, nil
	}
	if Is(path) {
		if fileIn(f.in, filepath.Dir(path)) != path {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		p, err := f.prepared(path, f.lenient, f.alone)
		if err != nil {
			return nil, err
		}
		f.visited[path], f.read[path] = p, true
		for name, text := range p.charts {
			f.memory[filepath.Join(filepath.Dir(path), name)] = text
		}
		if len(f.components) > 0 && filepath.Dir(path) == f.dir {
			return including(p.data, f.components)
		}
		return p.data, nil
	}
	data, err := f.file(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f.read[path] = true
	if f.slim {
		data = slim(data)
	}
	return data, nil
}

// including is a kustomization with more components.
func including(data []byte, components []string) ([]byte, error) {
	k := map[string]any{}
	if err := yaml.Unmarshal(data, &k); err != nil {
		return nil, err
	}
	own, _ := k["components"].([]any)
	for _, c := range components {
		own = append(own, filepath.ToSlash(filepath.Clean(c)))
	}
	k["components"] = own
	return yaml.Marshal(k)
}

func (f *fileSystem) Exists(path string) bool {
	if _, ok := f.memory[path]; ok || f.isMade(path) {
		return true
	}
	_, err := f.in.Inside(path)
	return err == nil
}

func (f *fileSystem) IsDir(path string) bool {
	return f.isMade(path) || f.in.IsDir(path)
}

func (f *fileSystem) isMade(path string) bool { return f.made != "" && path == f.made }

func (f *fileSystem) ReadDir(path string) ([]string, error) {
	entries, err := f.in.ReadDir(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// CleanedAbs is a directory without links, or the one that a file is in and its
// name.
func (f *fileSystem) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	if f.isMade(path) {
		return filesys.ConfirmedDir(path), "", nil
	}
	if _, ok := f.memory[path]; ok {
		return filesys.ConfirmedDir(filepath.Dir(path)), filepath.Base(path), nil
	}
	real, err := f.in.Inside(path)
	if err != nil {
		return "", "", err
	}
	if f.in.IsDir(real) {
		return filesys.ConfirmedDir(real), "", nil
	}
	return filesys.ConfirmedDir(filepath.Dir(real)), filepath.Base(real), nil
}

func (f *fileSystem) Glob(pattern string) ([]string, error) {
	all, err := filepath.Glob(pattern)
	var inside []string
	for _, path := range all {
		if f.Exists(path) {
			inside = append(inside, path)
		}
	}
	return filesys.RemoveHiddenFiles(inside), err
}

func (f *fileSystem) Walk(path string, walk filepath.WalkFunc) error {
	real, err := f.in.Inside(path)
	if err != nil {
		return err
	}
	return filepath.Walk(real, func(p string, info os.FileInfo, err error) error {
		if err == nil && !f.Exists(p) {
			return nil
		}
		return walk(p, info, err)
	})
}

func (f *fileSystem) Open(string) (filesys.File, error)   { return nil, errReadOnly }
func (f *fileSystem) Create(string) (filesys.File, error) { return nil, errReadOnly }
func (f *fileSystem) Mkdir(string) error                  { return errReadOnly }
func (f *fileSystem) MkdirAll(string) error               { return errReadOnly }
func (f *fileSystem) RemoveAll(string) error              { return errReadOnly }
func (f *fileSystem) WriteFile(string, []byte) error      { return errReadOnly }
