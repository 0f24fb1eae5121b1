package purpose

import (
	"path"
	"slices"
	"strings"
)

// BeforeProduction reports whether an environment of a name, in small letters, comes
// before production.
func BeforeProduction(name string) bool {
	e := known().environment(name)
	return e != nil && !e.Production
}

// ToTry is the folder on a path that is by its name an environment to try things in: one
// of development, or one in a folder of environments, or in one of a part in that, or one that ends so
// (shop-dev); empty where there is none. Of words for tests folders of tests have them, too.
func ToTry(dir string) string {
	parts := strings.Split(dir, "/")
	for i, part := range parts {
		part = strings.ToLower(part)
		last := part[strings.LastIndexAny(part, "-_.")+1:]
		e, end := known().environment(part), known().environment(last)
		switch {
		case e != nil && e.Tried && i > 0 && ofEnvironments(parts[max(0, i-2):i]),
			i > 0 && strings.HasPrefix(last, "dev") && end != nil && end.Tried:
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// EarlyFolder is the folder on a path that is by its name an environment before
// production, in a folder of environments or of places to run in, or in one of a part in
// that; empty where there is none.
func EarlyFolder(dir string) string {
	parts := strings.Split(dir, "/")
	holds := func(name string) bool { return known().holds(strings.ToLower(name)) }
	for i, part := range parts {
		if i > 0 && known().tested(strings.ToLower(part)) && slices.ContainsFunc(parts[max(0, i-2):i], holds) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// EarlyValues reports whether a file of values is by its name for an environment before
// production: values-staging.yaml, values.eu-dev.yaml.
func EarlyValues(file string) bool {
	words := strings.FieldsFunc(strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file))), func(r rune) bool {
		return strings.ContainsRune(".-_", r)
	})
	words = slices.DeleteFunc(words, func(word string) bool { return word == "values" || word == "helm" })
	if len(words) == 0 || IsProduction(file) {
		return false
	}
	e := known().environment(unnumbered(words[0]))
	return known().tested(words[len(words)-1]) || e != nil && e.Place && !e.Production
}

// EarlyName reports whether a name ends like an environment before production: web-staging.
func EarlyName(name string) bool {
	last := strings.ToLower(name[strings.LastIndexAny(name, "-/.")+1:])
	return last != strings.ToLower(name) && known().tested(last)
}

// EarlyEnvironment reports whether an environment is by a word that its name begins or ends with
// one before production: dev-keycloak, eu_staging.
func EarlyEnvironment(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	return len(words) > 0 && !IsProduction(name) && (known().tested(words[0]) || known().tested(words[len(words)-1]))
}

// ofEnvironments reports whether one of some folders holds environments.
func ofEnvironments(folders []string) bool {
	return slices.ContainsFunc(folders, func(name string) bool { return slices.Contains(known().EnvironmentFolders, strings.ToLower(name)) })
}

// OfNamespace is the purpose of what runs in a namespace, by the name of that: as of an
// object, and of one that is called or ends like an environment to try things in.
func OfNamespace(name string) Purpose {
	last := name[strings.LastIndex(name, "-")+1:]
	for _, rules := range [][]rule{known().Namespaces, known().Endings} {
		if r, ok := ruleOf(rules, last); ok {
			return r.purpose
		}
	}
	of, _ := OfObject(name)
	return of
}

// WithoutEnvironment is a name without the words of environments that it begins or ends with, so that what each of several
// has of one kind is called the same: web of dev-web and web-prod.
func WithoutEnvironment(name string) string {
	words := strings.Split(name, "-")
	for len(words) > 1 && known().environment(unnumbered(words[0])) != nil {
		words = words[1:]
	}
	for len(words) > 1 && known().environment(unnumbered(words[len(words)-1])) != nil {
		words = words[:len(words)-1]
	}
	return strings.Join(words, "-")
}

// IsProduction reports whether a word of a name, of an environment or of a file for one,
// says production: values-prod.yaml.
func IsProduction(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(".-_", r) })
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.ContainsFunc(Productions(), func(of string) bool {
			stem, ends := strings.CutSuffix(word, of)
			// euprod is that of eu; preprod and nonprod come before it.
			return ends && (stem == "" || len(of) > 3 && !BeforeProduction(word) && !slices.Contains([]string{"pre", "non", "not"}, stem))
		})
	})
}

// ProductionsOf are the names that the production of an environment has, by the name of
// that, in small letters: of dev these are all that production has, of eu-dev or eudev
// such as eu-prod and euprod; none where the name says of no environment before it.
func ProductionsOf(name string) []string {
	if BeforeProduction(name) {
		return Productions()
	}
	var all []string
	for _, e := range known().Environments {
		for _, word := range e.Words {
			before, ends := strings.CutSuffix(name, word)
			after, begins := strings.CutPrefix(name, word+"-")
			for _, of := range Productions() {
				switch {
				case e.Production:
				case ends && len(word) > 2:
					all = append(all, before+of)
				case begins:
					all = append(all, of+"-"+after)
				}
			}
		}
	}
	return all
}

// Productions are the names that production has.
func Productions() []string {
	var all []string
	for _, e := range known().Environments {
		if e.Production {
			all = append(all, e.Words...)
		}
	}
	return all
}

// OnOwnMachine reports whether a word of a file's name says that it is for a cluster on
// somebody's own machine.
func OnOwnMachine(word string) bool { return slices.Contains(known().OwnMachine, word) }
