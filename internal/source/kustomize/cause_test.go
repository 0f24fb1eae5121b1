package kustomize

import "testing"

// What kustomize says begins with the way that it went, and ends with what is wrong.
func TestCauseOf(t *testing.T) {
	for said, want := range map[string]string{
		"no matches for Id Deployment.v1.apps/web": "no matches for Id Deployment.v1.apps/web",
		"accumulating resources: accumulation err='accumulating resources from '../../base': open ./app/base: invalid argument': " +
			"recursed accumulation of path './app/base': accumulating resources: accumulation err='accumulating resources from " +
			"'crds.yaml': missing Resource metadata': must build at directory: not a valid directory: './app/base/crds.yaml'": //
		"missing Resource metadata (in app/base/crds.yaml)",
		`accumulating components: accumulateDirectory: "recursed accumulation of path './components/a': accumulating components: ` +
			`accumulateDirectory: \\"recursed accumulation of path './components/b': merging from generator &{0x374e6b3b2dd0 <nil>}: ` +
			`id resid.ResId{Gvk:resid.Gvk{Group:\\"\\", Version:\\"v1\\", Kind:\\"ConfigMap\\", isClusterScoped:false}, ` +
			`Name:\\"env\\", Namespace:\\"\\"} does not exist; cannot merge\\""`: "ConfigMap env does not exist; cannot merge (in components/b)",
		"accumulating resources: accumulation err='accumulating resources from 'a.yaml': may not add resource with an already registered id': " +
			"must build at directory: not a valid directory": "may not add resource with an already registered id (in a.yaml)",
	} {
		if got := causeOf(said); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", said, got, want)
		}
	}
}
