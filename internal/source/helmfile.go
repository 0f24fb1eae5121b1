package source

import (
	"bufio"
	"io"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/gitops"
)

// helmfileRelease is what counts each release of a helmfile among what applies
// charts that were not read.
const helmfileRelease = "helmfile/release"

// helmfile counts the releases of a helmfile whose charts stand elsewhere, and hides
// what they may hold; those whose charts are in the input are units of their own.
// Where it may have others, these count as one.
func (r *reading) helmfile(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	var of *gitops.Deployed // the directory at hand
	if len(r.deploys) > 0 {
		of = r.deploys[len(r.deploys)-1]
	}
	releases, open := of.HelmfileReleases(r.ctx, name, text)
	if open != "" {
		r.faults = append(r.faults, of.HelmfileUnknown(name, text, open))
		r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, helmfileRelease)
	}
	for _, x := range releases {
		if r.applied[gitops.ReleaseAt(name, x.Index)] {
			continue
		}
		r.faults = append(r.faults, of.HelmfileNotHere(name, text, x))
		r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, helmfileRelease)
		if x.Namespace != "" {
			r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
				Of: "release " + x.Name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
				Scope: origin.Scope{Namespace: x.Namespace},
			})
		}
	}
	return nil
}
