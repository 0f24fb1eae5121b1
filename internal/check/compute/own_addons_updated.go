package compute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// OwnAddonsUpdated looks for add-ons of a release that their project does not support on the version of
// Kubernetes of their cluster.
var OwnAddonsUpdated = check.Check{
	ID: "own-addons-updated", Axis: Axis,
	Subjects: check.Subjects{
		There: func(p *check.Pass) bool { return len(addonsOf(p)) > 0 },
		// Of other add-ons nothing is known here.
		Untold: func(p *check.Pass) bool {
			return kubernetesOf(p).minor == 0 || !addonsOf(p).told()
		},
	},
	Run: ownAddonsUpdated,
}

// ownAddon is an add-on that is known to the catalog, as something in the estate installs or runs it.
type ownAddon struct {
	*responsibility.Addon
	release  responsibility.Release
	ok       bool   // that is known
	said     string // by what
	byVar    bool   // it is the default of a variable
	subject  finding.Subject
	index    int
	at       locate.Place
	position origin.Position
}

// addonsOf are those of the estate: what runs, and what installs a chart or an add-on of EKS.
func addonsOf(p *check.Pass) ownAddons {
	return check.Shared(p, func(p *check.Pass) ownAddons {
		e := p.Estate.Kubernetes
		var all ownAddons
		known := responsibility.Addons()
		for i := range e.Workloads {
			w, at := &e.Workloads[i], p.Places.Workloads[i]
			if at.Offering == nil || w.MadeBy != nil || w.Kind == kubernetes.Static || w.AtLeast() == 0 {
				continue
			}
			for k := range known {
				version, said, is := runsAddon(w, &known[k])
				if !is {
					continue
				}
				x := ownAddon{Addon: &known[k], said: said, subject: subject(w.Ref), index: i, at: at, position: w.Position}
				x.release, x.ok = responsibility.ParseRelease(version)
				all = append(all, x)
			}
		}
		for i := range e.Objects {
			if x, is := installedAddon(&e.Objects[i], known); is && p.Places.Fallback.Offering != nil {
				x.at = p.Places.Fallback
				all = append(all, x)
			}
		}
		return all
	})
}

// ownAddons are kept for all who ask for them.
type ownAddons []ownAddon

// told reports whether the release of any of them is known.
func (all ownAddons) told() bool {
	return slices.ContainsFunc(all, func(x ownAddon) bool { return x.ok })
}

// Labels by which charts say what their pods are.
//
// Source: Helm docs, Labels and annotations of charts (helm-labels).
const (
	labelName      = "app.kubernetes.io/name"
	labelComponent = "app.kubernetes.io/component"
	labelVersion   = "app.kubernetes.io/version"
)

// runsAddon reports whether a workload runs an add-on, of which version, and by what that is said.
func runsAddon(w *kubernetes.Workload, a *responsibility.Addon) (version, said string, is bool) {
	label := func(key string) string { return cmp.Or(w.Template.Labels[key], w.Labels[key]) }
	pictured := slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool { return c.Image != "" })
	for _, by := range a.By {
		if by.Name != "" && label(labelName) != by.Name || by.Component != "" && label(labelComponent) != by.Component {
			continue
		}
		if by.Image == "" {
			if !pictured {
				version = label(labelVersion)
				return version, "label " + labelVersion + "=" + version, true
			}
			continue
		}
		for i := range w.Template.Containers {
			if c := &w.Template.Containers[i]; c.Image == by.Image {
				if c.Version == "" {
					return "", "image " + c.Image + ", whose version is not told", true
				}
				return c.Version, "image " + c.Image + " of version " + c.Version, true
			}
		}
	}
	return "", "", false
}

// installedAddon is the add-on that an object installs whose release is known; false for none.
func installedAddon(o *kubernetes.Object, known []responsibility.Addon) (x ownAddon, is bool) {
	for _, by := range responsibility.AddonInstalls() {
		if o.API != by.API || !by.Here(o.Values) {
			continue
		}
		name := o.Values[cmp.Or(by.Chart, by.EKSAddon)]
		at := slices.IndexFunc(known, func(a responsibility.Addon) bool {
			return by.Chart != "" && slices.Contains(a.Charts, name) || by.EKSAddon != "" && slices.Contains(a.EKSAddons, name)
		})
		release, ok := responsibility.ParseRelease(o.Values[by.Version])
		if at < 0 || !ok {
			continue
		}
		_, kind, _ := strings.Cut(o.API, "/")
		return ownAddon{
			Addon: &known[at], release: release, ok: true, said: by.Version + " " + o.Values[by.Version],
			byVar:   slices.Contains(o.Defaults, by.Version),
			subject: finding.Subject{Namespace: o.Namespace, Kind: kind, Name: o.Name}, position: o.Position,
		}, true
	}
	return x, false
}

// kubernetesVersion is that of the one cluster of an estate; its minor is 0 where it is not known.
type kubernetesVersion struct {
	minor int
	byVar bool // it is the default of a variable
	said  finding.Evidence
}

// kubernetesOf is the version of the cluster that was read, or that everything in the input makes. Of
// several versions it is not known which one the cluster of an add-on has.
func kubernetesOf(p *check.Pass) kubernetesVersion {
	e := p.Estate.Kubernetes
	if minor := serverOf(e); minor > 0 && len(e.Contexts) <= 1 {
		return kubernetesVersion{minor: minor, said: finding.Evidence{Text: fmt.Sprintf("the API server is of version 1.%d", minor)}}
	}
	var one kubernetesVersion
	at := p.Places.Fallback
	for _, o := range p.Catalog.Offerings {
		if o.Support == nil || at.Basis == locate.Asked && p.Catalog.SupportOf(at.Offering) != o.Support {
			continue
		}
		for i := range e.Objects {
			x, _ := clusterMade(o, &e.Objects[i])
			minor := minorOf(x.version)
			if minor == 0 {
				continue
			}
			if one.minor != 0 && one.minor != minor {
				return kubernetesVersion{}
			}
			one.minor, one.byVar = minor, one.byVar || x.byVar
			one.said = finding.Evidence{Text: x.subject.Name + " is of version " + x.version, Position: x.stated}
		}
	}
	return one
}

func ownAddonsUpdated(p *check.Pass) {
	on := kubernetesOf(p)
	if on.minor == 0 || !addonsOf(p).told() {
		return
	}
	var unsaid []ownAddon
	for _, x := range addonsOf(p) {
		switch {
		case !x.ok, !x.FitOf(x.release, on.minor).Known:
			unsaid = append(unsaid, x)
		default:
			report(p, addonFits(x, on))
		}
	}
	if len(unsaid) > 0 { // one for all of them: nobody can do more than look it up
		var named []string
		for _, x := range unsaid {
			of := x.Title + " " + x.release.String()
			if !x.ok {
				of = x.Title + " of a release that nothing tells"
			}
			if !slices.Contains(named, of) {
				named = append(named, of)
			}
		}
		j := addonJudged(unsaid[0], on)
		j.Verdict, j.Severity, j.Because = finding.Unknown, "low", "it is not known that anything is wrong"
		j.Message = fmt.Sprintf("whether Kubernetes 1.%d is supported with %s is not known here", on.minor, words.And(named))
		report(p, j)
	}
}

// addonJudged is what is the same of all that is said of an add-on.
func addonJudged(x ownAddon, on kubernetesVersion) check.Judgement {
	return check.Judgement{
		Subject: x.subject, Index: x.index, Place: x.at, Position: x.position,
		Evidence: []finding.Evidence{{Text: x.said, Position: x.position}, on.said},
	}
}

// addonFits says of an add-on whether its project supports it on the version of its cluster.
func addonFits(x ownAddon, on kubernetesVersion) check.Judgement {
	j, fit := addonJudged(x, on), x.FitOf(x.release, on.minor)
	supports := "supports"
	if x.Tested {
		supports = "tests"
	}
	with := fmt.Sprintf("its project %s it with Kubernetes %s", supports, fit.On)
	if x.Least != nil {
		with = fmt.Sprintf("its project %s Kubernetes %s", supports, fit.On)
	}
	j.Message = fmt.Sprintf("is %s %s, and the cluster is of version 1.%d: %s", x.Title, x.release, on.minor, with)
	switch {
	case fit.Fits && !x.byVar && !on.byVar:
		j.Verdict = finding.Held
		if !fit.Next {
			j.Message += fmt.Sprintf("; 1.%d is not among these", on.minor+1)
		}
		return j
	case fit.Fits:
		j.Severity = "low"
	case x.Tested:
		j.Verdict, j.Severity, j.Because = finding.Unknown, "low", "others may well go together, and nobody tests that"
	default:
		j.Verdict, j.Severity, j.Because = finding.Broken, "low", "it may go on as before"
		j.Consequence = "Nobody tests the two together, and what goes wrong with them is not mended."
	}
	if fit.Fix != "" {
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("update it to %s, for Kubernetes 1.%d", fit.Fix, on.minor)}
	}
	if x.byVar || on.byVar {
		j.Verdict, j.Consequence, j.Because = finding.Unknown, "", "another version may be set where this is used"
		j.Message += ", unless a variable sets another version"
	}
	return j
}
