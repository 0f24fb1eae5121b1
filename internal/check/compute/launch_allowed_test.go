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
	"github.com/onus-project/onus/internal/responsibility"
)

// Whether rules of an account let the provider launch its nodes, by what they let through and
// where the nodes are.
func TestLaunchAllowed(t *testing.T) {
	const keeps = "keeps no image"
	lets := func(accounts ...string) cloud.LaunchRule {
		return cloud.LaunchRule{Limits: []cloud.LaunchLimit{{Owners: accounts}}}
	}
	limited := func(limits ...cloud.LaunchLimit) cloud.LaunchRule { return cloud.LaunchRule{Limits: limits} }
	in := func(region string) cloud.LaunchLimit {
		return cloud.LaunchLimit{Regions: []cloud.Scope{{Partition: "aws", Region: region}}}
	}
	owned := func(by cloud.Compared, owners ...string) cloud.LaunchRule {
		return limited(cloud.LaunchLimit{By: by, Owners: owners})
	}
	settings := func(accounts ...string) cloud.LaunchRule {
		return cloud.LaunchRule{Regional: true, Limits: []cloud.LaunchLimit{{Owners: accounts}}}
	}
	mayLet := func(owners ...string) cloud.LaunchRule {
		return cloud.LaunchRule{Limits: []cloud.LaunchLimit{{Owners: owners}}, MayLet: "by name"}
	}
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
		"none of its Region":               {limited(in("us-east-1")), "us-east-1", finding.Broken, "in us-east-1"},
		"none of Regions like it":          {limited(in("us-*")), "us-east-1", finding.Broken, "in us-east-1"},
		"none of another Region":           {limited(in("eu-central-1")), "us-east-1", finding.Held, keeps},
		"of one of two Regions":            {settings(virginia), "us-east-1 us-west-2", finding.Unknown, "of which one it is"},
		"of neither of two Regions":        {settings("123456789012"), "us-east-1 us-west-2", finding.Broken, "in us-east-1 and us-west-2"},
		"a policy for one of two Regions":  {lets(virginia), "us-east-1 us-west-2", finding.Broken, "in us-west-2"},
		"by the account, of the group":     {owned(cloud.ByAccount, "amazon"), "", finding.Broken, "does not let"},
		"by the group, of the account":     {owned(cloud.ByGroup, all...), "", finding.Broken, "does not let"},
		"by a pattern of the group":        {owned(cloud.ByGroup, "amaz*"), "", finding.Held, keeps},
		"all accounts by a pattern":        {owned(cloud.ByAccount, "*"), "mars-1", finding.Held, keeps},
		"two limits":                       {limited(lets(virginia).Limits[0], cloud.LaunchLimit{}), "us-east-1", finding.Broken, ""},
		"nobody":                           {lets(), "", finding.Broken, "does not let through"},
		"others":                           {lets("123456789012"), "", finding.Broken, "does not let through"},
		"some Regions":                     {lets(virginia, oregon), "", finding.Unknown, "in which one"},
		"a Region that nobody knows":       {lets(all...), "mars-1", finding.Unknown, "mars-1"},
		"may let others through":           {mayLet(), "", finding.Unknown, "by name"},
		"may let through, and surely does": {mayLet(all...), "", finding.Held, keeps},
		"may keep more back":               {cloud.LaunchRule{MayDeny: "by type"}, "", finding.Unknown, "by type"},
		"may keep more back, and does":     {cloud.LaunchRule{Limits: lets().Limits, MayDeny: "by type"}, "", finding.Broken, "does not let"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &kubernetes.Estate{}
			for _, region := range strings.Fields(x.region) {
				k.Nodes = append(k.Nodes, kubernetes.Node{Name: region, Labels: map[string]string{"topology.kubernetes.io/region": region}})
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
	if found := launched(t, "gke-autopilot", &kubernetes.Estate{}, cloud.LaunchRule{Limits: []cloud.LaunchLimit{{}}}); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

// A rule that was read and about which nothing can be said, since it is not known where anything
// runs, is told to be unchecked.
func TestLaunchAllowedNowhere(t *testing.T) {
	c, k := knowledge(t), &kubernetes.Estate{}
	e := &estate.Estate{Kubernetes: k, Cloud: cloud.Estate{Launch: []cloud.LaunchRule{{Name: "a"}}}, Today: today}
	for as, want := range map[string]bool{"": true, "gke-autopilot": false, "eks-auto-mode": false} {
		var on *responsibility.Offering
		if as != "" {
			on = c.Offering(as)
		}
		p := &check.Pass{Catalog: c, Estate: e, Places: locate.Locate(c, k, on, nil)}
		if got := LaunchAllowed.Subjects.Untold(p); got != want {
			t.Errorf("%q: untold is %t", as, got)
		}
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
