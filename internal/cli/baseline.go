package cli

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/baseline"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// baselines are the flags by which only what is new fails a run.
type baselines struct{ baseline, writeBaseline string }

func (x *baselines) baselineFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&x.baseline, "baseline", "", "fail only for what is not in this `FILE`: a baseline, or a result saved with -o json")
	cmd.Flags().StringVar(&x.writeBaseline, "write-baseline", "", "write what is found to this `FILE`, and exit 0")
	for _, flag := range []string{"baseline", "write-baseline"} {
		_ = cmd.MarkFlagFilename(flag, "json")
	}
}

// known reads the baseline that is named; nil for none.
func (x *checking) known() (*baseline.Baseline, string, error) {
	if x.writeBaseline != "" && (len(x.only)+len(x.skip)+len(x.namespaces)+len(x.workloads) > 0 || x.minSeverity+x.selector != "") {
		return nil, "", usage("", "--write-baseline takes all that is found: leave out the flags that choose")
	}
	file := cmp.Or(x.baseline, x.from.config.Baseline())
	if file == "" {
		return nil, "", nil
	}
	if _, err := os.Stat(file); os.IsNotExist(err) && x.writeBaseline != "" {
		return nil, "", nil // it is about to be written
	}
	known, err := baseline.Read(file)
	if err != nil {
		return nil, "", badInput(err)
	}
	return known, file, nil
}

// since marks what is known, and notes what became of the rest of the baseline. Others
// are what was left out.
func (l *looking) since(looked *publish.Looked, others []finding.Finding) {
	if l.baseline == nil {
		return
	}
	var all []*finding.Finding
	var units []string
	for i, u := range looked.Units {
		units = append(units, u.Name)
		for k := range looked.Results[i].Findings {
			all = append(all, &looked.Results[i].Findings[k])
		}
	}
	looked.Since = l.baseline.Compare(all, others, units)
}

// takeBaseline writes what was found to a file.
func (s *session) takeBaseline(file string, f *published.Findings) error {
	var units []string
	for _, u := range f.Units {
		units = append(units, u.Name)
	}
	taken := baseline.Take(f.Findings, units)
	if err := taken.Write(file); err != nil {
		return &exitError{status: exitUnfinished, err: err}
	}
	fmt.Fprintf(s.err, "%s written to %s; --baseline %s fails only for what is new\n",
		words.Count(len(taken.Findings), "finding"), file, file)
	return nil
}
