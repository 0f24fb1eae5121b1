package document

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/onus-project/onus/internal/crash"
)

// patience is how long a pipe may be without anybody who writes to it.
const patience = 10 * time.Second

var (
	errDirectory = errors.New("is a directory, wants a file")
	errNoFile    = errors.New("is not a file")
	errNoWriter  = fmt.Errorf("nobody writes to this pipe, for %d seconds now", int(patience.Seconds()))
)

// Open opens a file to read. A pipe is waited for, and not without end.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: path, Err: errDirectory}
	case info.Mode()&fs.ModeNamedPipe == 0:
		return os.Open(path)
	}
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() { // is left behind where nobody comes: the system has no way to stop it
		defer crash.Handle()
		f, err := os.Open(path)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-time.After(patience):
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoWriter}
	}
}

// ReadFile reads a file, or what a pipe or a device gives, of at most so many MiB.
func ReadFile(path string, most int) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := ReadAll(f, most)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: path, Err: cause(err)}
	}
	return data, nil
}

// ReadRegular reads a regular file of a file system, of at most so many MiB.
func ReadRegular(files fs.FS, path string, most int) ([]byte, error) {
	info, err := fs.Stat(files, path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	f, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := ReadAll(f, most)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: path, Err: cause(err)}
	}
	return data, nil
}

// ReadAll reads all that there is, of at most so many MiB.
func ReadAll(in io.Reader, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, int64(most)<<20+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > most<<20:
		return nil, fmt.Errorf("has more than %d MiB", most)
	}
	return data, nil
}

// cause is an error without the name of the file.
func cause(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
