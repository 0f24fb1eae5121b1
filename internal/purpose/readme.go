package purpose

import (
	"iter"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/origin"
)

// readmeHead is how many lines of text of a README say what its folder is there for:
// those further down are of single settings.
const readmeHead = 16

// sentences are how READMEs, and charts, say what is there for whom.
type sentences struct {
	// A sentence that says of its own folder that it is not for production.
	aboutItself, notForProduction *regexp.Regexp
	// One by which all that stands there is to be looked at or learnt from, but for what is
	// said of other things, and of samples that stand beside something else.
	toBeShown, aboutOthers, beside *regexp.Regexp
	toBeCopied                     *regexp.Regexp // by which readers make what stands there their own before they use it
	titled                         *regexp.Regexp // a title, or what stands in place of one: "# GitOps playground"
	titledGivenUp                  *regexp.Regexp // a title that gives all that it is of up: "# DEPRECATED: Shop"
	givenUp                        *regexp.Regexp // by which a README, or a chart's description, gives its folder up
	heading, ofAll                 *regexp.Regexp // of a section, and of one that is about all of its README
	toBeTried                      *regexp.Regexp // by which a chart is there for its readers, or for tests
	hedged, lead                   *regexp.Regexp
	ofHousehold, ofOthers          *regexp.Regexp // of what runs at a home, and of more than that
}

// said are the sentences that count, with the words of the catalog.
var said = sync.OnceValue(func() *sentences {
	is := known().pattern
	return &sentences{
		aboutItself: is(`^(this|these|it|they)\b` +
			`|^(please )?(only )?use (this|these|it|them)\b|^(do not|don't|never) use (this|these|it|them)\b` +
			`|^the (\w+ )?{pieces}( (here|in this \w+|below))? (is|are)\b` +
			`|^(not|only) (for|meant|intended)\b`),
		notForProduction: is(`\bnon-production\b` +
			`|\b(not|never|n't) ([\w-]+ ){0,4}(for|in) (any )?(production|prod)\b|\bnot ([\w-]+ ){0,2}production[- ]ready\b` +
			`|\bonly ([\w-]+ ){0,3}for (running )?{onlyFor}` +
			`|\bfor {forOnly}( purposes)?( |-)only\b|\bfor {forPurposes} purposes\b`),
		toBeShown: is(`^[\w *_\x60"'-]{1,60} (is an?|is the|are|contains|holds|has|provides) (an? |the |all |some )?([\w-]+ ){0,4}` +
			`{shown}s? ([\w-]+ ){0,3}?{shownThings}\b`),
		aboutOthers: is(`\b(by|for|with|to|from|of) ([\w-]+ ){0,4}{shownByOthers}`),
		beside:      is(`^(there|here) (is|are)\b|\b{shownBeside}s? in (this|the|our|its)\b`),
		toBeCopied: is(`\b(take|takes|taken|copy|copies|copied|fork|forks|forked) ([\w*-]+ ){1,8}(in|into|to) ` +
			`(your|their) own [\w ]*\b{ownPlaces}\b` +
			`|^(this|these|it) ([\w-]+ ){0,3}(is|are) (a |an |meant as a |intended as a )?([\w-]+ ){0,2}` +
			`{templates}s? (repository|repo|for)\b`),
		titled: is(`^#*\s*[\w ./+-]{0,50}\b{titles}( \(.*)?$` +
			`|^#+\s*[\w ./+-]{0,40}\b{collections}( for [\w ./+-]{1,40})?$` +
			`|^#+\s*(an? |the |some )?(example|sample)s? ([\w-]+ ){0,2}?({shownThings}|{pieces})\b[\w ./+-]{0,40}$` +
			`|^#+\s*[\w ./+:-]{0,50}\b{shownBeside} {titleThings}$`),
		titledGivenUp: is(`^#+\s*[*_~]*[\[(]{givenUp}[\])]` +
			`|^#+\s*[*_~]*{givenUp}[*_~]*(:|!| [–-] )` +
			`|^#+\s*[\w ./+-]{1,50}( [:–-] |: | ?[\[(])[*_~]*{givenUp}[\])!*_~]*$`),
		givenUp: is(`^(this|the) ([\w-]+ )?{parts} (is|has been) (now |currently |officially )?{givenUp}\b`),
		heading: is(`^(#{1,6}|={1,6}) `),
		ofAll:   is(`\b{sections}\b|\b{givenUp}\b`),
		toBeTried: is(`\b(an|the|'s|of) (example|sample) {samplePrograms}\b|'s (example|sample) \w+|^(an? )?(example|sample) ` +
			`|\b{testsRun} tests$|\bto (allow|enable|support|run) [\w ]{0,20}{testsRun} test` +
			`|\bfor {triedFor}( purposes)?( only)?$|\b{thrownAway}\b`),
		hedged: is(`\b(may|might|could|without|until|unless)\b`),
		lead: is(`^[\s>*_#!:.\-]*` +
			`((warning|note|important|caution|disclaimer|attention)[\s*_!:.\-\]]*)?(please )?(note|be aware)?(\s*that )?`),
		ofHousehold: is(`\b{household}\b|\bmy (own |personal |private |little )?{home}\b` +
			`|\bmy (own |personal |private ){clusters}` +
			`|\bhome ([\w-]+ ){0,2}{homeClusters}\b|\bpersonal ([\w-]+ ){0,2}{personalClusters}\b`),
		ofOthers: is(`\b{company}\b`),
	}
})

// headOf are the lines at the head of a README that say what its folder is there for,
// counted from 1: rows of tables, blocks of code and what is taken out of lines, such as
// comments and the tags of HTML, are of something else, or say how the text looks.
func headOf(readme string, without *regexp.Regexp) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		lines, code := 0, false
		for line := range strings.Lines(readme) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "```") {
				code = !code
				continue
			}
			if line = strings.TrimSpace(without.ReplaceAllString(line, "")); line == "" || code || strings.HasPrefix(line, "|") {
				continue
			}
			if lines++; lines > readmeHead || !yield(lines, line) {
				return
			}
		}
	}
}

// looks are comments, images, links from them, and tags of HTML, whole or those that go on.
var looks = regexp.MustCompile(`<!--.*?(-->|$)|\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?|</?[a-zA-Z][^>]*(>|$)|^[a-z-]+="[^"]*"/?>?$|^/?>$`)

// Disclaimed is the sentence by which a README says that what stands in its folder is
// not for production, there to be shown or learnt from, or given up; empty where it says
// no such thing of all of it. What a section gives up is what that is about, of which the
// folder may hold others: only the README of a chart is about one.
func Disclaimed(readme string, ofChart bool) string {
	front, readme := frontMatter(readme)
	if found := sample.FindString(front); found != "" {
		return found
	}
	says := said()
	headings, section := 0, false
	for n, line := range headOf(readme, looks) {
		if says.heading.MatchString(line) {
			headings++
			section = headings > 1 && !ofChart && !says.ofAll.MatchString(line)
		}
		if n < 3 && (says.titled.MatchString(line) || headings < 2 && says.titledGivenUp.MatchString(line)) {
			return strings.Trim(line, "# ")
		}
		for one := range strings.SplitSeq(line, ". ") {
			one = strings.Trim(one[len(says.lead.FindString(one)):], " *_.")
			if len(one) < 200 && says.disclaims(one) && !says.hedged.MatchString(one) && !(section && says.givenUp.MatchString(one)) {
				return one
			}
		}
	}
	return ""
}

// disclaims reports whether a sentence says of all that stands in its folder that it is
// not for production.
func (s *sentences) disclaims(one string) bool {
	return s.aboutItself.MatchString(one) && s.notForProduction.MatchString(one) || s.givenUp.MatchString(one) ||
		s.toBeCopied.MatchString(one) || s.toBeShown.MatchString(one) && !s.aboutOthers.MatchString(one) && !s.beside.MatchString(one)
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
	one := strings.Trim(strings.Join(strings.Fields(description), " "), " .")
	if len(one) < 200 && (said().toBeTried.MatchString(one) || said().givenUp.MatchString(one)) {
		return one
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
	for dir := range origin.Upwards(path.Dir(file), path.Dir) {
		if d, ok := all[dir]; ok {
			return d.readme, d.said
		}
	}
	return "", ""
}
