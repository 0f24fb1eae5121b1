package gitops

import (
	"context"
	"path"
	"strings"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
)

// kustomizationSpec is what a Kustomization of Flux says.
//
// Source: fluxcd.io/flux/components/kustomize/kustomizations.
type kustomizationSpec struct {
	Path            string                 `json:"path"`
	SourceRef       sourceRef              `json:"sourceRef"`
	Suspend         bool                   `json:"suspend"`
	TargetNamespace string                 `json:"targetNamespace"`
	NamePrefix      string                 `json:"namePrefix"`
	NameSuffix      string                 `json:"nameSuffix"`
	Patches         []kustomizetypes.Patch `json:"patches"`
	Components      []string               `json:"components"`
	PostBuild       *postBuild             `json:"postBuild"`
}

type sourceRef struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// fluxObjects are Kustomizations of Flux.
type fluxObjects struct{ *repository }

// fluxKustomization is the directory that a Kustomization applies, where it is in
// the repository.
func (r fluxObjects) fluxKustomization(o object) []application {
	var spec kustomizationSpec
	if o.spec(&spec) != nil {
		return nil
	}
	dir, ok := r.sourced(o, spec)
	if !ok {
		return nil
	}
	build := func(ctx context.Context) unit.Built {
		var lacks unit.Built
		built, k := unit.Built{}, spec.transformation()
		// Flux writes components into the kustomization that is there.
		if components := r.components(dir, spec.Components, &lacks, o); len(components) > 0 && r.has(dir, kustomize.Names...) {
			built = r.kustomize.Including(ctx, dir, components)
		} else {
			built, k.Components = r.fluxDirectory(ctx, dir), components
		}
		built.Missing = append(built.Missing, lacks.Missing...)
		built = r.transformed(ctx, dir, built, k, o)
		return spec.PostBuild.substituted(built, r.configs, o)
	}
	return []application{{by: o, name: o.name, kind: unit.Flux, dir: dir, files: r.fluxFiles(dir), build: build, cluster: o.fluxCluster()}}
}

func (s kustomizationSpec) transformation() kustomizetypes.Kustomization {
	return kustomizetypes.Kustomization{Namespace: s.TargetNamespace, NamePrefix: s.NamePrefix, NameSuffix: s.NameSuffix, Patches: s.Patches}
}

// sourced is the directory of a Kustomization. A path into a Git repository is
// taken for one in this where there is such a directory, or below a folder that the file of the
// object stands in, which is a repository of its own where it is used; one into an artifact
// that is made of a folder of this repository leads there, and one into what is copied together
// to where it came from.
func (r fluxObjects) sourced(o object, spec kustomizationSpec) (string, bool) {
	p := path.Clean("/" + spec.Path)
	switch spec.SourceRef.Kind {
	case "GitRepository", "":
		if p == "/" { // every repository has it
			return "", false
		}
		if from, ok := (Sources{r.configs}).find(spec.SourceRef, o); ok && r.others.has(from.URL) {
			return "", false
		}
		if dir, ok := r.lookup(p); ok {
			return dir, true
		}
		return r.lookupAbove(p, o.file)
	case "OCIRepository", "Bucket":
		if p != "/" {
			return r.inArtifact(spec.SourceRef, p)
		}
	case "ExternalArtifact":
		return r.copied(spec.SourceRef, p)
	}
	return "", false
}

// generatorSpec is what an ArtifactGenerator of Flux copies into artifacts.
//
// Source: fluxcd.io/flux/components/source/artifactgenerators.
type generatorSpec struct {
	Sources   []sourceRef `json:"sources"`
	Artifacts []struct {
		Name string `json:"name"`
		Copy []struct {
			From string `json:"from"`
			To   string `json:"to"`
		} `json:"copy"`
	} `json:"artifacts"`
}

// copied is the directory that a path in an artifact came from, in this repository.
func (r fluxObjects) copied(ref sourceRef, p string) (string, bool) {
	for _, o := range r.configs {
		var spec generatorSpec
		if !o.is(fluxArtifact, "ArtifactGenerator") || o.spec(&spec) != nil {
			continue
		}
		for _, a := range spec.Artifacts {
			if a.Name != ref.Name {
				continue
			}
			for _, c := range a.Copy {
				from, ok := inCopy(c.From, c.To, p)
				if !ok {
					continue
				}
				for _, source := range spec.Sources {
					if dir, here := r.inArtifact(source, from); here {
						return dir, true
					}
				}
				return r.lookup(from)
			}
		}
	}
	return "", false
}

// inCopy is the path that was copied to p: @source/apps/base/** to
// @artifact/base/ has /base/x from /apps/base/x. Of a folder that is copied as one, no more
// than the folder itself is looked for, whether it goes to or into what is named.
func inCopy(from, to, p string) (string, bool) {
	_, from, _ = strings.Cut(from, "/")
	from, all := strings.CutSuffix("/"+from, "/**")
	to, artifact := strings.CutPrefix(to, "@artifact")
	if !artifact {
		return "", false
	}
	if !all {
		folder, into := path.Clean(from), path.Clean("/"+to)
		return folder, strings.HasSuffix(from, "/") && into != "/" && (p == into || p == path.Join(into, path.Base(folder)))
	}
	to = path.Clean("/" + to)
	if to == "/" {
		return path.Join(from, p), true
	}
	rest, ok := strings.CutPrefix(p, to)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return path.Join(from, rest), true
}
