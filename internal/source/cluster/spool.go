package cluster

import (
	"bytes"
	"compress/flate"
	"io"
)

// spool holds what was listed of one kind until all of it is there: kinds are
// listed side by side and written in order, and a list may have to start over.
// It is held compressed, to less than a tenth, and in memory: where onus runs
// in a cluster there may be no disk to write to.
type spool struct {
	held    bytes.Buffer
	packing *flate.Writer
	n       int // objects
}

func newSpool() *spool {
	s := &spool{}
	s.packing, _ = flate.NewWriter(&s.held, flate.BestSpeed) // fails for no level but a wrong one
	return s
}

// add adds an object, on a line of its own.
func (s *spool) add(object []byte) error {
	between := "\n"
	if s.n > 0 {
		between = ",\n"
	}
	s.n++
	if _, err := io.WriteString(s.packing, between); err != nil {
		return err
	}
	_, err := s.packing.Write(object)
	return err
}

// reset forgets what was added.
func (s *spool) reset() {
	s.n = 0
	s.held.Reset()
	s.packing.Reset(&s.held)
}

// writeTo writes out what was added, and lets go of it.
func (s *spool) writeTo(w io.Writer) error {
	if err := s.packing.Close(); err != nil {
		return err
	}
	_, err := io.Copy(w, flate.NewReader(&s.held))
	s.held = bytes.Buffer{}
	return err
}
