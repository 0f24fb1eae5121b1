// Package maintenance reads the windows in which clouds maintain what they run, as their
// own command lines print them, in JSON or YAML.
package maintenance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/origin"
)

// form is what one command prints.
type form struct {
	command string
	// keys are those that a thing of this form has; list is the key under which a command
	// lists such things, empty where it prints them as they are. Within are keys further
	// in, by which a file is told from others.
	keys, within []string
	list         string
	read         func(x *thing) ([]cloud.Window, error)
}

// thing is one of which windows are read.
type thing struct {
	*document.Document
	file string
}

// decode fills a value from the thing; fields that it does not have are passed over.
func (x *thing) decode(into any) error {
	raw, err := x.JSON()
	if err != nil {
		return err
	}
	return x.DecodePart("", raw, into)
}

// fault is one at a field of the thing.
func (x *thing) fault(at jsontext.Pointer, err error) error {
	return &document.Error{File: x.file, Line: x.Line(at), Field: document.Field(at), Msg: err.Error()}
}

// mostExclusions is more than any platform takes of times without work, and of times with
// some: AKS has an hour of each day of the week at the most.
const mostExclusions = 200

// few is the fault of a list that is longer than any platform takes; nil for none.
func (x *thing) few(at jsontext.Pointer, n int) error {
	if n <= mostExclusions {
		return nil
	}
	return x.fault(at, fmt.Errorf("has %d entries, wants %d at most", n, mostExclusions))
}

// here is where the thing stands.
func (x *thing) here() origin.Position { return origin.Position{File: x.file, Line: x.First()} }

// forms are in the order in which they are tried.
var forms = []form{
	{"aws eks describe-nodegroup", []string{"nodegroup"}, []string{"nodegroupName", "clusterName"}, "", nodeGroup},
	{"aws rds describe-db-instances", []string{"DBInstanceIdentifier", "PreferredMaintenanceWindow"}, []string{"DBInstanceIdentifier"},
		"DBInstances", databaseWindows},
	{"aws rds describe-db-clusters", []string{"DBClusterIdentifier", "PreferredMaintenanceWindow"}, []string{"DBClusterIdentifier"},
		"DBClusters", databaseWindows},
	{"gcloud container clusters describe", []string{"currentMasterVersion"}, nil, "", gkeCluster},
	{"az aks maintenanceconfiguration list", []string{"maintenanceWindow", "timeInWeek"}, nil, "", aksConfiguration},
	{"atlas maintenanceWindows describe", []string{"dayOfWeek", "hourOfDay", "startASAP"}, nil, "", atlasWindow},
}

// Is reports whether a file holds windows, by how it begins: keys are those of its first
// object or mapping, as far as head goes.
func Is(head []byte, keys []string) bool {
	listed := bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("["))
	return slices.ContainsFunc(forms, func(f form) bool {
		wanted := f.keys
		if f.list != "" {
			wanted = []string{f.list}
		}
		return !slices.ContainsFunc(wanted, func(key string) bool {
			return !slices.Contains(keys, key) && !(listed && f.list == "" && bytes.Contains(head, []byte(`"`+key+`"`)))
		}) && !slices.ContainsFunc(f.within, func(key string) bool { return !bytes.Contains(head, []byte(key)) })
	})
}

// most is larger than any such output, in bytes.
const most = 64 << 20

// Read adds the windows of one file. Faults are *document.Error.
func Read(file string, in io.Reader, into *cloud.Estate) error {
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return document.PathError(file, err)
	}
	if len(data) > most {
		return &document.Error{File: file, Msg: "is larger than 64 MiB, which no list of windows is"}
	}
	d, err := document.Parse(data, 1)
	if err != nil {
		return document.In(file, err)
	}
	if d == nil {
		return nil
	}
	var faults []error
	for _, x := range things(d) {
		f := formOf(x)
		if f == nil {
			continue
		}
		windows, err := f.read(&thing{x, file})
		if err != nil {
			faults = append(faults, document.In(file, err))
			continue
		}
		into.Windows = append(into.Windows, windows...)
	}
	switch len(faults) {
	case 0:
		return nil
	case 1:
		return faults[0]
	}
	return errors.Join(faults...)
}

// things are what a document is, or lists, at the top or under the key of a form.
func things(d *document.Document) []*document.Document {
	if list := d.Elements(); list != nil {
		return list
	}
	for _, f := range forms {
		if f.list == "" {
			continue
		}
		if list, ok := d.Items(f.list); ok {
			return list
		}
	}
	return []*document.Document{d}
}

func formOf(x *document.Document) *form {
	for i := range forms {
		if !slices.ContainsFunc(forms[i].keys, func(key string) bool { return !x.Has(key) }) {
			return &forms[i]
		}
	}
	return nil
}
