package purpose

import (
	"regexp"
	"strings"
)

// markup are lines that begin with HTML. Badges may say whose something is by where they lead.
var markup = regexp.MustCompile(`^<.*`)

// places are spans of code with more than one word, and paths: what is called so is a place,
// and not what stands here. Addresses may say whose something is.
var places = regexp.MustCompile("`[^`]*[^`\\w-][^`]*`" + `|(?:^|\s)[\w.-]*/[\w.-]+[/#][\w./#-]*`)

// Household is the sentence at the head of a README by which what stands in its folder is
// that of a household; empty where there is none.
func Household(readme string) string {
	for _, line := range headOf(readme, markup) {
		for one := range strings.SplitSeq(line, ". ") {
			one = places.ReplaceAllString(one, "")
			if found := said().ofHousehold.FindString(one); found != "" && !said().ofOthers.MatchString(one) {
				return brief(one, found)
			}
		}
	}
	return ""
}

// brief is a sentence without the marks around it, or of a long one, or of what is full of
// addresses, the words that count.
func brief(said, found string) string {
	said = strings.Trim(said, " *_.#>`-=")
	if len(said) > 100 || strings.Contains(said, "://") {
		return found
	}
	return said
}

// AtHome keeps what the README of a folder says of whose home it runs in.
func (f *Folders) AtHome(readme, said string) { keep(&f.atHome, readme, said) }

// Home is the README of the nearest folder that a file stands in, or of one above it,
// which says that a household has it, and how it says so; empty where none does.
func (f *Folders) Home(file string) (readme, said string) { return nearest(f.atHome, file) }
