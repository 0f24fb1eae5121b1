package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Audited is a request as the API server's audit log has it.
type Audited struct {
	Verb string
	User struct{ Username string }
	// UserAgent begins with the name of the program.
	UserAgent string
	ObjectRef struct{ APIGroup, Resource, Subresource, Namespace, Name string }
	// ResponseStatus has the code that was answered.
	ResponseStatus struct{ Code int }
	RequestURI     string
}

// audit writes the policy of the log, and says by which flags the API server keeps it.
func (c *Cluster) audit() ([]string, error) {
	if !c.options.Audit {
		return nil, nil
	}
	policy := "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n"
	if len(c.options.AuditedReads) > 0 {
		policy += "- {level: Metadata, users: [\"" + strings.Join(c.options.AuditedReads, `", "`) + "\"]}\n"
	}
	policy += "- {level: Metadata, verbs: [create, update, patch, delete, deletecollection]}\n- {level: None}\n"
	if err := c.write("audit-policy.yaml", []byte(policy)); err != nil {
		return nil, err
	}
	return []string{"--audit-policy-file=" + c.file("audit-policy.yaml"), "--audit-log-path=" + c.file("audit.log"),
		"--audit-log-maxsize=1000"}, nil
}

// Audited are the requests that were answered so far, in their order.
func (c *Cluster) Audited() (all []Audited, err error) {
	data, err := os.ReadFile(c.file("audit.log"))
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // it is being written
		}
		var x Audited
		if err := json.Unmarshal(line, &x); err != nil {
			return nil, fmt.Errorf("audit.log: %w", err)
		}
		all = append(all, x)
	}
	return all, nil
}
