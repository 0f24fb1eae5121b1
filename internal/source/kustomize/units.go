package kustomize

import (
	"context"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/source/unit"
)

// Units finds the kustomizations of an input that no other one of it includes,
// and the files that any of them names. Bases and components are built as part
// of what includes them; a component that nothing includes is built nowhere.
func (b *Builder) Units(ctx context.Context) (units []unit.Found, named []string) {
	in := b.in
	var all []*kustomization
	included := map[string]bool{}
	for _, file := range in.Files {
		if ctx.Err() != nil {
			return nil, nil
		}
		if !Is(file) || fileIn(in, filepath.Dir(file)) != file {
			continue
		}
		k, err := parse(in, file)
		switch {
		case err != nil: // its own unit says what is wrong with it
			k = &kustomization{dir: filepath.Dir(file), file: file}
		case !k.kustomizes():
			continue
		}
		all = append(all, k)
		named = append(named, k.named()...)
		for _, dir := range k.includedDirs(in) {
			included[dir] = true
		}
	}
	omitted := omissions{in: in, hands: byHand{in: in}, by: map[string]*kustomization{}}
	for _, k := range all {
		omitted.by[k.dir] = k
	}
	for _, k := range all {
		real, err := in.Inside(k.dir)
		if err != nil || included[real] || k.component() {
			continue
		}
		units = append(units, unit.Found{
			Unit:  unit.Unit{Name: in.Name(k.dir), Kind: unit.Kustomization, Path: k.dir, Unneeded: omitted.why(k)},
			Build: func(ctx context.Context) unit.Built { return b.Build(ctx, k.dir) },
			With:  func(ctx context.Context, texts map[string][]byte) unit.Built { return b.With(ctx, k.dir, texts) },
			Read:  in.ReadFile,
		})
	}
	return units, named
}

// named are the files that a kustomization names, itself among them.
func (k *kustomization) named() []string {
	files := []string{k.file}
	add := func(n *yaml.Node) {
		if n = resolved(n); n.Kind == yaml.ScalarNode && n.Value != "" && !inline(n.Value) && !remote(n.Value) {
			files = append(files, filepath.Join(k.dir, n.Value))
		}
	}
	for _, key := range []string{
		"resources", "bases", "patchesStrategicMerge", "crds", "configurations", "generators", "transformers", "validators", "patches",
	} {
		for _, n := range k.items(key) {
			add(n)
		}
	}
	for _, key := range []string{"patches", "patchesJson6902", "replacements"} {
		for _, n := range k.items(key) {
			if path := member(resolved(n), "path"); path != nil {
				add(path)
			}
		}
	}
	for _, key := range generators {
		for _, n := range k.items(key) {
			for _, file := range sources(resolved(n)) {
				files = append(files, filepath.Join(k.dir, file))
			}
		}
	}
	return files
}

// includedDirs are the directories that a kustomization includes, as they stand
// on disk.
func (k *kustomization) includedDirs(in *unit.Tree) []string {
	var dirs []string
	for _, key := range includes {
		for _, n := range k.items(key) {
			if n = resolved(n); n.Value == "" || remote(n.Value) {
				continue
			}
			at := filepath.Join(k.dir, n.Value)
			if real, err := in.Inside(at); err == nil && in.IsDir(at) && !slices.Contains(dirs, real) {
				dirs = append(dirs, real)
			}
		}
	}
	return dirs
}
