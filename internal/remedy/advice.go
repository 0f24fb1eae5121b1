package remedy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Words by which the authors of a chart say that more replicas are not meant, where a
// sentence is about replicas at all.
var (
	discourages = regexp.MustCompile(`(?i)\bnot (yet )?(recommended|supported|covered|possible|advised)\b|\bunsupported\b` +
		`|\bdo(es)? not (support|scale)\b|\bis enough\b`)
	ofReplicas = regexp.MustCompile(`(?i)\b(replicas?|replicaCount|instances?|scal(e|es|ed|ing))\b`)
	sentences  = regexp.MustCompile(`[.!?](\s+|$)|\n\s*\n|\n\s*[-*|#]`)
)

// advised is the fix of a finding on what a chart makes, where the chart's own words
// speak against a second replica: a comment on the value that sets how many there
// are, or its README. It is nil where they do not. A README is believed of what it
// names, and its words are quoted: what they depend on is for the reader to see.
func (x *Fitter) advised(u *estate.Unit, f *finding.Finding) *finding.Fix {
	at := raised(f)
	if u.Chart == nil || at == nil {
		return nil
	}
	root, _, ok := strings.Cut(at.File, "/templates/")
	if !ok {
		return nil
	}
	values := path.Join(root, "values.yaml")
	for _, key := range u.Chart.Named(at.File, at.Line, "replicas") {
		line, said := commented(x.linesOf(values), strings.Split(key, "."))
		if against(said) {
			return &finding.Fix{
				Summary: fmt.Sprintf(`%s, because its chart says "%s"`, compute.Accepted, said), At: &origin.Position{File: values, Line: line},
				AcceptOnly: true,
			}
		}
	}
	readme := path.Join(root, "README.md")
	if line, said := discouraged(x.linesOf(readme), f.Subject.Name, len(u.Kubernetes.Workloads) == 1); said != "" {
		return &finding.Fix{
			Summary: fmt.Sprintf(`run two replicas only where what its chart says of them allows it: "%s"; else %s`, said, compute.Accepted),
			At:      &origin.Position{File: readme, Line: line},
		}
	}
	return nil
}

// against reports whether a comment on a number of replicas speaks against two.
func against(said string) bool {
	return wantsOne(said) || len(said) < 200 && discourages.MatchString(said) && !floor.MatchString(said)
}

// spoken is what of a comment speaks against two replicas: all of it, where it is short, or
// the sentence of a longer one that does so and names them; empty where none does.
func spoken(said string) string {
	if against(said) {
		return said
	}
	return aboutReplicas(said)
}

// aboutReplicas is the sentence of a comment that names replicas and speaks against two.
func aboutReplicas(said string) string {
	for _, sentence := range ends.Split(said, -1) {
		if sentence = strings.TrimSpace(sentence); ofReplicas.MatchString(sentence) && against(sentence) {
			return sentence
		}
	}
	return ""
}

// ends are those of sentences in a comment, and ofAll is of whom one says something that
// stands above the first of several.
var (
	ends  = regexp.MustCompile(`[.!?]\s+`)
	ofAll = regexp.MustCompile(`(?i)\b(all|every|each|any|none|no)\b`)
)

// commented is what comments say of a key of a values file, on its line or above, and
// that line; 0 where the file does not have it. Where they do not speak against two
// replicas it is what those above one of the keys that it stands in say of replicas, or
// those above the first key of these that say it of all.
func commented(lines, key []string) (line int, said string) {
	at := keysAt(lines, key)
	if len(at) < len(key) {
		return 0, ""
	}
	own := at[len(at)-1]
	if said = comment(lines[own]); said == "" {
		said = above(lines, own)
	}
	if no := spoken(said); no != "" {
		return own + 1, no
	}
	for i := len(at) - 2; i >= 0; i-- {
		if no := aboutReplicas(above(lines, at[i])); no != "" {
			return at[i] + 1, no
		}
		if first := firstBelow(lines, at[i]); first > 0 {
			if no := aboutReplicas(above(lines, first)); ofAll.MatchString(no) {
				return first, no
			}
		}
	}
	return own + 1, said
}

// firstBelow is the index of the first line below a key that is neither empty nor a
// comment; 0 for none.
func firstBelow(lines []string, at int) int {
	for i := at + 1; i < len(lines); i++ {
		if name := strings.TrimSpace(lines[i]); name != "" && !strings.HasPrefix(name, "#") {
			return i
		}
	}
	return 0
}

// keysAt are the indices of the lines of a key of a values file and of those that it
// stands in, outermost first; fewer than there are where the file does not have it.
func keysAt(lines, key []string) (at []int) {
	parents, children := []int{-1}, []int{0} // how far what is open is indented, and what stands in it; -1 before its first line
	for i, text := range lines {
		name := strings.TrimSpace(text)
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		indent := len(text) - len(strings.TrimLeft(text, " "))
		depth := len(parents) - 1
		for indent <= parents[depth] { // what was open ends here
			parents, children, depth = parents[:depth], children[:depth], depth-1
		}
		if children[depth] < 0 {
			children[depth] = indent
		}
		if indent != children[depth] || !strings.HasPrefix(name, key[depth]+":") {
			continue
		}
		at = append(at[:depth:depth], i)
		if depth+1 == len(key) {
			return at
		}
		parents, children = append(parents, indent), append(children, -1)
	}
	return nil
}

// discouraged is the sentence of a README that speaks against more replicas of a
// workload, and its line: one that names it, where the chart makes others, too.
func discouraged(lines []string, name string, sole bool) (line int, said string) {
	text := strings.Join(lines, "\n")
	from := 0
	for _, end := range append(sentences.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		sentence := strings.Join(strings.Fields(strings.ReplaceAll(text[from:end[0]], "*", "")), " ")
		at := from
		from = end[1]
		if len(sentence) > 300 || !ofReplicas.MatchString(sentence) || floor.MatchString(sentence) {
			continue
		}
		if no := discourages.MatchString(sentence) || onlyOne.MatchString(sentence); no && (sole || names(sentence, name)) {
			return 1 + strings.Count(text[:at+len(text[at:])-len(strings.TrimLeft(text[at:], " \n"))], "\n"), strings.Trim(sentence, "|#-;, ")
		}
	}
	return 0, ""
}

// onlyOne is how a README says that one is all there may be.
var onlyOne = regexp.MustCompile(`(?i)\b(only|exactly|at most) (1|one|a single) (active )?(replica|instance)\b`)

// names reports whether a sentence names a workload, by the last word of its name.
func names(sentence, name string) bool {
	words := strings.Split(name, "-")
	last := strings.ToLower(words[len(words)-1])
	return len(last) > 3 && slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}), func(w string) bool { return w == last })
}
