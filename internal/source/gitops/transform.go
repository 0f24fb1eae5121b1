package gitops

import (
	"context"
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// transformed is what kustomize makes of documents with the transformations that
// an object asks for. Each document keeps its source. Where kustomize fails the
// documents stay as they are, and what the object asks for is missing.
func transformed(ctx context.Context, built unit.Built, k kustomizetypes.Kustomization, by object) unit.Built {
	if ctx.Err() != nil || len(built.Documents) == 0 || k.Namespace == "" && k.NamePrefix == "" && k.NameSuffix == "" && len(k.Patches) == 0 {
		return built
	}
	documents, err := kustomized(built.Documents, k)
	if err != nil {
		built.Missing = append(built.Missing, by.asks("changes what it applies, which kustomize cannot: "+words.OneLine(err.Error()), "flux build kustomization "+by.name))
		return built
	}
	built.Documents = documents
	return built
}

// kustomized builds documents in memory.
func kustomized(documents []unit.Document, k kustomizetypes.Kustomization) ([]unit.Document, error) {
	fs := filesys.MakeFsInMemory()
	source := map[string]unit.Document{}
	for i, d := range documents {
		name := fmt.Sprintf("%d.yaml", i)
		if err := fs.WriteFile(name, d.Bytes); err != nil {
			return nil, err
		}
		source[name] = d
		k.Resources = append(k.Resources, name)
	}
	k.BuildMetadata = []string{kustomizetypes.OriginAnnotations}
	text, err := yaml.Marshal(k)
	if err != nil {
		return nil, err
	}
	if err := fs.WriteFile("kustomization.yaml", text); err != nil {
		return nil, err
	}
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, ".")
	if err != nil {
		return nil, err
	}
	var all []unit.Document
	for _, r := range made.Resources() {
		from, err := r.GetOrigin()
		if err != nil {
			return nil, err
		}
		if err := r.SetOrigin(nil); err != nil {
			return nil, err
		}
		data, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		d := unit.Document{Bytes: data}
		if from != nil {
			d.File, d.Line = source[from.Path].File, source[from.Path].Line
		}
		all = append(all, d)
	}
	return all, nil
}
