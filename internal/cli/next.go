package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
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
		if !quick(found.Broken) {
			return &n
		}
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

// mostAsking is of how many findings edits are counted, and mostParsed how many bytes are read
// through for that, in half a second or so: each edit reads its file through.
const (
	mostAsking = 100
	mostParsed = 8 << 20
)

// quick reports whether the edits of findings are few enough, in files that are small enough,
// to be counted by the way.
func quick(found []mend.Found) bool {
	if len(found) > mostAsking {
		return false
	}
	sizes, all := map[string]int64{}, int64(0)
	for i := range found {
		file := found[i].Position.File
		if _, known := sizes[file]; !known {
			if info, err := os.Stat(file); err == nil {
				sizes[file] = info.Size()
			}
		}
		if all += sizes[file]; all > mostParsed {
			return false
		}
	}
	return true
}

// commandWith is how another command is asked about the same input: with the paths, and with
// those of the flags that it has as well.
func commandWith(other, asked *cobra.Command, paths []string) string {
	said := []string{asked.Root().CommandPath(), other.Name()}
	for _, p := range paths {
		said = append(said, words.InShell(p))
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
				said = append(said, "--"+f.Name)
				continue
			}
			said = append(said, "--"+f.Name, words.InShell(v))
		}
	})
	return strings.Join(said, " ")
}
