package gitops

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// filled is a file of values whose name a template of a chart writes in part, as a
// list has it: values-{{ .Values.environment }}.yaml.
var filledName = regexp.MustCompile(`(?m)^\s*-\s+["']?([^"'\s{]*)\{\{[^}]*\}\}([^"'\s{]*)["']?\s*$`)

// byEnvironment are the sources that a source is, where a template writes the names
// of its files of values and what it fills in is not known: one for each environment
// of which there are such files. Else it is the source itself.
func (r argoApps) byEnvironment(o object, s argoSource, dir string, refs map[string]bool) map[string]argoSource {
	patterns := map[int][]string{} // by file: how its name begins and ends
	names := map[string]bool{}
	for i, file := range s.Helm.ValueFiles {
		if _, is := r.valueFile(file, dir, refs); is {
			continue
		}
		for _, p := range r.written(o) {
			if len(file) < len(p[0])+len(p[1]) || !strings.HasPrefix(file, p[0]) || !strings.HasSuffix(file, p[1]) {
				continue
			}
			patterns[i] = p
			for _, name := range r.fillings(p, dir, refs) {
				names[name] = true
			}
		}
	}
	all := map[string]argoSource{}
	for name := range names {
		one := s
		one.Helm.ValueFiles = slices.Clone(s.Helm.ValueFiles)
		for i, p := range patterns {
			one.Helm.ValueFiles[i] = p[0] + name + p[1]
		}
		all[name] = one
	}
	if len(all) == 0 {
		all[o.environment] = s
	}
	return all
}

// written are the names of files that the template of an object fills in: how each
// begins and ends.
func (r argoApps) written(o object) [][]string {
	data, err := r.in.ReadFile(o.file)
	if err != nil || !r.isTemplate(o.file) {
		return nil
	}
	var all [][]string
	for _, m := range filledName.FindAllStringSubmatch(string(data), -1) {
		all = append(all, m[1:])
	}
	return all
}

// fillings are what a name can be filled in with, so that there is such a file.
func (r argoApps) fillings(name []string, dir string, refs map[string]bool) []string {
	begin, _ := r.valueFile(name[0]+"*"+name[1], dir, refs)
	before, after, _ := strings.Cut(begin, "*")
	found, _ := filepath.Glob(begin)
	var all []string
	for _, file := range found {
		if r.in.IsFile(file) {
			all = append(all, strings.TrimSuffix(strings.TrimPrefix(file, before), after))
		}
	}
	return all
}
