package gitops

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/words"
)

// valuesBeside are the flags by which a chart gets the values that a HelmRelease takes from
// ConfigMaps and Secrets: the files that a kustomization beside it, or above it, makes them of, or
// where a ConfigMap stands. VALUES are those that it cannot do without and that stand nowhere.
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
		file := d.repository.generatedFrom(filepath.Dir(filepath.Clean(o.file)), from.Name, key)
		stands := d.repository.standing(from, o.namespace, key)
		switch {
		case file != "":
			flags = append(flags, "-f "+words.InShell(file))
		case stands != "":
			flags = append(flags, "-f "+stands)
		case !from.Optional:
			flags = append(flags, "-f VALUES")
		}
	}
	return flags
}

// standing gives the key of a ConfigMap that stands in a file; empty where there is none.
func (r *repository) standing(from valuesFrom, namespace, key string) string {
	data, ok := configMap(r.configs, namespace, from.Name)
	if _, has := data[key]; from.Kind != "ConfigMap" || !ok || !has {
		return ""
	}
	for _, o := range r.configs {
		if o.kind == "ConfigMap" && o.name == from.Name && isYAML(o.file) {
			return `<(yq 'select(.kind == "ConfigMap" and .metadata.name == "` + o.name + `") | .data["` + key + `"]' ` +
				words.InShell(o.file) + ")"
		}
	}
	return ""
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

// keyOf is the file of a generator that a key is made of: KEY=FILE, or a file of that name. One
// that is encrypted holds no values that Helm could read.
func (r *repository) keyOf(dir string, files []string, key string) string {
	for _, file := range files {
		called, from, named := strings.Cut(file, "=")
		if !named {
			called, from = filepath.Base(file), file
		}
		p := filepath.Join(dir, filepath.FromSlash(from))
		if called != key {
			continue
		}
		if data, err := r.in.ReadFile(p); err == nil && !bytes.Contains(data, []byte("ENC[")) { // by sops
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
