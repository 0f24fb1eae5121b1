package kustomize

import (
	"context"
	"fmt"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// Over builds a kustomization that stands in no file: one over documents that
// were made of a directory, as a tool has it that changes what it applies. Paths
// of components are relative to the directory. Each document keeps its source.
func (b *Builder) Over(ctx context.Context, dir string, documents []unit.Document, k types.Kustomization) (unit.Built, error) {
	real, err := b.in.Inside(dir)
	if err != nil {
		return unit.Built{}, err
	}
	seen := &fileSystem{
		Builder: b, visited: map[string]prepared{}, read: map[string]bool{}, memory: map[string][]byte{},
		made: filepath.Join(real, ".made"),
	}
	source := map[string]unit.Document{}
	for i, d := range documents {
		name := fmt.Sprintf("%d.yaml", i)
		seen.memory[filepath.Join(seen.made, name)] = d.Bytes
		source[name] = d
		k.Resources = append(k.Resources, name)
	}
	from := &origins{b: b, by: map[string][]int{}}
	components := k.Components
	k.Components = nil
	for _, c := range components {
		from.walk(filepath.Join(dir, c), "", "", k.Namespace, 0)
		k.Components = append(k.Components, filepath.ToSlash(filepath.Join("..", c)))
	}
	from.index()
	k.BuildMetadata = []string{types.OriginAnnotations}
	if seen.memory[filepath.Join(seen.made, Names[0])], err = yaml.Marshal(k); err != nil {
		return unit.Built{}, err
	}
	made, err := b.krusty(ctx, seen.made, seen)
	var out built
	out.add(b, seen)
	if err != nil {
		return out.Built, err
	}
	for _, r := range made.Resources() {
		origin, err := r.GetOrigin()
		if err != nil {
			return out.Built, err
		}
		if err := r.SetOrigin(nil); err != nil {
			return out.Built, err
		}
		d, ok := b.document(dir, from, r)
		if !ok {
			continue
		}
		if origin != nil && source[origin.Path].File != "" {
			d.File, d.Line = source[origin.Path].File, source[origin.Path].Line
		}
		out.Documents = append(out.Documents, d)
	}
	return out.Built, nil
}
