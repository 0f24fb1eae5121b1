package report

import (
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// What a format shows it takes from the published value: nothing in this
// package sees what that was made from.
func TestFormatsSeeOnlyPublishedValues(t *testing.T) {
	const own = "github.com/onus-project/onus/internal/"
	may := map[string]bool{own + "report/published": true, own + "finding": true, own + "origin": true, own + "words": true}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			if path := strings.Trim(imported.Path.Value, `"`); strings.HasPrefix(path, own) && !may[path] {
				t.Errorf("%s imports %s", f.Name(), path)
			}
		}
	}
}
