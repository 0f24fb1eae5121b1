package purpose

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Words of READMEs are there for sentences, each list for one at least.
func TestWordsOfSentences(t *testing.T) {
	code, err := os.ReadFile("readme.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range listName.FindAllStringSubmatch(string(code), -1) {
		used[m[1]] = true
	}
	for _, name := range slices.Sorted(maps.Keys(known().READMEs)) {
		if !used[name] {
			t.Errorf("no sentence has the words %s", name)
		}
	}
	said() // panics where a sentence has words that there are not
}

// A pattern has lists of words by their names, whatever stands in them, and numbers in
// braces are what they are in any other.
func TestPattern(t *testing.T) {
	v := vocabulary{READMEs: map[string][]string{"fruits": {"apple", "a.b", "sour cherry"}}}
	is := v.pattern(`^{fruits}s? x{2,3}$`)
	for text, want := range map[string]bool{
		"apple xx": true, "Apples xxx": true, "a.b xx": true, "sour cherry xx": true, "a-b xx": false, "apple x": false, "plum xx": false,
	} {
		if is.MatchString(text) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "{nuts}") {
			t.Errorf("a list that is not there: %q", said)
		}
	}()
	v.pattern(`{nuts}`)
}

// What stands in the file and is not known is a fault with its line.
func TestParseWords(t *testing.T) {
	for text, want := range map[string]string{
		"folders: [{for: tests, words: [test]}]":       "",
		"folders: [{for: fun, words: [test]}]":         `"fun" is no purpose`,
		"objectsAmong: [{words: [test]}]":              `"" is no purpose`,
		"folders: [{for: tests, word: [test]}]":        "purpose.yaml:1: folders[0].word",
		"environments:\n- {words: [a], productive: 1}": "purpose.yaml:2: environments[0].productive",
		"general: x": "general",
		"a: [":       "purpose.yaml",
	} {
		v, err := parse([]byte(text))
		if want == "" && (err != nil || v.Folders[0].purpose != Tests) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// Words are found as names have them: in small letters, and once each where the first of
// several counts.
func TestWordsOnce(t *testing.T) {
	k := known()
	small := regexp.MustCompile(`^[a-z0-9 _-]+$`)
	var environments []string
	for _, e := range k.Environments {
		environments = append(environments, e.Words...)
	}
	var folders []string
	for _, r := range k.Folders {
		folders = append(folders, r.Words...)
	}
	for what, words := range map[string][]string{
		"environments": environments, "folders": folders, "holders": slices.Concat(k.Holders, k.EnvironmentFolders),
		"platforms": k.Platforms,
		"deploying": slices.Concat(k.Forms, k.Deploying), "general": slices.Concat(k.Forms, k.Infrastructure, k.General),
	} {
		for i, word := range words {
			if !small.MatchString(word) || slices.Contains(words[:i], word) {
				t.Errorf("%s: %q is there twice, or is no word", what, word)
			}
		}
	}
}
