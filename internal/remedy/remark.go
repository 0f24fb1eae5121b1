package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Words by which somebody who writes a manifest says that there is to be one pod:
// "should strictly be 1", "do not run more than one", "singleton".
var (
	forbids = regexp.MustCompile(`(?i)\b(only|strictly|must|exactly|never|do not|don't|cannot|can't|not support(ed)?)\b`)
	ofOne   = regexp.MustCompile(`(?i)\b(1|one|single|once|more than|scale|scaled|second)\b`)
	alone   = regexp.MustCompile(`(?i)\bsingleton\b` +
		`|\b(always|has to|have to|needs to|should) (be|stay|remain|run) (at )?(exactly )?(1|one|a single)\b` +
		`|(^|[^.\w])0 ?\.\.\.? ?1\b|\b(no|not) more than (1|one)\b|\bmax(imum)?:? (of )?(1|one)( (replica|instance|pod))?\s*[.)]*$` +
		`|\b(two|2|more than (1|one)|several|multiple) (replicas|instances|pods)\b.{0,40}\b(break|breaks|corrupts?|conflicts?|collide)\b`)
	floor = regexp.MustCompile(`(?i)\b(at least|minimum|or more|or higher|(must|only) (be )?(more|greater) than` +
		`|(per|each|on a) (node|host|machine|zone))\b`)
	field = regexp.MustCompile(`^\s*-?\s*(replicas|minReplicas|minReplicaCount):`)
)

// remarked is the fix of a finding whose object its author wants alone, by a
// comment on the line of its replicas, above that or above the object; nil for
// others.
func (x *Fitter) remarked(f *finding.Finding) *finding.Fix {
	at := raised(f)
	if at == nil {
		return nil
	}
	said := remark(x.linesOf(at.File), at.Line)
	if said == "" {
		return nil
	}
	var rest []finding.Change
	for _, c := range f.Fix.Changes {
		if c.Action == finding.Replace {
			rest = append(rest, c)
		}
	}
	because := `, because its manifest says "` + said + `"`
	if len(rest) > 0 {
		return &finding.Fix{Summary: "allow the eviction of its only pod" + because, Changes: rest}
	}
	return &finding.Fix{Summary: compute.Accepted + because, AcceptOnly: true}
}

// raised is where the object stands that a fix gives more replicas, or asks for
// them without a change; nil where it does neither.
func raised(f *finding.Finding) *origin.Position {
	for _, c := range f.Fix.Changes {
		if c.Action == finding.Patch && c.Position != nil && slices.ContainsFunc(c.Edits, func(e finding.Edit) bool {
			return slices.Contains([]string{"/spec/replicas", "/spec/minReplicas", "/spec/minReplicaCount"}, e.Path)
		}) {
			return c.Position
		}
	}
	if len(f.Fix.Changes) == 0 && f.Obligation == compute.SingleReplica.ID && f.Fix.More {
		return &f.Position
	}
	return nil
}

// linesOf are those of a file, read and cut once; none where it cannot be read.
func (x *Fitter) linesOf(file string) []string {
	lines, ok := x.lines[file]
	if !ok && x.read != nil {
		if data, err := x.read(file); err == nil {
			lines = strings.Split(string(data), "\n")
		}
		x.lines[file] = lines
	}
	return lines
}

// remark is what a comment says of one pod, in the object of a file that begins on
// a line; empty where none does.
func remark(lines []string, line int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	if head := above(lines, line-1); strings.Contains(strings.ToLower(head), "replica") && wantsOne(head) {
		return head
	}
	for i := line - 1; i < len(lines) && !strings.HasPrefix(lines[i], "---"); i++ {
		if !field.MatchString(lines[i]) {
			continue
		}
		for _, said := range []string{comment(lines[i]), above(lines, i)} {
			if wantsOne(said) {
				return said
			}
		}
		return ""
	}
	return ""
}

// above is the comment that stands above a line, by its index.
func above(lines []string, at int) string {
	var all []string
	for at--; at >= 0 && strings.HasPrefix(strings.TrimSpace(lines[at]), "#"); at-- {
		if said := comment(lines[at]); strings.Trim(said, "-=*") != "" { // and no rule
			all = append(all, said)
		}
	}
	slices.Reverse(all)
	return strings.Join(all, " ")
}

// comment is that of a line.
func comment(line string) string {
	at := strings.Index(line, "#")
	if at < 0 || at > 0 && line[at-1] != ' ' && line[at-1] != '\t' {
		return ""
	}
	return strings.TrimSpace(strings.Trim(line[at:], "# \t\r"))
}

// wantsOne reports whether a comment says that there is to be one.
func wantsOne(said string) bool {
	return len(said) < 200 && !floor.MatchString(said) && (alone.MatchString(said) || forbids.MatchString(said) && ofOne.MatchString(said))
}
