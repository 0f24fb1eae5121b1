package manifest

import (
	"path"
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
	identityName  = regexp.MustCompile(`(?i)^([a-z]+[-_])*(private[-_]?key|node[-_]?key|priv[-_]?validator[-_]?key)$`)
	servesByKey   = regexp.MustCompile(`(?i)(tls|ssl|cert|ssh|jwt|sign|webhook|serv|client|ca[-_]|path|file)`)
	ownAddress    = regexp.MustCompile(`(?i)^([a-z]+[-_])*(host|hostname|advertise[-_]?\w*|external[-_]?\w*|node[-_]?name)$`)
	numberedHost  = regexp.MustCompile(`^[a-z][a-z0-9.-]*-\d+\.[a-z][a-z0-9.-]*(:\d+)?$`)
	directoryName = regexp.MustCompile(`(?i)^(storage|data|persistence|(storage[-_.]?)?tsdb|storageData)[-_.]?(dir|directory|path)$`)
)

// directories are those in which a container is told to keep its data.
func directories(c *corev1.Container) (all []string) {
	flags(spoken(c), func(name, value string) {
		if directoryName.MatchString(name) && path.IsAbs(value) {
			all = append(all, path.Clean(value))
		}
	})
	return all
}

// flags calls f with the name and the value of every flag among some words.
func flags(words []string, f func(name, value string)) {
	for i, w := range words {
		if !strings.HasPrefix(w, "-") {
			continue
		}
		name, value, joined := strings.Cut(strings.TrimLeft(w, "-"), "=")
		if !joined && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			value = words[i+1]
		}
		f(name, value)
	}
}

// identifies reports whether a flag gives a program the only identity that it has among
// others: a private key by which they know it, as members of a chain of blocks have, and
// not one by which it serves or signs; or a host name with the number of one pod in it.
func identifies(name, value string) bool {
	return identityName.MatchString(name) && !servesByKey.MatchString(name) && !strings.HasPrefix(value, "/") ||
		ownAddress.MatchString(name) && numberedHost.MatchString(value)
}

// told keeps what the flags and the environment of a container tell of its role.
func told(c *corev1.Container, x *kubernetes.Container) {
	tell := func(name, value string, flag bool) {
		switch {
		case flag && x.Identity == "" && identifies(name, value):
			x.Identity = "--" + name
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
	flags(spoken(c), func(name, value string) { tell(name, value, true) })
}
