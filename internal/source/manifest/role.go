package manifest

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Names of what tells a container which of several roles it has, such as
// MONGODB_REPLICA_SET_MODE, ELASTICSEARCH_NODE_ROLES and -target; which replica
// set it is a member of; and in which directory it is to keep its data.
var (
	rolesName     = regexp.MustCompile(`(?i)(^|[-_.])(mode|role|roles|target)$`)
	setName       = regexp.MustCompile(`(?i)(^|_)repl(ica)?[-_]?set([-_]name)?$`)
	directoryName = regexp.MustCompile(`(?i)^(storage|data|persistence)[-_.]?(dir|directory|path)$`)
)

// told keeps what the flags and the environment of a container tell of its role.
func told(c *corev1.Container, x *kubernetes.Container) {
	tell := func(name, value string, flag bool) {
		switch {
		case value == "" || strings.Contains(value, "$("):
		case setName.MatchString(name):
			x.Set = value
		case rolesName.MatchString(name):
			x.Roles = append(x.Roles, strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return r == ',' || r == ' ' })...)
		case flag && directoryName.MatchString(name):
			x.Directory = "--" + name
		}
	}
	for _, e := range c.Env {
		tell(e.Name, e.Value, false)
	}
	words := spoken(c)
	for i, w := range words {
		if !strings.HasPrefix(w, "-") {
			continue
		}
		name, value, joined := strings.Cut(strings.TrimLeft(w, "-"), "=")
		if !joined && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			value = words[i+1]
		}
		tell(name, value, true)
	}
}
