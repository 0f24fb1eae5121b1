package source

import (
	"bufio"
	"bytes"
	"io"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/selfhosted"
)

// nodes adds what a file shows by which people make clusters on machines of their own.
// One that only begins like such a file is read as any other.
func (r *reading) nodes(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	objects := selfhosted.Read(name, text)
	if len(objects) == 0 {
		return r.manifest(name, bufio.NewReader(bytes.NewReader(text)))
	}
	r.kubernetes.Objects = append(r.kubernetes.Objects, objects...)
	return nil
}
