package compute

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// Whether rules of an account let the provider launch its nodes, by what they let through and
// where the nodes are.
func TestLaunchAllowed(t *testing.T) {
	const keeps = "keeps no image"
	lets := func(accounts ...string) cloud.LaunchRule { return cloud.LaunchRule{Limits: true, Lets: accounts} }
	const virginia, oregon = "992382739861", "767397842682"
	all := slices.Sorted(maps.Values(knowledge(t).Offering("eks-auto-mode").Launches.Accounts))
	for name, x := range map[string]struct {
		rule   cloud.LaunchRule
		region string
		want   finding.Verdict
		says   string
	}{
		"off":                              {cloud.LaunchRule{}, "", finding.Held, keeps},
		"all Regions":                      {lets(all...), "", finding.Held, keeps},
		"all of the owner":                 {lets("amazon"), "", finding.Held, keeps},
		"its Region":                       {lets(virginia), "us-east-1", finding.Held, keeps},
		"another Region":                   {lets(virginia), "us-west-2", finding.Broken, "in us-west-2"},
		"nobody":                           {lets(), "", finding.Broken, "does not let through"},
		"others":                           {lets("123456789012"), "", finding.Broken, "does not let through"},
		"some Regions":                     {lets(virginia, oregon), "", finding.Unknown, "in which one"},
		"a Region that nobody knows":       {lets(all...), "mars-1", finding.Unknown, "mars-1"},
		"may let others through":           {cloud.LaunchRule{Limits: true, MayLet: "by name"}, "", finding.Unknown, "by name"},
		"may let through, and surely does": {cloud.LaunchRule{Limits: true, MayLet: "by name", Lets: all}, "", finding.Held, keeps},
		"may keep more back":               {cloud.LaunchRule{MayDeny: "by type"}, "", finding.Unknown, "by type"},
		"may keep more back, and does":     {cloud.LaunchRule{Limits: true, MayDeny: "by type"}, "", finding.Broken, "does not let through"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &kubernetes.Estate{}
			if x.region != "" {
				k.Nodes = []kubernetes.Node{{Name: "a", Labels: map[string]string{"topology.kubernetes.io/region": x.region}}}
			}
			x.rule.Kind, x.rule.Name = "ServiceControlPolicy", "images"
			found := launched(t, "eks-auto-mode", k, x.rule)
			if len(found) != 1 {
				t.Fatalf("%d findings", len(found))
			}
			f := found[0]
			if f.Verdict != x.want || !strings.Contains(f.Message, x.says) {
				t.Errorf("is %s: %s", f.Verdict, f.Message)
			}
			if f.Verdict == finding.Broken && (f.Fix == nil || f.Consequence == "" || f.Severity != "medium") {
				t.Errorf("lacks a fix or a consequence, or is %s: %+v", f.Severity, f)
			}
		})
	}
}

// Rules for images say nothing where nobody launches nodes from images of his own.
func TestLaunchAllowedElsewhere(t *testing.T) {
	if found := launched(t, "gke-autopilot", &kubernetes.Estate{}, cloud.LaunchRule{Limits: true}); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

// launched are the findings on a rule for images in an estate that runs on an offering.
func launched(t *testing.T, as string, k *kubernetes.Estate, rule cloud.LaunchRule) []finding.Finding {
	t.Helper()
	c := knowledge(t)
	e := &estate.Estate{Kubernetes: k, Cloud: cloud.Estate{Launch: []cloud.LaunchRule{rule}}, Today: today}
	result, err := check.Run(t.Context(), every, c, e, locate.Locate(c, k, c.Offering(as), nil))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(result.Findings, func(f finding.Finding) bool { return f.Obligation != LaunchAllowed.ID })
}
