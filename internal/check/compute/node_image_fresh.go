package compute

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// NodeImageFresh looks for node classes of Karpenter that name an old image of their nodes.
var NodeImageFresh = check.Check{
	ID: "node-image-fresh", Axis: Axis,
	Subjects: check.Subjects{There: func(p *check.Pass) bool {
		there := false
		eachNodeClass(p, func(*kubernetes.Object) { there = true })
		return there
	}},
	Run: func(p *check.Pass) { eachNodeClass(p, func(o *kubernetes.Object) { nodeImageFresh(p, o) }) },
}

// eachNodeClass calls a judge for each node class of Karpenter that selects its images by
// aliases or by ids. What tags or names select may be the newest, and is not told.
func eachNodeClass(p *check.Pass, judge func(*kubernetes.Object)) {
	if at := p.Places.Fallback; p.Estate.Today.IsZero() || at.Basis == locate.Asked && at.Offering.ID != "karpenter" {
		return
	}
	objects := p.Estate.Kubernetes.Objects
	for i := range objects {
		if o := &objects[i]; namesImage(o) {
			judge(o)
		}
	}
}

// namesImage reports whether an object is a node class that selects its images by aliases or ids.
func namesImage(o *kubernetes.Object) bool {
	return o.API == kubernetes.EC2NodeClass && o.Values[kubernetes.ImageAlias]+o.Values[kubernetes.ImageID] != ""
}

// day is the version of an alias that is the day on which its image was released, as those
// of Amazon Linux and of Windows are; those of Bottlerocket are none.
var day = regexp.MustCompile(`@v(20[0-9]{6})$`)

// staleAfter is how old an image may be.
const staleAfter = 90 * 24 * time.Hour

func nodeImageFresh(p *check.Pass, o *kubernetes.Object) {
	j := check.Judgement{
		Subject: finding.Subject{Kind: "EC2NodeClass", Name: o.Name}, Position: o.Position, Verdict: finding.Held, Settled: true,
		Place:   locate.Place{Offering: p.Catalog.Offering("karpenter"), Basis: locate.Proof, Evidence: locate.Seen("it is an EC2NodeClass")},
		Message: "its nodes get the newest image",
	}
	fix := &finding.Fix{
		Summary: "name the newest version of the alias in amiSelectorTerms, and have a bot propose the next ones; nodes drift to it",
	}
	if ids := o.Values[kubernetes.ImageID]; ids != "" {
		j.Verdict, j.Fix = finding.Unknown, fix
		j.Message = "names its image by id, which says nothing of its age: " + ids
		report(p, j)
		return
	}
	var oldest time.Time
	of := ""
	for alias := range strings.SplitSeq(o.Values[kubernetes.ImageAlias], ", ") {
		m := day.FindStringSubmatch(alias)
		switch {
		case strings.HasSuffix(alias, "@latest"):
		case m == nil:
			return // its version says nothing of its age
		default:
			released, err := time.Parse("20060102", m[1])
			if err != nil {
				return
			}
			if of == "" || released.Before(oldest) {
				oldest, of = released, alias
			}
		}
	}
	if of != "" {
		old := p.Estate.Today.Sub(oldest)
		j.Evidence = []finding.Evidence{{Text: "alias " + of, Position: o.Position}}
		j.Message = "its nodes get an image of " + oldest.Format("2 January 2006")
		if old > staleAfter {
			j.Verdict, j.Fix = finding.Broken, fix
			j.Message = fmt.Sprintf("each of its nodes gets an image that is %d days old, of %s",
				int(old/(24*time.Hour)), oldest.Format("2 January 2006"))
			j.Consequence = "What was fixed since then is open on every node, and stays so when nodes are replaced: Karpenter sees no drift."
		}
	}
	report(p, j)
}
