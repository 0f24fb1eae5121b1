package inventory

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// ReadCSV adds the instances of a table whose first row names its columns, in
// any order and case. Faults are *document.Error; those of several rows are
// joined, and the other rows are added.
func ReadCSV(name string, in io.Reader, into *database.Estate) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1 // told below, in words
	r.TrimLeadingSpace = true
	header, err := record(name, r)
	if errors.Is(err, io.EOF) {
		return &document.Error{File: name, Msg: "is empty"}
	}
	if err != nil {
		return err
	}
	at := func(field int, fault *document.Error) error {
		fault.File = name
		fault.Line, _ = r.FieldPos(field)
		return fault
	}
	var order []column
	for k, title := range header {
		c, fault := named(strings.ToLower(title))
		if fault != nil {
			return at(k, fault)
		}
		for _, before := range order {
			if before.name == c.name {
				return at(k, &document.Error{Field: c.name, Msg: "stands here twice", Hint: "leave one of the two columns out"})
			}
		}
		order = append(order, c)
	}
	rows := 0
	var faults []error
	for {
		row, err := record(name, r)
		if errors.Is(err, io.EOF) {
			break
		}
		if rows++; err != nil {
			faults = append(faults, err)
			if row == nil {
				break // where the next row begins is not known
			}
			continue
		}
		i, fault := ofRow(order, row)
		if fault != nil {
			faults = append(faults, at(0, fault))
			continue
		}
		i.Position = origin.Position{File: name}
		i.Position.Line, _ = r.FieldPos(0)
		into.Instances = append(into.Instances, i)
	}
	if rows == 0 {
		return &document.Error{File: name, Msg: "has columns and lists no instance", Hint: "add a row for each database instance"}
	}
	return joined(faults)
}

// ofRow is what a row says, by the order of the columns.
func ofRow(order []column, row []string) (i database.Instance, fault *document.Error) {
	if len(row) != len(order) {
		return i, &document.Error{
			Msg:  fmt.Sprintf("has %s, and the table %s", words.Count(len(row), "value"), words.Count(len(order), "column")),
			Hint: "leave a value empty where there is none, and quote one with a comma in it",
		}
	}
	for k, c := range order {
		if fault := c.fill(&i, row[k]); fault != nil {
			return i, fault
		}
	}
	return i, complete(&i)
}

// record is the next row, without the space around values; with a fault in its
// values it is there, too.
func record(name string, r *csv.Reader) ([]string, error) {
	row, err := r.Read()
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.As(err, &syntax):
		return nil, &document.Error{File: name, Line: syntax.Line, Msg: "is not CSV: " + syntax.Err.Error(),
			Hint: `write " within a quoted value as ""`}
	case err != nil:
		return nil, document.PathError(name, err)
	}
	for k := range row {
		if !utf8.ValidString(row[k]) {
			line, _ := r.FieldPos(k)
			return row, &document.Error{File: name, Line: line, Msg: "is not valid UTF-8", Hint: "save the table as UTF-8"}
		}
		row[k] = strings.TrimSpace(row[k])
	}
	return row, nil
}
