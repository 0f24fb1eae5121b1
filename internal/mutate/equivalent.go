package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// equivalents are mutants that change nothing that anybody can see, by
// Mutant.What, each with its reason.
type equivalents map[string]string

// readEquivalents reads a list of them: a line that names a mutant as survivors
// are printed, but for the line number, and indented lines after it that say
// why nothing can tell it apart.
func readEquivalents(name string) (equivalents, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return equivalents{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := equivalents{}
	last := ""
	scanner := bufio.NewScanner(f)
	for n := 1; scanner.Scan(); n++ {
		line := scanner.Text()
		switch reason := strings.TrimSpace(line); {
		case reason == "" || strings.HasPrefix(line, "#"):
		case reason != line && strings.HasPrefix(line, " "):
			if last == "" {
				return nil, fmt.Errorf("%s:%d: a reason without a mutant", name, n)
			}
			all[last] = strings.TrimSpace(all[last] + " " + reason)
		default:
			if last != "" && all[last] == "" {
				return nil, fmt.Errorf("%s:%d: the mutant before has no reason", name, n)
			}
			if _, twice := all[line]; twice {
				return nil, fmt.Errorf("%s:%d: this mutant is listed twice", name, n)
			}
			last, all[line] = line, ""
		}
	}
	if last != "" && all[last] == "" {
		return nil, fmt.Errorf("%s: the last mutant has no reason", name)
	}
	return all, scanner.Err()
}

// split takes the equivalent mutants out, and notes which entries were used.
func (e equivalents) split(mutants []*Mutant, used map[string]bool) []*Mutant {
	var rest []*Mutant
	for _, m := range mutants {
		if _, ok := e[m.What()]; ok {
			used[m.What()] = true
			continue
		}
		rest = append(rest, m)
	}
	return rest
}
