package purpose

import (
	"slices"
	"strings"
)

// Stage is what a setting says of the environment that a program runs in.
type Stage int

// What settings say.
const (
	Unsaid Stage = iota
	Before       // an environment before production
	Live         // production
)

// OfSetting is what a variable, a flag or a label says of the environment that a program
// runs in: NODE_ENV=development, --spring.profiles.active=k8s,dev, SHOP_ENVIRONMENT=test.
func OfSetting(name, value string) Stage {
	known := known()
	name = strings.NewReplacer(".", "_", "-", "_").Replace(strings.ToLower(strings.TrimLeft(name, "-")))
	value = strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`))
	of := known.variable(name)
	ends := slices.ContainsFunc(known.VariableEndings, func(ending string) bool { return strings.HasSuffix(name, ending) })
	switch {
	case value == "" || len(value) > longestStage || of == nil && !ends:
		return Unsaid
	case known.before(value):
		return Before
	case IsProduction(strings.NewReplacer(",", "-", "/", "-").Replace(value)):
		if of != nil && of.Built {
			return Unsaid
		}
		return Live
	case of != nil && slices.ContainsFunc(strings.FieldsFunc(value, between), known.before):
		return Before
	case of == nil && known.tested(value[strings.LastIndexByte(value, '-')+1:]):
		return Before
	}
	return Unsaid
}

// OfLabel is what a label says of it, where it is called as such a variable, with or
// without a prefix: example.com/environment=staging.
func OfLabel(key, value string) Stage {
	name := key[strings.LastIndexByte(key, '/')+1:]
	if known().variable(name) == nil {
		return Unsaid
	}
	return OfSetting(name, value)
}

// longestStage is more than the name of an environment has, or a list of a few.
const longestStage = 64

func between(r rune) bool { return strings.ContainsRune(".,;:/-_ ", r) }

// variable is the rule that has a name; nil for none.
func (v *vocabulary) variable(name string) *variable {
	for i := range v.Variables {
		if slices.Contains(v.Variables[i].Words, strings.ToLower(name)) {
			return &v.Variables[i]
		}
	}
	return nil
}

// before reports whether a name is that of an environment before production, or of one of
// several such: test2.
func (v *vocabulary) before(name string) bool {
	e := v.environment(unnumbered(name))
	return e != nil && !e.Production
}

// tested reports whether a name is that of an environment that somebody tries before
// production, and not only of how something is built or where a programmer runs it.
func (v *vocabulary) tested(name string) bool {
	e := v.environment(unnumbered(name))
	return e != nil && !e.Production && (e.Place || e.Tried)
}

// unnumbered is a name without the number that it may end with.
func unnumbered(name string) string { return strings.TrimRight(name, "0123456789") }
