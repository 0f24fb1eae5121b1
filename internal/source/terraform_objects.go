package source

import (
	"bytes"
	"encoding/json"
	"path/filepath"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/terraform"
)

// madeByTerraform reads the objects of Kubernetes that the Terraform among some files makes, each
// as of the file that it stands in. What something rests on and is not known until Terraform
// runs makes the object one that could not be read: such a PDB may cover what stands beside it.
// Templates are the files that such objects were made of.
func (d *door) madeByTerraform(files []string) (each []*reading, of []string, templates map[string]bool) {
	c := terraform.Configuration{Read: d.inTree, Aside: d.asideOfTerraform}
	makes := false
	for _, file := range files {
		if !isTerraform(beginning{name: file}) {
			continue
		}
		text, ok := d.in.text(file)
		if !ok {
			var err error
			if text, err = document.ReadFile(file, mostTerraform); err != nil {
				continue // of which the reading of the file tells
			}
		}
		makes = makes || bytes.Contains(text, []byte(`"kubernetes_`)) || bytes.Contains(text, []byte(`"kubectl_`))
		_ = c.Add(file, text) // the same
	}
	if !makes {
		return nil, nil, nil
	}
	templates = map[string]bool{}
	at := map[string]*reading{}
	for _, o := range c.Made() {
		r := at[o.Position.File]
		if r == nil {
			r = d.reading(d.plain.unit)
			at[o.Position.File] = r
			each, of = append(each, r), append(of, o.Position.File)
		}
		r.terraformed(o)
		for _, file := range o.Templates {
			templates[filepath.Clean(file)] = true
		}
	}
	return each, of, templates
}

// mostTerraform is more MiB than any file of Terraform has.
const mostTerraform = 16

func (r *reading) terraformed(o terraform.Object) {
	if len(o.Open) == 0 {
		data, err := json.Marshal(o.Value)
		if err != nil {
			return // of what YAML or HCL holds there is none
		}
		for _, f := range manifest.Built(o.Position.File, o.Position.Line, nil, data, &r.kubernetes) {
			r.fault(f)
		}
		return
	}
	if !restsOn(o.APIVersion, o.Kind) {
		return
	}
	f := origin.Fault{
		File: o.Position.File, Line: o.Position.Line, Unit: r.unitName(),
		Reason: terraform.WhyNotKnown, Hint: "apply it, and check the cluster",
	}
	r.faults = append(r.faults, f)
	r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
		Of: f.At(), Kind: o.Kind, Cause: origin.Unreadable, Reason: f.Reason, Scope: r.scope(f.File),
	})
}

// installs names the charts that Terraform installs and that are not in the input, and hides what
// they may hold; the others are units of their own.
func (r *reading) installs() {
	for _, x := range r.modules.Releases() {
		if r.applied[gitops.TerraformAt(x)] {
			continue
		}
		f := r.deployedBy(x.Position.File).TerraformNotHere(x)
		f.Unit = r.unitName()
		r.faults = append(r.faults, f)
		r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, terraform.Group+terraform.ReleaseType)
		if x.Namespace != "" {
			r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
				Of: "release " + x.Name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
				Scope: origin.Scope{Namespace: x.Namespace},
			})
		}
	}
}

// restsOn reports whether a verdict on what stands beside it may rest on an object of a kind; of
// what version it is, or which kind, may not be known. What is no kind of Kubernetes itself may
// make pods.
func restsOn(version, kind string) bool {
	switch kind {
	case "", "PodDisruptionBudget", "Service", "HorizontalPodAutoscaler":
		return true
	}
	return kubernetes.MakesPods(kind) && (version == "" || manifest.Matters(version, kind))
}
