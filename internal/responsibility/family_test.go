package responsibility

import (
	"strings"
	"testing"
)

// A word that several names begin with means those, before any that is only spelled alike.
func TestFamily(t *testing.T) {
	names := []string{"self-hosted", "eks-standard", "aks", "eks-auto-mode", "sagemaker-hyperpod-eks",
		"eks-fargate", "ecs-fargate", "rosa-hcp"}
	for typed, want := range map[string]string{
		"eks": "eks-standard eks-auto-mode eks-fargate",
		"EKS": "eks-standard eks-auto-mode eks-fargate", "fargate": "eks-fargate ecs-fargate",
		"hyperpod": "sagemaker-hyperpod-eks", "ek": "", "ak": "", "hcp": "rosa-hcp", "": "",
	} {
		if got := strings.Join(Family(typed, names), " "); got != want {
			t.Errorf("%s: %q, want %q", typed, got, want)
		}
	}
	if got := strings.Join(Nearest("akz", names), " "); got != "aks" {
		t.Errorf("akz: %q", got)
	}
	many := strings.Fields("a-1 a-2")
	for range 3 {
		many = append(many, "abc-1", "abc-2", "abc-3")
	}
	if got := Family("abc", many); len(got) != mostOfFamily {
		t.Errorf("%d of a large family", len(got))
	}
}
