package contract

import (
	"fmt"
	"time"
)

// Extension is for how long pods run that ask for it by an annotation. Its zero value is
// what no pod can ask for.
type Extension struct {
	For time.Duration
	By  Annotation
}

// Annotation is one of a pod, with the value by which it asks for something.
type Annotation struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// String is the annotation as it is written.
func (a Annotation) String() string { return fmt.Sprintf("%s: %q", a.Key, a.Value) }

// Asked reports whether a pod with some annotations asks for it.
func (x Extension) Asked(annotations map[string]string) bool {
	return x.For > 0 && annotations[x.By.Key] == x.By.Value
}
