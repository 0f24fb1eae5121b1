// Package mend carries out fixes on files: what findings change becomes edits of the files
// that it stands in, each once for all that ask for it, and what comes of them is checked
// again before any of it counts. Nothing is written here.
package mend

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// Found is what a look found to be broken, and the unit that it is of.
type Found struct {
	finding.Finding
	Unit *estate.Unit
}

// Look checks everything where some files hold other texts, by their paths as unit.Real
// gives them; nil for what stands there.
type Look func(ctx context.Context, texts map[string][]byte) (Seen, error)

// Seen is what a look saw.
type Seen struct {
	Broken []Found // of what was asked for
	// Lighter are others that are broken, less severe than what was asked for, and Open those
	// that are unknown; by fingerprint.
	Lighter, Open map[string]bool
	Faults        []origin.Fault // what could not be read, or built
}

// mended reports whether a finding is not there any more: neither broken nor unknown.
func (s *Seen) mended(fingerprint string) bool {
	return !s.Lighter[fingerprint] && !s.Open[fingerprint] &&
		!slices.ContainsFunc(s.Broken, func(f Found) bool { return f.Fingerprint == fingerprint })
}

// Recorded reports whether all that is broken was read from a record of a cluster.
func (s *Seen) Recorded() bool {
	return len(s.Broken) > 0 && !slices.ContainsFunc(s.Broken, func(f Found) bool { return !f.recorded() })
}

// recorded reports whether it was read from a cluster, or a record of one.
func (f *Found) recorded() bool {
	return f.Unit.Estate != nil && f.Unit.Kubernetes != nil && f.Unit.Kubernetes.Live
}

// Plan is which files are to hold what, and what that cures.
type Plan struct {
	Files []File
	Edits []Edit
	Cured []finding.Finding // broken as it stands, and not with the edits
	Left  []Left            // broken with them, or as it stands where nothing is edited
	// Lighter is how many findings less severe than what was asked for are broken as it
	// stands, and LighterAfter with the edits.
	Lighter, LighterAfter int
	Faults                []origin.Fault // what could not be read, or built, as it stands
	// Commands change a live cluster, in place of edits.
	Commands []string
	Changes  []Edit // what they change
}

// File is a file before and after.
type File struct {
	Name          string // as the user named it
	Before, After []byte
}

// Left is what stays broken, and why no edit mends it. New says that it is not broken as
// it stands.
type Left struct {
	finding.Finding
	Why string
	New bool
}

// Settings are what a planner goes by.
type Settings struct {
	Look Look
	// Read is a file as it stands.
	Read func(file string) ([]byte, error)
	// Values is the file of values that charts are rendered with by the user's choice, the
	// last of several; Set says that some are given without a file.
	Values string
	Set    bool
}

// mostRounds bounds how often what was mended is mended further: one pod becomes two, two
// get a budget, and what else the checks ask of several.
const mostRounds = 5

// planner makes one plan.
type planner struct {
	Settings
	first Seen
	texts map[string][]byte // so far, by real path
	yaml  map[string]bool   // whether a file is YAML all through, by its name and text: large ones are asked for each finding in them
	names map[string]string // of files as the user named them, by real path
	kept  []Edit
	// refused are findings whose edits mend nothing, by fingerprint, with the reason.
	refused map[string]string
}

func plannerOf(s Settings, first Seen) *planner {
	return &planner{Settings: s, first: first, texts: map[string][]byte{}, yaml: map[string]bool{}, names: map[string]string{},
		refused: map[string]string{}}
}

// Begun are the edits that Make begins with: all that findings ask for and that can be made,
// each once. What becomes of them is not looked at, so that this is quick.
func Begun(s Settings, first Seen) []Edit {
	edits, _ := plannerOf(s, first).makeable(first.Broken)
	return edits
}

// Make plans the edits that mend what is broken, by a first look at what stands there. An edit counts where one of the findings
// that ask for it is gone with it; what comes of edits is mended in further rounds.
func Make(ctx context.Context, s Settings, first Seen) (*Plan, error) {
	p := plannerOf(s, first)
	seen := first
	for range mostRounds {
		next, made, err := p.round(ctx, seen)
		if err != nil {
			return nil, err
		}
		if !made {
			break
		}
		seen = next
	}
	return p.plan(seen)
}

// round makes the edits that findings ask for and keeps those that mend something. It
// returns what is broken with them; made is false where there is no edit to make.
func (p *planner) round(ctx context.Context, before Seen) (after Seen, made bool, err error) {
	for {
		edits, texts := p.makeable(before.Broken)
		if len(edits) == 0 {
			return Seen{}, false, nil
		}
		after, err := p.Look(ctx, texts)
		if err != nil {
			return Seen{}, false, err
		}
		if fault := hidden(before, after); fault != nil {
			if err := p.sort(ctx, before, edits); err != nil {
				return Seen{}, false, err
			}
			continue
		}
		useless := slices.DeleteFunc(slices.Clone(edits), func(e Edit) bool {
			return slices.ContainsFunc(e.Cures, after.mended)
		})
		if len(useless) == 0 {
			p.texts, p.kept = texts, append(p.kept, edits...)
			return after, true, nil
		}
		for _, e := range useless {
			p.refuse(e, "with this edit it is still found, or not known")
		}
	}
}

// makeable are the edits that findings ask for and that can be made where they stand, and the
// files with them.
func (p *planner) makeable(found []Found) ([]Edit, map[string][]byte) {
	for {
		edits := p.wanted(found)
		if len(edits) == 0 {
			return nil, nil
		}
		texts, failed := p.apply(edits)
		if len(failed) == 0 {
			return edits, texts
		}
		for _, f := range failed {
			p.refuse(f.edit, f.why)
		}
	}
}

func (p *planner) refuse(e Edit, why string) {
	for _, fingerprint := range e.Cures {
		p.refused[fingerprint] = why
	}
}

func broken(found []Found) map[string]bool {
	all := map[string]bool{}
	for i := range found {
		all[found[i].Fingerprint] = true
	}
	return all
}

// plan is what came of the rounds.
func (p *planner) plan(last Seen) (*Plan, error) {
	plan := &Plan{Edits: p.kept, Lighter: len(p.first.Lighter), LighterAfter: len(last.Lighter), Faults: p.first.Faults}
	for _, real := range slices.Sorted(maps.Keys(p.texts)) {
		before, err := p.Read(p.names[real])
		if err != nil {
			return nil, fmt.Errorf("reading %s again: %w", p.names[real], err)
		}
		plan.Files = append(plan.Files, File{p.names[real], before, p.texts[real]})
	}
	was := broken(p.first.Broken)
	for i := range p.first.Broken {
		switch f := &p.first.Broken[i]; {
		case last.mended(f.Fingerprint):
			plan.Cured = append(plan.Cured, f.Finding)
		case last.Open[f.Fingerprint]:
			plan.Left = append(plan.Left, Left{Finding: f.Finding, Why: "with the edits it is not known whether it is so"})
		case last.Lighter[f.Fingerprint]:
			plan.Left = append(plan.Left, Left{Finding: f.Finding, Why: "with the edits it is less severe than what was asked for"})
		}
	}
	for i := range last.Broken {
		f := &last.Broken[i]
		why := p.refused[f.Fingerprint]
		if why == "" {
			_, why = p.editsOf(f)
		}
		if why == "" {
			why = "what mends it was not tried: see what is left once the edits are made"
		}
		plan.Left = append(plan.Left, Left{f.Finding, why, !was[f.Fingerprint]})
	}
	return plan, nil
}

// text is a file as it is with the edits so far.
func (p *planner) text(file string) ([]byte, error) { return p.textIn(p.texts, file) }

// textIn is a file as some texts have it, or as it stands.
func (p *planner) textIn(texts map[string][]byte, file string) ([]byte, error) {
	return unit.Over(texts, p.Read)(file)
}
