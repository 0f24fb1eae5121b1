package compute

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// LaunchAllowed looks for rules of an account that keep the provider from launching nodes.
var LaunchAllowed = check.Check{
	ID: "launch-allowed", Axis: Axis,
	Subjects: check.Subjects{Untold: func(p *check.Pass) bool {
		if len(p.Estate.Cloud.Launch) == 0 {
			return true
		}
		at, _ := launchedAt(p)
		return at.Offering == nil && mayBeLaunched(p)
	}},
	Run: func(p *check.Pass) {
		if len(p.Estate.Cloud.Launch) == 0 {
			return
		}
		at, regions := launchedAt(p)
		if at.Offering == nil {
			return
		}
		for i := range p.Estate.Cloud.Launch {
			launchAllowed(p, &p.Estate.Cloud.Launch[i], at, regions)
		}
	},
}

// mayBeLaunched reports whether it is not known where anything runs, and a provider that launches
// nodes from such images is among those where it may.
func mayBeLaunched(p *check.Pass) bool {
	if p.Places.Untold {
		return true
	}
	for _, all := range [][]locate.Place{p.Places.Nodes, p.Places.Pools, p.Places.Workloads, {p.Places.Fallback}} {
		for i := range all {
			launches := func(c *responsibility.Offering) bool { return c.Launches != nil }
			if o := all[i].Offering; o == nil || slices.ContainsFunc(o.Candidates, launches) {
				return true
			}
		}
	}
	return false
}

// launchedAt is where a provider launches nodes from images that the account has to let through,
// and in which Regions, as far as nodes tell.
func launchedAt(p *check.Pass) (at locate.Place, regions []string) {
	take := func(x *locate.Place) bool {
		if x.Offering == nil || x.Offering.Undecided() || x.Offering.Launches == nil {
			return false
		}
		if at.Offering == nil {
			at = *x
		}
		return true
	}
	for i := range p.Places.Nodes {
		if region := p.Estate.Kubernetes.Nodes[i].Labels[corev1.LabelTopologyRegion]; take(&p.Places.Nodes[i]) && region != "" {
			regions = append(regions, region)
		}
	}
	for _, all := range [][]locate.Place{p.Places.Pools, p.Places.Workloads, {p.Places.Fallback}} {
		for i := range all {
			take(&all[i])
		}
	}
	slices.Sort(regions)
	return at, slices.Compact(regions)
}

// launchAllowed says of one rule whether it lets through the images that nodes are launched from:
// those of the Regions where the nodes are, or of any where that is not known.
func launchAllowed(p *check.Pass, rule *cloud.LaunchRule, at locate.Place, regions []string) {
	from := at.Offering.Launches
	j := check.Judgement{
		Subject: finding.Subject{Kind: rule.Kind, Name: rule.Name}, Place: at, Position: rule.Position, Verdict: finding.Held, Settled: true,
		Message: "keeps no image of " + at.Offering.Title + " from being launched", Severity: "medium",
	}
	wanted := regions
	if len(regions) == 0 {
		wanted = slices.Sorted(maps.Keys(from.Accounts))
	}
	var lacks, unlisted []string
	for _, region := range wanted {
		account := from.Accounts[region]
		for k := range rule.Limits {
			switch limit := &rule.Limits[k]; {
			case !limit.Covers(region) || limit.Lets(account, from.Owner):
			case account == "":
				unlisted = append(unlisted, region)
			default:
				lacks = append(lacks, region)
			}
		}
	}
	lacks, unlisted = slices.Compact(lacks), slices.Compact(unlisted)
	for k := range rule.Limits {
		said := "it lets through images of " + letThrough(rule.Limits[k].Owners) + inRegions(rule.Limits[k].Regions)
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: rule.Position})
	}
	images := "the images from which " + at.Offering.Title + " launches nodes"
	open := ""
	switch {
	case len(lacks) > 0 && rule.MayLet != "":
		open = rule.MayLet
	case len(lacks) > 0 && len(regions) == 0 && len(lacks) < len(wanted):
		open = "it lets through those of some Regions, and in which one the cluster is was not read"
	case rule.Regional && len(lacks) > 0 && len(lacks)+len(unlisted) < len(wanted):
		open = "it lets through those of some Regions, and of which one it is is not told"
	case len(lacks) > 0:
		notLaunched(&j, images, lacks, from.Accounts, len(regions) > 0)
	case rule.MayDeny != "":
		open = rule.MayDeny
	case len(unlisted) > 0:
		open = "the catalog has no account for " + words.And(unlisted)
	}
	if open != "" {
		j.Verdict, j.Message = finding.Unknown, "whether it lets through "+images+" is not known: "+open
	}
	report(p, j)
}

// notLaunched is that of a rule which keeps nodes from being launched.
func notLaunched(j *check.Judgement, images string, lacks []string, accounts map[string]string, known bool) {
	j.Verdict, j.Because = finding.Broken, "nodes that run stay, and no other comes"
	j.Message = "does not let through " + images
	j.Consequence = "No node is launched where it holds: pods that fit on none stay pending, and a node that goes has no other in its place."
	fix := "let through the account of each Region that the clusters are in"
	if known {
		var numbers []string
		for _, region := range lacks {
			numbers = append(numbers, fmt.Sprintf("%s (%s)", accounts[region], region))
		}
		j.Message += " in " + words.And(lacks)
		fix = "let through images of " + words.And(numbers)
	}
	j.Fix = &finding.Fix{Summary: fix}
}

// inRegions are the Regions of a limit in words, where it is not of all.
func inRegions(all []cloud.Scope) string {
	var names []string
	for _, s := range all {
		if s.Region == "*" {
			return ""
		}
		names = append(names, s.Region)
	}
	if len(names) == 0 {
		return ""
	}
	return " in " + words.And(names)
}

// letThrough are accounts in words.
func letThrough(accounts []string) string {
	if len(accounts) == 0 {
		return "nobody else"
	}
	return words.And(accounts)
}
