package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
)

// next is what onus fix would begin with; nil where that is nothing. With a baseline it is
// not told: fix edits what is known as well.
func (x *checking) next(looked *publish.Looked) *published.Next {
	if x.fix == "" || x.baseline != "" || x.writeBaseline != "" {
		return nil
	}
	command, least := x.fix, x.minSeverity
	if least == "" {
		least = "medium"
	}
	found := seen(looked, least)
	if len(found.Broken) == 0 && len(found.Lighter) > 0 {
		command, found = command+" --min-severity low", seen(looked, "low")
	}
	n := published.Next{Command: command}
	if x.from.cluster != nil || found.Recorded() {
		plan := mend.Commands(found)
		n.Commands, n.Cures = len(plan.Commands), len(plan.Cured)
	} else {
		cured := map[string]bool{}
		edits := mend.Begun(x.settings(), found)
		for _, e := range edits {
			for _, fingerprint := range e.Cures {
				cured[fingerprint] = true
			}
		}
		n.Edits, n.Cures = len(edits), len(cured)
	}
	if n.Edits+n.Commands == 0 {
		return nil
	}
	return &n
}

// commandWith is how another command is asked about the same input: with the paths, and with
// those of the flags that it has as well.
func commandWith(other, asked *cobra.Command, paths []string) string {
	words := []string{asked.Root().CommandPath(), other.Name()}
	for _, p := range paths {
		words = append(words, shellWord(p))
	}
	asked.Flags().Visit(func(f *pflag.Flag) {
		if of := other.Flags().Lookup(f.Name); of == nil || of.Hidden || f.Name == "output" {
			return
		}
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, v := range values {
			if f.Value.Type() == "bool" {
				words = append(words, "--"+f.Name)
				continue
			}
			words = append(words, "--"+f.Name, shellWord(v))
		}
	})
	return strings.Join(words, " ")
}

// shellWord is a word as a POSIX shell takes it.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if word != "" && !slices.ContainsFunc([]rune(word), func(r rune) bool { return !plain(r) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
