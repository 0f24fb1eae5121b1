package source

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// pipelines are the files by which repositories have what stands in them built and deployed, as
// patterns of paths from their top.
var pipelines = []string{
	".github/workflows/*.y*ml", ".gitlab-ci.yml", ".gitlab/*.yml", ".circleci/config.yml", "azure-pipelines*.y*ml", "bitbucket-pipelines.yml",
	"Jenkinsfile", "cloudbuild*.y*ml", "Tiltfile", "skaffold.yaml", "compose*.y*ml", "docker-compose*.y*ml",
}

// retired gives folders that are by their names of what is no longer used, such as legacy for what
// speaks to an older system, back to what is deployed where a pipeline of the repository has them.
func (d *door) retired(in *unit.Tree) {
	var folders []string
	for _, file := range in.Files {
		for dir := filepath.Dir(file); dir != in.Root && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if purpose.OfFolder(filepath.Base(dir)) == purpose.Retired && !slices.Contains(folders, dir) {
				folders = append(folders, dir)
			}
		}
	}
	if len(folders) == 0 {
		return
	}
	text := pipelinesOf(in)
	for _, dir := range folders {
		name, err := filepath.Rel(in.Top(), dir)
		if err == nil && has(text, filepath.ToSlash(name), func(other string) bool { return in.IsDir(filepath.Join(in.Top(), other)) }) {
			d.folders.Use(filepath.ToSlash(dir))
		}
	}
}

// longestPipeline bounds the pipelines that are looked through, in bytes: people write them by hand.
const longestPipeline = 1 << 20

// pipelinesOf are the lines of all pipelines, but for comments and what they leave out.
func pipelinesOf(in *unit.Tree) (lines []string) {
	for _, pattern := range pipelines {
		dir, base := path.Split(pattern)
		folder := filepath.Join(in.Top(), filepath.FromSlash(dir))
		entries, err := in.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if fits, _ := path.Match(base, e.Name()); !fits {
				continue
			}
			if data, err := in.ReadFile(filepath.Join(folder, e.Name())); err == nil && len(data) <= longestPipeline {
				lines = append(lines, kept(string(data))...)
			}
		}
	}
	return lines
}

// leavesOut is a line on which something is left out, or a key of a list of what is.
var leavesOut = regexp.MustCompile(`(?i)ignore|exclud|except|-not\b|!`)

// kept are the lines of a pipeline that have what they name.
func kept(text string) (lines []string) {
	out := -1 // how far the key of a list of what is left out is indented
	for line := range strings.Lines(text) {
		said := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if out >= 0 && (strings.HasPrefix(said, "-") && indent >= out || indent > out) {
			continue
		}
		out = -1
		switch {
		case said == "" || strings.HasPrefix(said, "#"):
		case leavesOut.MatchString(said):
			if strings.HasSuffix(said, ":") {
				out = indent
			}
		default:
			lines = append(lines, said)
		}
	}
	return lines
}

// listOf are elements between brackets.
var listOf = regexp.MustCompile(`\[([^\[\]]*)\]`)

// has reports whether lines name a folder: by its path, which goes on or has several parts, or
// among others of the repository in a list. A single word may be anything.
func has(lines []string, name string, isFolder func(name string) bool) bool {
	end := `(?:/|$|[\s\],'"):;])`
	if !strings.Contains(name, "/") {
		end = "/"
	}
	named := regexp.MustCompile(`(?:^|[\s\[,'"(:=]|\./)` + regexp.QuoteMeta(name) + end)
	return slices.ContainsFunc(lines, func(line string) bool {
		if named.MatchString(line) {
			return true
		}
		for _, m := range listOf.FindAllStringSubmatch(line, -1) {
			var all []string
			for one := range strings.SplitSeq(m[1], ",") {
				all = append(all, strings.Trim(one, ` "'`))
			}
			beside := func(other string) bool { return other != name && other != "" && isFolder(other) }
			if slices.Contains(all, name) && slices.ContainsFunc(all, beside) {
				return true
			}
		}
		return false
	})
}
