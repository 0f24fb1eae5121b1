package gitops

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/words"
)

// templating is a chart that is not here, and how Helm renders it.
type templating struct {
	release, namespace         string
	chart, repository, version string
	source                     string // what it is taken from, where its address is not known
	git                        bool   // the repository is one of Git, and the chart a path in it
	revision                   string // of that
	before                     string // what gives values to it on its standard input
	flags                      []string
	beside                     string // a folder that it is checked with
}

// words say which chart it is.
func (t *templating) words() string {
	said := "the chart " + t.chart
	if t.version != "" {
		said += " " + t.version
	}
	if from := cmp.Or(t.repository, t.source); strings.TrimSpace(from) != "" {
		said += " of " + from
	}
	return said
}

// taken has values taken from where they stand in the file of an object, as far as that is a
// file of its own, no template and no kustomization, which stands for a file that is not known.
func (t *templating) taken(o object, field string) {
	if !isYAML(o.file) || kustomize.Is(o.file) || slices.Contains(strings.Split(filepath.ToSlash(o.file), "/"), "templates") {
		t.flags = append(t.flags, "-f VALUES")
		return
	}
	t.before = `yq 'select(.kind == "` + o.kind + `" and .metadata.name == "` + o.name + `") | ` + field + `' ` + words.InShell(o.file) + " | "
	t.flags = append(t.flags, "-f -")
}

// command is what renders it for onus.
func (t *templating) command() string {
	said, chart := "", words.InShell(t.chart)
	at := strings.TrimSuffix(t.repository, "/")
	var repo []string
	switch {
	case t.git && at != "":
		said, chart = fetched(at, t.revision)+" && ", words.InShell(path.Join("DIR", t.chart))
	case t.git:
		chart = words.InShell(path.Join("DIR", t.chart))
	case strings.HasPrefix(at, "oci://"):
		chart = words.InShell(at + "/" + t.chart)
	case at != "":
		repo = []string{"--repo", words.InShell(at)}
	case strings.Contains(t.chart, "/"): // a path, an address, or of a repository that Helm knows by a name
	default:
		chart = "REPO/" + chart
	}
	all := append([]string{"helm template", words.InShell(t.release), chart}, repo...)
	if t.version != "" && !t.git {
		all = append(all, "--version", words.InShell(t.version))
	}
	if t.namespace != "" {
		all = append(all, "-n", words.InShell(t.namespace))
	}
	said += t.before + strings.Join(append(all, t.flags...), " ") + " | onus check -"
	if t.beside != "" {
		said += " " + words.InShell(t.beside)
	}
	return said
}
