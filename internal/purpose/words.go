package purpose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/document"
)

// wordsFile is where the words of names stand, in the catalog.
const wordsFile = "purpose.yaml"

// known are the words of the catalog. They are part of the program, so that a fault of
// them is one of its own.
var known = sync.OnceValue(func() *vocabulary {
	data, err := catalog.Files.ReadFile(wordsFile)
	if err != nil {
		panic(fmt.Sprintf("reading the words of names: %v", err))
	}
	words, err := parse(data)
	if err != nil {
		panic(fmt.Sprintf("reading the words of names: %v", err))
	}
	return words
})

// vocabulary is the form of the file.
type vocabulary struct {
	Folders            []rule              `json:"folders"`
	Aside              []string            `json:"aside"`
	Endings            []rule              `json:"endings"`
	Namespaces         []rule              `json:"namespaces"`
	Objects            []rule              `json:"objects"`
	ObjectEndings      []rule              `json:"objectEndings"`
	Files              []rule              `json:"files"`
	ObjectsAmong       []rule              `json:"objectsAmong"`
	Environments       []environment       `json:"environments"`
	Besides            []string            `json:"besides"`
	Variables          []variable          `json:"variables"`
	VariableEndings    []string            `json:"variableEndings"`
	EnvironmentFolders []string            `json:"environmentFolders"`
	Holders            []string            `json:"holders"`
	Forms              []string            `json:"forms"`
	Deploying          []string            `json:"deploying"`
	Infrastructure     []string            `json:"infrastructure"`
	General            []string            `json:"general"`
	Platforms          []string            `json:"platforms"`
	FromOthers         []string            `json:"fromOthers"`
	Testing            []string            `json:"testing"`
	OwnMachine         []string            `json:"ownMachine"`
	READMEs            map[string][]string `json:"readmes"`
}

// rule are names of one purpose.
type rule struct {
	For   string   `json:"for"`
	Words []string `json:"words"`
	// Exact says that the name is the whole word. Of other folders it may go on after a
	// dash: test-apps, sample-manifests.
	Exact bool `json:"exact,omitempty"`
	// Alone says that objects and files are called so for other reasons.
	Alone bool `json:"alone,omitempty"`
	// Place says that places to run in are called so, too: see Folders.
	Place bool `json:"place,omitempty"`

	purpose Purpose // by For
}

// environment are names of one kind of environments.
type environment struct {
	Words      []string `json:"words"`
	Production bool     `json:"production,omitempty"` // the last one; others come before it
	Tried      bool     `json:"tried,omitempty"`      // nobody counts on what runs there but who tries it
	Place      bool     `json:"place,omitempty"`      // a folder beside one is a place to run in as well
}

// variable are names of variables that tell a program in which environment it runs.
type variable struct {
	Words []string `json:"words"`
	Built bool     `json:"built,omitempty"` // production says how it was built, and not where it runs
}

// purposes are what the file calls them.
var purposes = map[string]Purpose{
	"tests": Tests, "development": Development, "staging": Staging, "samples": Samples, "tutorials": Tutorials, "retired": Retired,
	"copies": Copies,
}

// parse reads the words. Fields that do not stand in it are faults, as are purposes that
// there are not.
func parse(data []byte) (*vocabulary, error) {
	doc, err := document.Parse(data, 1)
	if err != nil {
		return nil, document.In(wordsFile, err)
	}
	text, err := doc.JSON()
	if err != nil {
		return nil, document.In(wordsFile, err)
	}
	var words vocabulary
	if err := doc.DecodePart("", text, &words, json.RejectUnknownMembers(true)); err != nil {
		return nil, document.In(wordsFile, err)
	}
	for _, rules := range [][]rule{
		words.Folders, words.Endings, words.Namespaces, words.Objects, words.ObjectEndings, words.ObjectsAmong, words.Files,
	} {
		for i := range rules {
			if rules[i].purpose = purposes[rules[i].For]; rules[i].purpose == Deployed {
				return nil, &document.Error{File: wordsFile, Msg: fmt.Sprintf("%q is no purpose", rules[i].For)}
			}
		}
	}
	return &words, nil
}

// ruleOf is the one of some rules that has a word.
func ruleOf(rules []rule, word string) (rule, bool) {
	for _, r := range rules {
		if slices.Contains(r.Words, word) {
			return r, true
		}
	}
	return rule{}, false
}

// environment are those that have a name; nil for none.
func (v *vocabulary) environment(name string) *environment {
	for i := range v.Environments {
		if slices.Contains(v.Environments[i].Words, name) {
			return &v.Environments[i]
		}
	}
	return nil
}

// holds reports whether folders in one of a name are places to run in.
func (v *vocabulary) holds(folder string) bool {
	return slices.Contains(v.Holders, folder) || slices.Contains(v.EnvironmentFolders, folder)
}

// deploys reports whether a folder of a name holds what is deployed.
func (v *vocabulary) deploys(folder string) bool {
	return slices.Contains(v.Deploying, folder) || slices.Contains(v.Forms, folder)
}

// place reports whether a name is that of a place to run in, or of what those have in
// common.
func (v *vocabulary) place(name string) bool {
	e := v.environment(name)
	return e != nil && e.Place || slices.Contains(v.Besides, name)
}

// named is a list of words in a pattern, by its name: {shown}.
var listName = regexp.MustCompile(`\{([A-Za-z]+)\}`)

// pattern is a regular expression, in which lists of words of READMEs stand by their names,
// for any of them. It passes over the difference between small and capital letters.
func (v *vocabulary) pattern(text string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + listName.ReplaceAllStringFunc(text, func(name string) string {
		words := v.READMEs[strings.Trim(name, "{}")]
		if len(words) == 0 {
			panic("there are no words " + name + " of READMEs")
		}
		quoted := make([]string, len(words))
		for i, word := range words {
			quoted[i] = regexp.QuoteMeta(word)
		}
		return "(?:" + strings.Join(quoted, "|") + ")"
	}))
}
