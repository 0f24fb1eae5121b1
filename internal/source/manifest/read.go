// Package manifest reads Kubernetes objects from files: manifests and cluster
// dumps in YAML or JSON, of any size.
//
// Input is cut into single objects as it streams by, so that memory grows
// with what is kept of the workloads and not with the bytes read; objects are
// decoded on all cores and kept in the order in which they stood.
package manifest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// maxObject bounds one object. etcd keeps none above 1.5 MiB by default.
const maxObject = 32 << 20

// Live is the name of a live cluster where that of a file would stand.
const Live = "<cluster>"

// Read adds what one file holds, as document.Text gives it, to what was read.
// What could not be read of it is returned in the order of the file, and the
// rest is added. Once ctx is done Read ends, with its error.
func Read(ctx context.Context, name string, in *bufio.Reader, into *kubernetes.Raw) ([]Fault, error) {
	head, err := in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return []Fault{unknown(document.PathError(name, err))}, ctx.Err()
	}
	before := *into
	p := newPipeline(ctx, name, into)
	strange := false
	if looksLikeJSON(name, head) {
		head, _ = in.Peek(in.Size())
		strange = foreign(head)
		err = cutJSON(in, name, p.submit)
	} else {
		err = cutYAML(in, name, 0, p.submit)
	}
	var fault *document.Error
	if errors.As(err, &fault) {
		var short *cutShort
		_ = p.submit(chunk{kind: uncut, fault: fault, foreign: strange, rest: errors.As(err, &short)})
	}
	faults, whole := p.wait()
	if whole != nil {
		*into = before
		faults = []Fault{unknown(whole)}
	}
	return faults, ctx.Err()
}

// Built adds a document that was made from what stands on a line of a file; 0
// where that is not known. Each are the lines of the file that gave those of the document, 0
// for what is not known, where there are as many.
func Built(file string, line int, each []int, data []byte, into *kubernetes.Raw) []Fault {
	r := objectReader{file: file, into: into, line: &line}
	if len(each) == bytes.Count(data, []byte("\n"))+1 {
		r.each = each
	}
	r.document(data, 1)
	return r.faults
}

// headSize is how much decides between YAML and JSON.
const headSize = 4096

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
