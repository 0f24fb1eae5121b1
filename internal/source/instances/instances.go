// Package instances reads database instances from what the tools of those who run them print: the Admin API
// and the CLI of Atlas, Ops Manager, the command line of AWS; and from the custom resources of operators.
package instances

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
)

// form is what one command or call prints.
type form struct {
	command string
	// keys are those that a thing of this form has; list is the key under which such things are listed, empty
	// where they are printed as they are.
	keys []string
	list string
	read func(x *thing, into *database.Estate) error
}

// forms are in the order in which they are tried.
var forms = []form{
	{"GET …/clusters of Atlas", []string{"clusterType", "groupId"}, "results", atlasCluster},
	{"GET …/processes of Atlas", []string{"typeName", "hostname", "groupId"}, "results", atlasProcess},
	{"GET …/accessList of Atlas", []string{"groupId", "cidrBlock"}, "results", accessEntry},
	{"GET …/accessList of Atlas", []string{"groupId", "awsSecurityGroup"}, "results", accessEntry},
	{"GET …/alertConfigs of Atlas", []string{"groupId", "eventTypeName", "enabled"}, "results", alertConfig},
	{"aws ec2 describe-security-groups", []string{"GroupId", "IpPermissions"}, "SecurityGroups", securityGroup},
	{"GET …/automationConfig of Ops Manager", []string{"processes", "replicaSets"}, "", automationConfig},
	{"GET …/automationStatus of Ops Manager", []string{"processes", "goalVersion"}, "", automationStatus},
	{"aws rds describe-db-instances", []string{"DBInstanceIdentifier", "Engine"}, "DBInstances", dbInstance},
	{"aws rds describe-db-clusters", []string{"DBClusterIdentifier", "Engine"}, "DBClusters", dbCluster},
	{"aws rds describe-pending-maintenance-actions", []string{"ResourceIdentifier", "PendingMaintenanceActionDetails"},
		"PendingMaintenanceActions", pendingActions},
	{"aws elasticache describe-replication-groups", []string{"ReplicationGroupId", "MemberClusters"}, "ReplicationGroups", replicationGroup},
	{"aws elasticache describe-cache-clusters", []string{"CacheClusterId", "EngineVersion"}, "CacheClusters", cacheCluster},
	{"aws elasticache describe-update-actions", []string{"ServiceUpdateName", "UpdateActionStatus"}, "UpdateActions", updateAction},
	{"aws opensearch describe-domain", []string{"DomainName", "EngineVersion"}, "DomainStatusList", domain},
}

// wrapped are keys under which one thing stands alone.
var wrapped = []string{"DomainStatus"}

// thing is one of which instances are read.
type thing struct {
	*document.Document
	file string
	more bool // the list that it is in goes on in another file
}

// decode fills a value from the thing; fields that it does not have are passed over.
func (x *thing) decode(into any) error {
	raw, err := x.JSON()
	if err != nil {
		return err
	}
	return x.DecodePart("", raw, into)
}

// at is where a field of the thing stands.
func (x *thing) at(field jsontext.Pointer) origin.Position {
	return origin.Position{File: x.file, Line: x.Line(field)}
}

// fault is one at a field of the thing.
func (x *thing) fault(at jsontext.Pointer, hint, format string, args ...any) error {
	return &document.Error{File: x.file, Line: x.Line(at), Field: document.Field(at), Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// Is reports whether a file holds instances, by how it begins: keys are those of its first object, as far as
// head goes.
func Is(head []byte, keys []string) bool {
	for _, f := range forms {
		missing := slices.ContainsFunc(f.keys, func(key string) bool { return !bytes.Contains(head, []byte(`"`+key+`"`)) })
		switch {
		case f.list != "" && !common[f.list] && slices.Contains(keys, f.list):
			return true
		case slices.Contains(keys, f.list) && !missing:
			return true
		case !slices.ContainsFunc(f.keys, func(key string) bool { return !slices.Contains(keys, key) }):
			return true
		}
	}
	return slices.ContainsFunc(wrapped, func(key string) bool { return slices.Contains(keys, key) })
}

// common are lists that others print, too: what is in them says whose it is.
var common = map[string]bool{"results": true, "SecurityGroups": true}

// Most is larger than any such output, in bytes.
const Most = 256 << 20

// Read adds the instances of one file, which holds some data. Faults are *document.Error; those of several things
// are joined, and the others are added.
func Read(file string, data []byte, into *database.Estate) error {
	if len(data) > Most {
		return &document.Error{File: file, Msg: "is larger than 256 MiB", Hint: "give the pages of a list as files of their own"}
	}
	d, err := document.Parse(data, 1)
	if err != nil {
		return document.In(file, err)
	}
	if d == nil {
		return nil
	}
	var faults []error
	more := goesOn(d)
	for _, x := range things(d) {
		f := formOf(x)
		if f == nil {
			continue
		}
		before := len(into.Instances)
		if err := f.read(&thing{x, file, more}, into); err != nil {
			faults = append(faults, document.In(file, err))
		}
		for i := range into.Instances[before:] {
			into.Instances[before+i].By = f.command
		}
	}
	if len(faults) == 1 {
		return faults[0]
	}
	return errors.Join(faults...)
}

// goesOn reports whether a list of Atlas has further pages.
//
// Source: the Admin API answers with links, of which the one to a further page has the rel next.
func goesOn(d *document.Document) bool {
	var read struct {
		Links []struct {
			Rel string `json:"rel"`
		} `json:"links"`
	}
	if !d.Has("results") || !d.Has("links") {
		return false
	}
	raw, err := d.JSON()
	if err != nil || d.DecodePart("", raw, &read) != nil {
		return true
	}
	for _, l := range read.Links {
		if l.Rel == "next" {
			return true
		}
	}
	return false
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
	for _, key := range wrapped {
		if d.Has(key) {
			return inner(d, key)
		}
	}
	return []*document.Document{d}
}

// inner is what stands alone under a key.
func inner(d *document.Document, key string) []*document.Document {
	raw, err := d.JSON()
	if err != nil {
		return nil
	}
	var in map[string]jsontext.Value
	if d.DecodePart("", raw, &in) != nil || len(in[key]) == 0 {
		return nil
	}
	return []*document.Document{document.FromJSON(in[key], d.Line(jsontext.Pointer("/"+key)))}
}

func formOf(x *document.Document) *form {
	for i := range forms {
		if !slices.ContainsFunc(forms[i].keys, func(key string) bool { return !x.Has(key) }) {
			return &forms[i]
		}
	}
	return nil
}

// stamp is a time as AWS prints it: ISO 8601 by version 2 of its command line, seconds of the epoch by version 1.
type stamp struct{ time.Time }

// UnmarshalJSON reads either.
func (s *stamp) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if text == "null" || text == "" {
		return nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		s.Time = t.UTC()
		return nil
	}
	var seconds float64
	if _, err := fmt.Sscanf(text, "%g", &seconds); err != nil || seconds < 0 || seconds > 1e11 {
		return fmt.Errorf("is %q, wants a time such as 2026-12-10T00:00:00Z", text)
	}
	s.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
	return nil
}

// named is what the ARN of a resource says: arn:aws:rds:eu-central-1:111122223333:db:orders. It is
// empty where the text is none.
type named struct{ region, account, kind, name string }

func parseARN(text string) named {
	a, err := arn.Parse(text)
	if err != nil {
		return named{}
	}
	of := named{region: a.Region, account: a.AccountID}
	ok := false
	if of.kind, of.name, ok = strings.Cut(a.Resource, ":"); !ok {
		of.kind, of.name, _ = strings.Cut(a.Resource, "/")
	}
	return of
}

var zoned = regexp.MustCompile(`^([a-z]{2}(-[a-z]+)+-\d+)[a-z]$`)

// regionOf is the region of a zone: eu-central-1 of eu-central-1a. Multiple is none.
func regionOf(zone string) string {
	if at := zoned.FindStringSubmatch(zone); at != nil {
		return at[1]
	}
	return ""
}
