package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
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

// workflowLink is where a README links to a workflow of its repository by a path, on a line that
// speaks of deploying, or to one that is called so: others build and test.
var workflowLink = regexp.MustCompile(`(?im)^.*(?:deploy|appl(?:y|ies)).*\]\(((?:\.\./)+\.github/workflows/[\w.-]+\.ya?ml)\)` +
	`|\]\(((?:\.\./)+\.github/workflows/[\w.-]*(?:deploy|apply)[\w.-]*\.ya?ml)\)`)

// withoutPipeline keeps of folders that their READMEs have them applied by workflows of which none is
// there any more, though the repository has others: what was applied so is not, since.
func (d *door) withoutPipeline(in *unit.Tree) {
	if others, err := in.ReadDir(filepath.Join(in.Top(), kustomize.Workflows)); err != nil || len(others) == 0 {
		return
	}
	for _, file := range in.Files {
		dir := filepath.Dir(file)
		if !readmeName.MatchString(filepath.Base(file)) || filepath.Clean(dir) == filepath.Clean(in.Root) {
			continue
		}
		links := workflowLink.FindAllStringSubmatch(head(file, readmeRead), -1)
		there := slices.ContainsFunc(links, func(m []string) bool {
			_, err := in.ReadFile(filepath.Join(dir, filepath.FromSlash(m[1]+m[2])))
			return !errors.Is(err, fs.ErrNotExist)
		})
		if len(links) > 0 && !there {
			d.folders.Without(filepath.ToSlash(dir), strings.ReplaceAll(links[0][1]+links[0][2], "../", ""))
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
