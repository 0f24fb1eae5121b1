package document

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// headSize is how much of a text is looked at before it is read.
const headSize = 4096

// ErrBinary is the error of a file that holds no text.
var ErrBinary = &Error{Msg: "is neither YAML nor JSON but binary"}

// Is reports whether a fault says the same as another one, wherever that is.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && e.Msg == other.Msg && (other.File == "" || e.File == other.File)
}

// Text is what a file holds as UTF-8 without its byte order mark, and how it
// begins. What is binary is a fault.
func Text(name string, r io.Reader) (in *bufio.Reader, head []byte, err error) {
	in = bufio.NewReaderSize(r, 1<<16)
	peek := func() error {
		if head, err = in.Peek(headSize); err != nil && !errors.Is(err, io.EOF) {
			return PathError(name, err)
		}
		return nil
	}
	if err := peek(); err != nil {
		return nil, nil, err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		// What > writes in a Windows PowerShell.
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		in = bufio.NewReaderSize(decoder.Reader(in), 1<<16)
		if err := peek(); err != nil {
			return nil, nil, err
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, nil, &Error{File: name, Msg: ErrBinary.Msg}
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = in.Discard(3)
		head = head[3:]
	}
	return in, head, nil
}

// PathError is the fault of a file that cannot be read.
func PathError(path string, err error) error {
	return &Error{File: path, Msg: cause(err).Error(), Kind: Unopened}
}
