package publish

import (
	"github.com/onus-project/onus/internal/baseline"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/waive"
)

// waivers are those that count, each once: one that several units build waives in
// each of them.
func waivers(all []*waive.Waiver) []published.Waiver {
	told, at := []published.Waiver{}, map[published.Waiver]int{}
	for _, w := range all {
		x := published.Waiver{Obligation: w.Obligation, Reason: w.Reason, Until: w.Until, By: w.By, Position: w.Position}
		i, there := at[x]
		if !there {
			i, told = len(told), append(told, x)
			at[x] = i
		}
		told[i].Findings += w.Findings
	}
	return told
}

// since is what became of a baseline; nil without one.
func since(file string, s baseline.Since) *published.Baseline {
	if file == "" {
		return nil
	}
	known := func(all []baseline.Entry) []published.Known {
		told := []published.Known{}
		for _, e := range all {
			told = append(told, published.Known{Obligation: e.Obligation, Subject: e.Subject, Fingerprint: e.Fingerprint})
		}
		return told
	}
	return &published.Baseline{File: file, Cured: known(s.Cured), Gone: known(s.Gone)}
}

// ignored is what does not count, each once.
func ignored(all []waive.Ignored) []published.Ignored {
	told, there := []published.Ignored{}, map[published.Ignored]bool{}
	for _, w := range all {
		x := published.Ignored{Text: w.Text, Reason: w.Reason, Hint: w.Hint, By: w.By, Position: w.Position}
		if !there[x] {
			told, there[x] = append(told, x), true
		}
	}
	return told
}
