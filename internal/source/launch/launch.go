// Package launch reads the rules of an AWS account for the images that instances may be
// launched from, as its command line prints them.
package launch

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/origin"
)

// form is what one command prints.
type form struct {
	keys, within []string // at the top of it, and further in
	read         func(d *document.Document, at origin.Position) (cloud.LaunchRule, error)
}

// forms are what aws ec2 get-allowed-images-settings and aws organizations describe-policy print.
var forms = []form{
	{[]string{"State", "ManagedBy"}, nil, allowedImages},
	{[]string{"State", "ImageCriteria"}, nil, allowedImages},
	{[]string{"Policy"}, []string{`"PolicySummary"`, `"Content"`, `"SERVICE_CONTROL_POLICY"`}, controlPolicy},
}

// formOf is the one that a file has by how it begins; nil where none.
func formOf(head []byte, keys []string) *form {
	for i := range forms {
		f := &forms[i]
		if !slices.ContainsFunc(f.keys, func(key string) bool { return !slices.Contains(keys, key) }) &&
			!slices.ContainsFunc(f.within, func(part string) bool { return !bytes.Contains(head, []byte(part)) }) {
			return f
		}
	}
	return nil
}

// Is reports whether a file holds such a rule, by how it begins: keys are those of its first
// object, as far as head goes.
func Is(head []byte, keys []string) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) && formOf(head, keys) != nil
}

// most is larger than any such output, in bytes.
const most = 1 << 20

// Read adds the rule of one file. A fault is a *document.Error.
func Read(file string, in io.Reader, into *cloud.Estate) error {
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return document.PathError(file, err)
	}
	if len(data) > most {
		return &document.Error{File: file, Msg: "is larger than 1 MiB, which no such rule is"}
	}
	d, err := document.Parse(data, 1)
	if err != nil {
		return document.In(file, err)
	}
	if d == nil {
		return nil
	}
	var keys []string
	for _, f := range forms {
		for _, key := range f.keys {
			if d.Has(key) {
				keys = append(keys, key)
			}
		}
	}
	f := formOf(data, keys)
	if f == nil {
		return &document.Error{File: file, Line: 1, Msg: "is no rule for images, though it begins like one"}
	}
	rule, err := f.read(d, origin.Position{File: file, Line: d.First()})
	if err != nil {
		return document.In(file, err)
	}
	into.Launch = append(into.Launch, rule)
	return nil
}

// decode fills a value from a document; fields that it does not have are passed over.
func decode(d *document.Document, into any) error {
	raw, err := d.JSON()
	if err != nil {
		return err
	}
	return d.DecodePart("", raw, into)
}

// words are one, or several in a list, as policies have them.
type words []string

// errWords is that of what is neither.
var errWords = errors.New("is neither a value nor a list of values")
