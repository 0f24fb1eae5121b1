package gitops

import (
	"context"
	"path/filepath"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// transformed is what kustomize makes of documents of a directory with the
// transformations that an object asks for. Where kustomize fails the documents
// stay as they are, and what the object asks for is missing.
func (r *repository) transformed(ctx context.Context, dir string, built unit.Built, k kustomizetypes.Kustomization, by object) unit.Built {
	nothing := k.Namespace == "" && k.NamePrefix == "" && k.NameSuffix == "" &&
		len(k.Patches)+len(k.Components)+len(k.Replicas)+len(k.Images)+len(k.Labels)+len(k.CommonAnnotations) == 0
	if nothing || ctx.Err() != nil || len(built.Documents) == 0 {
		return built
	}
	over, err := r.kustomize.Over(ctx, dir, built.Documents, k)
	built.Missing = append(built.Missing, over.Missing...)
	if err != nil {
		why := "changes what it applies, which kustomize cannot: " + words.OneLine(err.Error())
		built.Missing = append(built.Missing, by.asks(why, by.render()))
		return built
	}
	built.Documents = over.Documents
	built.Files = append(built.Files, over.Files...)
	return built
}

// render is how to have what an object applies written out.
func (o object) render() string {
	if o.kind == "Application" || o.kind == "ApplicationSet" {
		return "argocd app manifests " + o.name + " | onus check -"
	}
	return "flux build kustomization " + o.name
}

// components are those of an object that are here; the others are missing in
// what is built.
func (r *repository) components(dir string, asked []string, built *unit.Built, by object) []string {
	var here []string
	for _, c := range asked {
		if r.has(filepath.Join(dir, filepath.FromSlash(c)), kustomize.Names...) {
			here = append(here, c)
		} else {
			built.Missing = append(built.Missing, by.asks("applies the component "+c+", which is not here", by.render()))
		}
	}
	return here
}
