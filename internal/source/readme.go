package source

import (
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/onus-project/onus/internal/purpose"
)

// readmeName is how those of a folder are called that say what it is there for.
var readmeName = regexp.MustCompile(`(?i)^readme(\.(md|markdown|adoc|asciidoc|rst|txt))?$`)

// readmeRead is how much of one is read, in bytes: what counts stands at its head.
const readmeRead = 8 << 10

// disclaim keeps what READMEs say of folders that are not for production. What cannot
// be read of them says nothing.
func (d *door) disclaim(files []string) {
	for _, file := range files {
		if !readmeName.MatchString(filepath.Base(file)) {
			continue
		}
		if said := purpose.Disclaimed(head(file, readmeRead)); said != "" {
			d.folders.Disclaim(filepath.ToSlash(filepath.Clean(file)), said)
		}
	}
}

// head is the beginning of a file; empty where it cannot be read.
func head(file string, size int64) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, size))
	return string(text)
}
