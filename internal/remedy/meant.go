package remedy

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Words by which somebody who writes a PodDisruptionBudget says that it is to stop
// evictions, and who moves its pods instead: "blocks voluntary evictions, so that the
// outage is timed by the operator". That it prevents disruption does not say so: many
// who write this do not know that nodes wait for it.
var (
	blocksEvictions = regexp.MustCompile(`(?i)\bblock(s|ed|ing)?\b.{0,60}\b(evict\w*|drain\w*|voluntary|disruptions?)\b` +
		`|\ballow(s|ed|ing)? (0|no|zero) (voluntary )?(evictions?|drains?|disruptions?)\b|\b(drain|eviction)[- ]protection\b`)
	evictions = regexp.MustCompile(`(?i)\b(evict\w*|drain\w*|disrupt\w*|pdb)\b`)
	contrary  = regexp.MustCompile(`(?i)\b(not|never|without|avoid\w*)\b|n't\b`)
	regretted = regexp.MustCompile(`(?i)\b(problem|bug|issue|fix|todo)\b|(\bnot|n't) (want\w*|wish\w*|meant|mean|intend\w*)\b`)
	onPurpose = regexp.MustCompile(`(?i)\b(deliberate(ly)?|intentional(ly)?|on purpose|by hand|manual(ly)?|operator[- ]timed)\b`)
)

// meant is the fix of a PodDisruptionBudget that never allows an eviction and of which
// a comment in its manifest, above it, or at its values in the chart that makes it says
// that this is meant; nil for others.
func (x *Fitter) meant(ctx context.Context, u *estate.Unit, f *finding.Finding) (fix *finding.Fix, why string) {
	if f.Obligation != compute.PDBNeverAllows.ID {
		return nil, ""
	}
	all := comments(x.linesOf(f.Position.File), f.Position.Line)
	if chart, _, is := strings.Cut(f.Position.File, "/templates/"); is {
		all = append(all, atKeys(x.linesOf(chart+"/values.yaml"), budgetKey)...)
	}
	for _, said := range all {
		if stops(said) {
			return byHand(`its manifest says "` + said + `"`)
		}
	}
	if said, at := x.meantByValues(ctx, u, f); said != "" {
		why = `its values say "` + said + `"`
		f.Evidence = append(slices.Clone(f.Evidence), finding.Evidence{Text: why, Position: at})
		return byHand(why)
	}
	return nil, ""
}

// byHand is the fix of a PodDisruptionBudget of which something says that it is to stop evictions.
func byHand(why string) (*finding.Fix, string) {
	const what = "delete its pod by hand at a time you choose, before its node is replaced"
	return &finding.Fix{Summary: what + ", because " + why, AcceptOnly: true}, why
}

// stops reports whether a comment says that a PodDisruptionBudget is to stop evictions: in one
// sentence, and not as what is to be mended.
func stops(said string) bool {
	return len(said) < 400 && !regretted.MatchString(said) && slices.ContainsFunc(strings.Split(said, ". "), func(s string) bool {
		return (blocksEvictions.MatchString(s) || evictions.MatchString(s) && onPurpose.MatchString(s)) && !contrary.MatchString(s)
	})
}

// meantByValues is the comment that says so at the values for one of several
// PodDisruptionBudgets, or for one of a chart within the chart, and where it stands: at those
// without which the chart makes none for the pods of the finding.
func (x *Fitter) meantByValues(ctx context.Context, u *estate.Unit, f *finding.Finding) (string, origin.Position) {
	if u == nil || u.Chart == nil || !hasBudget(u.Kubernetes, f.Subject) {
		return "", origin.Position{}
	}
	files := []string{u.Path}
	for _, within := range []string{"/charts/", "/templates/"} {
		if chart, _, is := strings.Cut(f.Position.File, within); is && !slices.Contains(files, chart+"/values.yaml") {
			files = append(files, chart+"/values.yaml")
		}
	}
	for _, file := range files {
		lines := x.linesOf(file)
		for i, line := range lines {
			if !budgetKey.MatchString(line) || !stops(above(lines, i)) && !stops(comment(line)) {
				continue
			}
			off := strings.Join(pathAt(lines, i), ".") + "=null"
			if at := strings.TrimSuffix(off, "=null") + ".enabled"; on(u, at) {
				off = at + "=false"
			}
			after, refused := chartFixes{x}.with(ctx, u, []string{off})
			if after != nil && refused == nil && len(after.Workloads) > 0 && !hasBudget(after, f.Subject) {
				return cmp.Or(above(lines, i), comment(line)), origin.Position{File: file, Line: i + 1}
			}
		}
	}
	return "", origin.Position{}
}

// on reports whether a value of a unit's chart is true.
func on(u *estate.Unit, key string) bool {
	_, v := u.Chart.Line(key)
	return v == true
}

// pathAt is the path of the key on a line of values, by how far the lines above are indented.
func pathAt(lines []string, i int) []string {
	var all []string
	indent := len(lines[i]) + 1
	for ; i >= 0 && indent > 0; i-- {
		text := strings.TrimLeft(lines[i], " ")
		key, _, is := strings.Cut(text, ":")
		if in := len(lines[i]) - len(text); is && in < indent && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "-") {
			all, indent = append(all, strings.Trim(key, `"' `)), in
		}
	}
	slices.Reverse(all)
	return all
}

// budgetKey is the line of the values that charts have for a PodDisruptionBudget.
var budgetKey = regexp.MustCompile(`(?i)^\s*(pdb|\w*disruptionBudget):`)

// atKeys are the comments on the one line that has a key, and above it; none where there
// are several, of which each is for something else.
func atKeys(lines []string, key *regexp.Regexp) []string {
	at := slices.IndexFunc(lines, key.MatchString)
	if at < 0 || slices.ContainsFunc(lines[at+1:], key.MatchString) {
		return nil
	}
	return []string{above(lines, at), comment(lines[at])}
}

// comments are those of the object that begins on a line, and the one above it, each
// with the lines that it goes on over.
func comments(lines []string, line int) []string {
	if line < 1 || line > len(lines) {
		return nil
	}
	all := []string{above(lines, line-1)}
	block := ""
	for _, text := range lines[line-1:] {
		if strings.HasPrefix(text, "---") {
			break
		}
		if strings.HasPrefix(strings.TrimSpace(text), "#") {
			block += " " + comment(text)
			continue
		}
		all = append(all, strings.TrimSpace(block), comment(text))
		block = ""
	}
	return append(all, strings.TrimSpace(block))
}
