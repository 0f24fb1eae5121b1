// Package manifest fills an estate from files: manifests and cluster dumps in
// YAML or JSON, of any size.
//
// Input is cut into single objects as it streams by, so that memory grows
// with what is kept of the workloads and not with the bytes read; objects are
// decoded on all cores and kept in the order in which they stood.
package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// maxObject bounds one object. etcd keeps none above 1.5 MiB by default.
const maxObject = 32 << 20

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Read fills an estate from paths: files, directories (recursively) or Stdin.
// In a directory, files that do not end in .yaml, .yml or .json and documents
// that are not Kubernetes objects are counted and passed over; directories
// whose names start with a dot are not entered. The first fault, in the order
// of the paths, is returned as *document.Error.
func Read(paths []string, stdin io.Reader) (*kubernetes.Estate, error) {
	return ReadOver(nil, paths, stdin)
}

// Live is the name of a live cluster where that of a file would stand.
const Live = "<cluster>"

// ReadOver is Read over what a live cluster holds: snapshot streams it, and
// what the files hold goes over that. It is nil for none.
func ReadOver(snapshot io.Reader, paths []string, stdin io.Reader) (*kubernetes.Estate, error) {
	e := &kubernetes.Raw{}
	if snapshot != nil {
		if err := readStream(e, Live, snapshot); err != nil {
			return nil, err
		}
		e.Seen.Clusters, e.Seen.Files = 1, 0
	}
	for _, path := range paths {
		if path == Stdin {
			if err := readStream(e, "<stdin>", stdin); err != nil {
				return nil, err
			}
			continue
		}
		files, skipped, err := list(path)
		if err != nil {
			return nil, err
		}
		e.Seen.Skipped += skipped
		for _, file := range files {
			if err := readFile(e, file); err != nil {
				return nil, err
			}
		}
	}
	return kubernetes.Link(e), nil
}

// list returns the files to read under path, sorted, and how many it passed over.
func list(path string) (files []string, skipped int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, pathError(path, err)
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
		if err != nil {
			return pathError(p, err)
		}
		if d.IsDir() {
			if p != root && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		switch strings.ToLower(filepath.Ext(p)) {
		case ".yaml", ".yml", ".json":
			if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() {
				skipped++ // a dangling link, a socket, a link to a directory
				return nil
			}
			files = append(files, p)
		default:
			skipped++
		}
		return nil
	})
	slices.Sort(files)
	return files, skipped, err
}

func pathError(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &document.Error{File: path, Msg: err.Error()}
}

func readFile(e *kubernetes.Raw, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return pathError(path, err)
	}
	defer f.Close()
	switch filepath.Base(path) {
	case "kustomization.yaml", "kustomization.yml":
		e.Seen.Patched++
	}
	return readStream(e, path, f)
}

// readStream adds what one file holds to the estate.
func readStream(e *kubernetes.Raw, name string, r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return pathError(name, err)
	}
	e.Seen.Files++
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		// What > writes in a Windows PowerShell.
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		in = bufio.NewReaderSize(decoder.Reader(in), 1<<16)
		if head, err = in.Peek(4096); err != nil && !errors.Is(err, io.EOF) {
			return pathError(name, err)
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return &document.Error{File: name, Msg: "is neither YAML nor JSON but binary"}
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = in.Discard(3)
		head = head[3:]
	}
	p := newPipeline(name, e)
	if looksLikeJSON(name, head) {
		err = cutJSON(in, name, p.submit)
	} else {
		err = cutYAML(in, name, 0, p.submit)
	}
	decodeErr := p.wait()
	// Whatever stands first in the file is reported.
	if decodeErr != nil && (err == nil || errors.Is(err, errStop) || line(decodeErr) <= line(err)) {
		return decodeErr
	}
	return err
}

func line(err error) int {
	var e *document.Error
	if errors.As(err, &e) {
		return e.Line
	}
	return 0
}

// looksLikeJSON decides by the name, or by an object, or an array of them,
// that starts as only JSON does: YAML may start with a brace too.
func looksLikeJSON(name string, head []byte) bool {
	if strings.EqualFold(filepath.Ext(name), ".json") {
		return true
	}
	rest := bytes.TrimLeft(head, " \t\r\n[")
	if !bytes.HasPrefix(rest, []byte("{")) {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}')
}
