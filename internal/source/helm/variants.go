package helm

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/source/unit"
)

// environments are patterns of files of values beside a chart's own: one is
// written for each place where the chart is installed.
var environments = []string{"values-*.yaml", "values-*.yml", "values.*.yaml", "values.*.yml"}

// trials are those that chart-testing installs the chart with, one after the
// other: https://github.com/helm/chart-testing/blob/main/doc/ct_install.md.
var trials = []string{"ci/*-values.yaml"}

// notValues is a word of the name of a file beside a chart's values that holds none: a schema, of which the keys of
// values are told.
var notValues = regexp.MustCompile(`(?i)[-._]schema\.ya?ml$`)

// forChecks is a word of the name of a file of values with which a chart is linted or tried, and installed nowhere.
var forChecks = regexp.MustCompile(`(?i)[-._](?:lint|linter|linting|ci|ct|e2e|kubeconform|kubeval|unittest|unit-?tests?)[-._]`)

// forTests is that of one that may be for an environment of that name, if it is one of several.
var forTests = regexp.MustCompile(`(?i)[-._]tests?[-._]`)

// ofDeployments tells the files of values that a chart is installed with from those that it is only checked with.
func ofDeployments(files []string) (installed, checked []string) {
	for _, f := range files {
		if name := filepath.Base(f); forChecks.MatchString(name) || len(files) == 1 && forTests.MatchString(name) {
			checked = append(checked, f)
		} else {
			installed = append(installed, f)
		}
	}
	return installed, checked
}

// matching are the regular files below a directory that fit a pattern, sorted.
func matching(in *unit.Tree, dir string, patterns []string) []string {
	var all []string
	for _, pattern := range patterns {
		found, _ := filepath.Glob(filepath.Join(escaped.Replace(dir), filepath.FromSlash(pattern)))
		for _, f := range found {
			if in.IsFile(f) && !slices.Contains(all, f) && !notValues.MatchString(f) {
				all = append(all, f)
			}
		}
	}
	slices.Sort(all)
	return all
}

// escaped makes a pattern of a path, that fits nothing else.
var escaped = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

// content is the same for two renderings of which nothing that onus looks at
// differs: objects of other kinds, and the checksums by which pods restart when
// a ConfigMap changes, do not count.
func (r *Release) content() string {
	var parts []string
	for _, d := range r.Documents {
		kind := topValue(strings.Split(string(d.Data), "\n"), "kind")
		if kind == "" || looked[kind] || applying[kind] || strings.HasSuffix(kind, "List") {
			parts = append(parts, withoutChecksums(d.Data))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n---\n")
}

// objects names the objects of a rendering that onus looks at, whatever is in
// them. What chart-testing tries differs in much that does not matter.
func (r *Release) objects() string {
	var names []string
	for _, d := range r.Documents {
		if !looked[topValue(strings.Split(string(d.Data), "\n"), "kind")] {
			continue
		}
		var o struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if yaml.Unmarshal(d.Data, &o) == nil {
			names = append(names, o.Kind+" "+o.Metadata.Namespace+" "+o.Metadata.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// looked are the kinds that onus looks at.
var looked = func() map[string]bool {
	all := make(map[string]bool, len(kubernetes.Kinds))
	for _, k := range kubernetes.Kinds {
		all[k.Name] = true
	}
	return all
}()

// applying are the kinds of Argo CD and Flux by which a chart has others applied.
var applying = map[string]bool{"Application": true, "ApplicationSet": true, "Kustomization": true, "HelmRelease": true}

func withoutChecksums(data []byte) string {
	var kept strings.Builder
	for line := range bytes.Lines(data) {
		if key, _, ok := bytes.Cut(bytes.TrimSpace(line), []byte(":")); !ok || !bytes.HasPrefix(bytes.Trim(key, `"'`), []byte("checksum/")) {
			kept.Write(line)
		}
	}
	return kept.String()
}
