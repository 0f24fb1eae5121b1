package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onus-project/onus/internal/finding"
)

// item is a finding on the reading list.
type item struct {
	repository string
	finding.Finding
}

// sample picks broken findings, in turns of one a repository, so that a large
// repository does not hide the kinds of the others. They are those that the text
// tells: one for each cause, and of the least severity at the least.
func sample(looks []look, number int, seed uint64, least string) []item {
	random := rand.New(rand.NewPCG(seed, seed))
	var piles [][]item
	for _, l := range looks {
		var pile []item
		for _, f := range l.findings.Findings {
			grave := slices.Index(finding.Severities, f.Severity) <= slices.Index(finding.Severities, least)
			if f.Verdict == finding.Broken && f.CopyOf == "" && grave {
				pile = append(pile, item{l.name, f})
			}
		}
		random.Shuffle(len(pile), func(i, k int) { pile[i], pile[k] = pile[k], pile[i] })
		piles = append(piles, pile)
	}
	var list []item
	for turn := 0; len(list) < number; turn++ {
		before := len(list)
		for _, pile := range piles {
			if turn < len(pile) && len(list) < number {
				list = append(list, pile[turn])
			}
		}
		if len(list) == before {
			break
		}
	}
	return list
}

// writeReading writes findings with the files that they are about.
func writeReading(w io.Writer, dir string, list []item) error {
	for n, x := range list {
		fmt.Fprintf(w, "\n## %d. %s: %s, %s\n\n", n+1, x.repository, x.Obligation, x.Severity)
		fmt.Fprintf(w, "%s\n\n- subject: %s\n- runs on: %s (%s)\n", x.Message, named(x.Subject), x.Offering, x.Basis)
		if x.Consequence != "" {
			fmt.Fprintf(w, "- consequence: %s\n", x.Consequence)
		}
		if more := x.Units(); more > 0 {
			fmt.Fprintf(w, "- in %d more units\n", more)
		}
		for _, s := range x.Beside() {
			fmt.Fprintf(w, "- and with it: %s\n", named(s))
		}
		for _, e := range x.Evidence {
			fmt.Fprintf(w, "- evidence: %s %s\n", e.Text, e.Position)
		}
		if x.Fix != nil {
			fmt.Fprintf(w, "- fix: %s", x.Fix.Summary)
			if at := x.Fix.At; at != nil {
				fmt.Fprintf(w, " (%s)", at)
			}
			for _, set := range x.Fix.Values {
				fmt.Fprintf(w, " --set %s", set)
			}
			fmt.Fprintln(w)
		}
		if err := writeDocument(w, dir, x); err != nil {
			fmt.Fprintf(w, "\n(%v)\n", err)
		}
	}
	return nil
}

func named(s finding.Subject) string {
	name := s.Kind + " " + strings.TrimPrefix(s.Namespace+"/"+s.Name, "/")
	if s.Unit != "" {
		name += " of unit " + s.Unit
	}
	return name
}

// longest is how many lines of a document a reader gets.
const longest = 120

// writeDocument writes the document that a finding points at, from the line it
// begins on.
func writeDocument(w io.Writer, dir string, x item) error {
	if x.Position.File == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(dir, x.Position.File))
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintf(w, "\n%s\n```yaml\n", x.Position)
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for n, written := 1, 0; lines.Scan() && written < longest; n++ {
		if n < x.Position.Line {
			continue
		}
		if written > 0 && strings.HasPrefix(lines.Text(), "---") {
			break
		}
		if !utf8.Valid(lines.Bytes()) {
			fmt.Fprintln(w, "(an archive)")
			break
		}
		fmt.Fprintln(w, lines.Text())
		written++
	}
	fmt.Fprintln(w, "```")
	return lines.Err()
}
