package document

import (
	"fmt"
	"strings"
	"testing"
)

// Documents are cut at markers, and at nothing that only looks like one.
func TestDocuments(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"a: 1\n":                         "1:a: 1\n",
		"---\na: 1\n":                    "1:---\na: 1\n",
		"a: 1\n---\nb: 2\n":              "1:a: 1\n|2:---\nb: 2\n",
		"a: 1\n--- # two\nb: 2":          "1:a: 1\n|2:--- # two\nb: 2",
		"a: 1\r\n---\r\nb: 2\r\n":        "1:a: 1\r\n|2:---\r\nb: 2\r\n",
		"a: |\n  ---\n  b\n":             "1:a: |\n  ---\n  b\n",
		"a: 1\n----\nb: 2\n":             "1:a: 1\n----\nb: 2\n",
		"---\n---\na: 1\n---":            "1:---\n|2:---\na: 1\n|4:---",
		"# first\n---\na: 1\n---\n--- b": "1:# first\n|2:---\na: 1\n|4:---\n|5:--- b",
	} {
		var got []string
		for line, doc := range Documents([]byte(text)) {
			got = append(got, fmt.Sprintf("%d:%s", line, doc))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", text, strings.Join(got, "|"), want)
		}
	}
}
