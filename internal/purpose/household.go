package purpose

import (
	"regexp"
	"strings"
)

// ofHousehold is how a README says that what stands there runs at the home of who wrote
// it, or for them alone.
var ofHousehold = regexp.MustCompile(`(?i)\bhome[ -]?labs?\b|\bhome[ -](ops|operations)\b|\bpet[ -]projects?\b|\bhobby\b` +
	`|\bmy (own |personal |private |little )?(home|house|household)\b` +
	`|\bmy (own |personal |private )(cloud|cluster|kubernetes|k8s|k3s|infra)` +
	`|\bhome ([\w-]+ ){0,2}(servers?|kubernetes|k8s|k3s|infrastructure)\b` +
	`|\bpersonal ([\w-]+ ){0,2}(clusters?|cloud|kubernetes|k8s|k3s|infra|infrastructure)\b`)

// ofOthers are words by which a sentence is about more than a household.
var ofOthers = regexp.MustCompile(`(?i)\b(enterprises?|compan(y|ies)|customers?|business(es)?|from home|(to|and|or) production)\b`)

// Household is the sentence at the head of a README by which what stands in its folder is
// that of a household; empty where there is none.
func Household(readme string) string {
	for _, line := range headOf(readme, "<") {
		for said := range strings.SplitSeq(line, ". ") {
			if found := ofHousehold.FindString(said); found != "" && !ofOthers.MatchString(said) {
				return brief(said, found)
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
