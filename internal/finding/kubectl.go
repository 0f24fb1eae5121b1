package finding

import (
	"regexp"
	"strings"
)

// typable is a name that a shell takes for one word, and kubectl for no flag.
var typable = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)

// Kubectl is a command of kubectl about the object, such as delete; empty where none can be
// made of its names: no cluster has others, and a file may have any.
func (o Object) Kubectl(verb string) string {
	for _, name := range []string{o.Kind, o.Name, o.Namespace} {
		if name != "" && !typable.MatchString(name) {
			return ""
		}
	}
	command := "kubectl " + verb + " " + strings.ToLower(o.Kind) + " " + o.Name
	if o.Namespace != "" {
		command += " -n " + o.Namespace
	}
	return command
}
