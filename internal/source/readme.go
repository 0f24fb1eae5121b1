package source

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/purpose"
)

// readmeName is how those of a folder are called that say what it is there for.
var readmeName = regexp.MustCompile(`(?i)^readme(\.(md|markdown|adoc|asciidoc|rst|txt))?$`)

// readmeRead is how much of one is read, in bytes: what counts stands at its head.
const readmeRead = 8 << 10

// chartFile is the file that makes a folder a chart.
const chartFile = "Chart.yaml"

// descriptionOf is what a chart says of itself; empty where it says nothing, or is no
// YAML.
func descriptionOf(text string) string {
	var chart struct {
		Description string `yaml:"description"`
	}
	if yaml.Unmarshal([]byte(text), &chart) != nil {
		return ""
	}
	return chart.Description
}

// disclaim keeps what READMEs and charts say of folders that are not for production. What cannot
// be read of them says nothing.
func (d *door) disclaim(files []string) {
	for _, file := range files {
		if filepath.Base(file) == chartFile {
			if said := purpose.Described(descriptionOf(head(file, readmeRead))); said != "" {
				d.folders.Disclaim(filepath.ToSlash(filepath.Clean(file)), said)
			}
			continue
		}
		if !readmeName.MatchString(filepath.Base(file)) {
			continue
		}
		text, at := head(file, readmeRead), filepath.ToSlash(filepath.Clean(file))
		ofChart := slices.Contains(files, filepath.Join(filepath.Dir(file), chartFile))
		if said := purpose.Disclaimed(text, ofChart); said != "" {
			d.folders.Disclaim(at, said)
		}
		if said := purpose.Household(text); said != "" {
			d.folders.AtHome(at, said)
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
