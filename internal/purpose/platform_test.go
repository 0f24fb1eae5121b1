package purpose

import "testing"

func TestOfPlatform(t *testing.T) {
	var f Folders
	f.Add("in", []string{
		"in/aws/micro/a.yaml", "in/azure/a.yaml", "in/gcp-prod/a.yaml", "in/docs/a.yaml", "in/one/aws/a.yaml", "in/one/app/a.yaml",
		"in/two/eks/a.yaml", "in/two/eks-prod/a.yaml", "in/deploy/for-aks/a.yaml", "in/deploy/for-eks/a.yaml",
	})
	for dir, want := range map[string]string{
		"in": "", "in/docs": "", "in/aws": "in/aws", "in/aws/micro": "in/aws", "in/azure/x/y": "in/azure", "in/gcp-prod": "in/gcp-prod",
		"in/deploy/for-aks/x": "in/deploy/for-aks",
		"in/one/aws":          "", "in/one/app": "", "in/two/eks": "", "in/two/eks-prod": "", "elsewhere/aws": "",
	} {
		if got := f.OfPlatform(dir); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
	if got := new(Folders).OfPlatform("aws"); got != "" {
		t.Errorf("of no folders: %q", got)
	}
}
