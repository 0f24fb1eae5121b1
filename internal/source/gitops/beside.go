package gitops

import (
	"path/filepath"
	"slices"
	"strings"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/words"
)

// valuesBeside are the flags by which a chart gets the files of values that a kustomization
// beside a HelmRelease, or above it, makes the ConfigMaps and Secrets of that it takes values from.
func (d *Deployed) valuesBeside(o object, spec releaseSpec) (flags []string) {
	if d.repository == nil {
		return nil
	}
	for _, from := range spec.ValuesFrom {
		if from.TargetPath != "" {
			continue
		}
		key := from.ValuesKey
		if key == "" {
			key = "values.yaml"
		}
		if file := d.repository.generatedFrom(filepath.Dir(filepath.Clean(o.file)), from.Name, key); file != "" {
			flags = append(flags, "-f "+words.InShell(file))
		}
	}
	return flags
}

// generatedFrom is the file that a kustomization in a folder, or in the one above it, makes a key
// of a ConfigMap or a Secret of; empty for none. What is built has a hash behind the name.
func (r *repository) generatedFrom(dir, name, key string) string {
	for _, at := range []string{dir, filepath.Dir(dir)} {
		for _, file := range kustomize.Names {
			data, err := r.in.ReadFile(filepath.Join(at, file))
			if err != nil {
				continue
			}
			var k struct {
				ConfigMaps []kustomizetypes.GeneratorArgs `json:"configMapGenerator"`
				Secrets    []kustomizetypes.GeneratorArgs `json:"secretGenerator"`
			}
			if yaml.Unmarshal(data, &k) != nil {
				continue
			}
			for _, g := range slices.Concat(k.ConfigMaps, k.Secrets) {
				if name != g.Name && !strings.HasPrefix(name, g.Name+"-") {
					continue
				}
				if made := r.keyOf(at, g.FileSources, key); made != "" {
					return made
				}
			}
		}
	}
	return ""
}

// keyOf is the file of a generator that a key is made of: KEY=FILE, or a file of that name.
func (r *repository) keyOf(dir string, files []string, key string) string {
	for _, file := range files {
		called, from, named := strings.Cut(file, "=")
		if !named {
			called, from = filepath.Base(file), file
		}
		if p := filepath.Join(dir, filepath.FromSlash(from)); called == key && r.in.IsFile(p) {
			return filepath.ToSlash(p)
		}
	}
	return ""
}

// budgetsBeside is the folder that an object stands in, where budgets stand in it as files, which
// what the chart makes is to be checked with; empty for others.
func (d *Deployed) budgetsBeside(o object) string {
	if d.repository == nil || o.file == "" {
		return ""
	}
	dir := filepath.Dir(filepath.Clean(o.file))
	for _, file := range d.repository.in.Files {
		if filepath.Dir(filepath.Clean(file)) != dir || !isYAML(file) {
			continue
		}
		if data, err := d.repository.in.ReadFile(file); err == nil && strings.Contains(string(data), "kind: PodDisruptionBudget") {
			return filepath.ToSlash(dir)
		}
	}
	return ""
}
