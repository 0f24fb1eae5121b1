// Package words is the one voice in which onus speaks to people: how it writes
// a duration, counts things and lists names. Every sentence that onus prints
// goes through it, so that one thing is spelled one way everywhere.
package words

import (
	"fmt"
	"strconv"
	"strings"
)

// Count counts things: 1 node, 3 nodes, 2 tries. The plural is given where
// Plural does not know it: Count(n, "file or document", "files or documents").
func Count(n int, thing string, plural ...string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case len(plural) > 0:
		return fmt.Sprintf("%d %s", n, plural[0])
	}
	return fmt.Sprintf("%d %s", n, Plural(thing))
}

// Number is a number in a sentence: a small one as a word.
func Number(n int) string {
	if small := []string{"no", "one", "two", "three", "four"}; n >= 0 && n < len(small) {
		return small[n]
	}
	return strconv.Itoa(n)
}

// Agree is the verb for a number of things: 1 node was, 3 nodes were.
func Agree(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Plural is the regular plural of a noun, or of the last one of several words:
// nodes, PodDisruptionBudgets, StorageClasses, NetworkPolicies, days.
func Plural(noun string) string {
	stem := strings.TrimSuffix(noun, "y")
	switch {
	case noun == "":
		return ""
	case stem != noun && !endsIn(stem, "a", "e", "o", "u"):
		return stem + "ies"
	case endsIn(noun, "s", "x", "z", "ch", "sh"):
		return noun + "es"
	}
	return noun + "s"
}

func endsIn(s string, endings ...string) bool {
	for _, end := range endings {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// And lists names that all count: a, a and b, a, b and c.
func And(names []string) string { return list(names, "and") }

// Or lists names of which one counts: a, a or b, a, b or c.
func Or(names []string) string { return list(names, "or") }

func list(names []string, last string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	n := len(names) - 1
	return strings.Join(names[:n], ", ") + " " + last + " " + names[n]
}

// First lists so many of some names at most, and counts the others: a, b and 4 more.
func First(names []string, most int) string {
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// Few lists the first names of many and counts the others: a, b, c and 4 more.
// It never counts one alone, which takes no less room than its name.
func Few(names []string) string {
	const shown = 3
	if len(names) <= shown+1 {
		return And(names)
	}
	return First(names, shown)
}
