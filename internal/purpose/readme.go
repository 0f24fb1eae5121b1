package purpose

import (
	"iter"
	"path"
	"regexp"
	"strings"
)

// readmeHead is how many lines of text of a README say what its folder is there for:
// those further down are of single settings.
const readmeHead = 16

// A sentence of a README that says of its own folder that it is not for production.
var (
	aboutItself = regexp.MustCompile(`(?i)^(this|these|it|they)\b` +
		`|^(please )?(only )?use (this|these|it|them)\b|^(do not|don't|never) use (this|these|it|them)\b` +
		`|^the (\w+ )?(manifests?|examples?|files?|setup|deployments?|configurations?)( (here|in this \w+|below))? (is|are)\b` +
		`|^(not|only) (for|meant|intended)\b`)
	notForProduction = regexp.MustCompile(`(?i)\bnon-production\b` +
		`|\b(not|never|n't) ([\w-]+ ){0,4}(for|in) (any )?(production|prod)\b|\bnot ([\w-]+ ){0,2}production[- ]ready\b` +
		`|\bonly ([\w-]+ ){0,3}for (running )?(experiment|test|demo|demonstration|development|local|educational|learning)` +
		`|\bfor (experiment(s|al|ation)?|tests?|testing|demos?|demonstrations?|development|educational|learning)( purposes)?( |-)only\b` +
		`|\bfor (tests?|testing|demos?|demonstration) purposes\b`)
	// A sentence of a README by which all that stands there is to be looked at or learnt from.
	toBeShown = regexp.MustCompile(`(?i)` +
		`^[\w *_\x60"'-]{1,60} (is an?|is the|are|contains|holds|has|provides) (an? |the |all |some )?([\w-]+ ){0,4}` +
		`(demo|demos|demonstration|sample|samples|example|tutorial|workshop|playground|showcase|toy|training|exercise)s? ([\w-]+ ){0,3}?` +
		`(applications?|apps?|projects?|shop|store|repositor(y|ies)|repos?|services?|systems?|environments?|deployments?|code|material|files)\b`)
	// A sentence by which readers make what stands there their own before they use it.
	toBeCopied = regexp.MustCompile(`(?i)\b(take|takes|taken|copy|copies|copied|fork|forks|forked) ([\w*-]+ ){1,8}(in|into|to) ` +
		`(your|their) own [\w ]*\b(repo|repos|repository|repositories|catalog|project|code base|codebase)\b` +
		`|^(this|these|it) ([\w-]+ ){0,3}(is|are) (a |an |meant as a |intended as a )?([\w-]+ ){0,2}` +
		`(template|boilerplate|starter kit|blueprint)s? (repository|repo|for)\b`)
	// A title, or what stands in place of one, that says the same: "# GitOps playground".
	titled = regexp.MustCompile(`(?i)^#*\s*[\w ./+-]{0,50}\b(demo|demos|playground|workshop|tutorial|showcase)( \(.*)?$`)
	// A sentence of a README, or of a chart's description, that gives its folder up.
	givenUp = regexp.MustCompile(`(?i)^(this|the) ([\w-]+ )?(chart|repository|repo|project|folder|directory|component|operator) ` +
		`(is|has been) (now |currently |officially )?` +
		`(deprecated|archived|obsolete|retired|abandoned|no longer (maintained|supported|used)|in maintenance mode)\b`)
	// What a chart says of itself that is there for its readers, or for tests.
	toBeTried = regexp.MustCompile(`(?i)` +
		`\b(an|the|'s|of) (example|sample) (app|application|ui|service|server|backend|client|idp|identity provider|workload)\b` +
		`|'s (example|sample) \w+|^(an? )?(example|sample) ` +
		`|\b(smoke|e2e|end-to-end) tests$|\bto (allow|enable|support|run) [\w ]{0,20}(smoke|e2e|end-to-end) test` +
		`|\bfor (testing|test|demo|demonstration|local development)( purposes)?( only)?$|\bthrow-?away\b|\bemulator\b`)
	aboutOthers = regexp.MustCompile(`(?i)\b(by|for|with|to|from|of) ([\w-]+ ){0,4}(demo|sample|example|tutorial|workshop)`)
	// What is said of samples that stand beside something else.
	beside = regexp.MustCompile(`(?i)^(there|here) (is|are)\b|\b(demo|sample|example|tutorial)s? in (this|the|our|its)\b`)
	hedged = regexp.MustCompile(`(?i)\b(may|might|could|without|until|unless)\b`)
	lead   = regexp.MustCompile(`(?i)^[\s>*_#!:.\-]*` +
		`((warning|note|important|caution|disclaimer|attention)[\s*_!:.\-\]]*)?(please )?(note|be aware)?(\s*that )?`)
)

// headOf are the lines at the head of a README that say what its folder is there for,
// counted from 1: rows of tables, blocks of code and what begins with a mark, as HTML or a
// comment does, are of something else.
func headOf(readme, mark string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		lines, code := 0, false
		for line := range strings.Lines(readme) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "```") {
				code = !code
				continue
			}
			if line == "" || code || strings.HasPrefix(line, "|") || strings.HasPrefix(line, mark) {
				continue
			}
			if lines++; lines > readmeHead || !yield(lines, line) {
				return
			}
		}
	}
}

// Disclaimed is the sentence by which a README says that what stands in its folder is
// not for production, there to be shown or learnt from, or given up; empty where it says
// no such thing of all of it.
func Disclaimed(readme string) string {
	front, readme := frontMatter(readme)
	if said := sample.FindString(front); said != "" {
		return said
	}
	for n, line := range headOf(readme, "<!--") {
		if n < 3 && titled.MatchString(line) {
			return strings.Trim(line, "# ")
		}
		for said := range strings.SplitSeq(line, ". ") {
			said = strings.Trim(said[len(lead.FindString(said)):], " *_.")
			disclaims := aboutItself.MatchString(said) && notForProduction.MatchString(said) || givenUp.MatchString(said) ||
				toBeCopied.MatchString(said) || toBeShown.MatchString(said) && !aboutOthers.MatchString(said) && !beside.MatchString(said)
			if len(said) < 200 && disclaims && !hedged.MatchString(said) {
				return said
			}
		}
	}
	return ""
}

// sample is how the front matter of a README says that the repository is one.
//
// Source: https://github.com/MicrosoftDocs/samples, whose READMEs have to say so.
var sample = regexp.MustCompile(`(?m)^page_type: *sample\b`)

// frontMatter is the YAML between two lines of dashes at the head of a file, and what
// follows it; empty where there is none.
func frontMatter(text string) (front, rest string) {
	below, ok := strings.CutPrefix(strings.TrimLeft(text, "\ufeff"), "---\n")
	if !ok {
		return "", text
	}
	if front, rest, ok = strings.Cut(below, "\n---"); !ok {
		return "", text
	}
	_, rest, _ = strings.Cut(rest, "\n")
	return front, rest
}

// Described is the description of a chart where it says that the chart is there to be
// tried, or given up; empty for any other.
func Described(description string) string {
	said := strings.Trim(strings.Join(strings.Fields(description), " "), " .")
	if len(said) < 200 && (toBeTried.MatchString(said) || givenUp.MatchString(said)) {
		return said
	}
	return ""
}

// Disclaim keeps what the README of a folder says of it.
func (f *Folders) Disclaim(readme, said string) { keep(&f.disclaimed, readme, said) }

// disclaimer is what a README says.
type disclaimer struct{ readme, said string }

// Disclaimer is the README of the nearest folder that a file stands in, or of one above
// it in the input, which says that it is not for production, and how it says so; empty
// where none does.
func (f *Folders) Disclaimer(file string) (readme, said string) { return nearest(f.disclaimed, file) }

// keep keeps what a README says, by its folder.
func keep(all *map[string]disclaimer, readme, said string) {
	if *all == nil {
		*all = map[string]disclaimer{}
	}
	(*all)[path.Dir(readme)] = disclaimer{readme, said}
}

// nearest is what is said of the nearest folder that a file stands in.
func nearest(all map[string]disclaimer, file string) (readme, said string) {
	for dir := path.Dir(file); len(all) > 0; dir = path.Dir(dir) {
		if d, ok := all[dir]; ok {
			return d.readme, d.said
		}
		if dir == path.Dir(dir) {
			break
		}
	}
	return "", ""
}
