package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/finding"
)

// Words by which somebody who writes a PodDisruptionBudget says that it is to stop
// evictions, and who moves its pods instead: "blocks voluntary evictions, so that the
// outage is timed by the operator". That it prevents disruption does not say so: many
// who write this do not know that nodes wait for it.
var (
	blocksEvictions = regexp.MustCompile(`(?i)\bblock(s|ed|ing)?\b.{0,60}\b(evict\w*|drain\w*|voluntary|disruptions?)\b`)
	evictions       = regexp.MustCompile(`(?i)\b(evict\w*|drain\w*|disrupt\w*|pdb)\b`)
	contrary        = regexp.MustCompile(`(?i)\b(not|never|without|avoid\w*|problem|bug|issue|fix|todo)\b|n't\b`)
	onPurpose       = regexp.MustCompile(`(?i)\b(deliberate(ly)?|intentional(ly)?|on purpose|by hand|manual(ly)?|operator[- ]timed)\b`)
)

// meant is the fix of a PodDisruptionBudget that never allows an eviction and of which
// a comment in its manifest, above it, or at its values in the chart that makes it says
// that this is meant; nil for others.
func (x *Fitter) meant(f *finding.Finding) (fix *finding.Fix, why string) {
	if f.Obligation != compute.PDBNeverAllows.ID {
		return nil, ""
	}
	said := comments(x.linesOf(f.Position.File), f.Position.Line)
	if chart, _, is := strings.Cut(f.Position.File, "/templates/"); is {
		said = append(said, atKeys(x.linesOf(chart+"/values.yaml"), budgetKey)...)
	}
	for _, said := range said {
		blocks := blocksEvictions.MatchString(said) || evictions.MatchString(said) && onPurpose.MatchString(said)
		if blocks && len(said) < 400 && !contrary.MatchString(said) {
			const byHand = "delete its pod by hand at a time you choose, before its node is replaced"
			why = `its manifest says "` + said + `"`
			return &finding.Fix{Summary: byHand + ", because " + why, AcceptOnly: true}, why
		}
	}
	return nil, ""
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
