package manifest

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// cloudPoolSpec is what objects say that keep the node pool of a cloud, under spec or, for Crossplane, under spec.forProvider.
//
// Source: AgentPoolUpgradeSettings of the AKS API, UpgradeSettings of the GKE API and
// NodegroupUpdateConfig of the EKS API, whose names the kinds take over; and
// RosaMachinePoolSpec in exp/api/v1beta2/rosamachinepool_types.go of the Cluster API
// Provider AWS.
type cloudPoolSpec struct {
	UpgradeSettings alone[upgradeSettings] `json:"upgradeSettings"` // AKS and GKE
	UpgradeStrategy string                 `json:"upgradeStrategy"` // AKS
	BlueGreen       alone[blueGreen]       `json:"upgradeSettingsBlueGreen"`
	UpdateConfig    alone[updateConfig]    `json:"updateConfig"`         // EKS and ROSA
	DrainGrace      string                 `json:"nodeDrainGracePeriod"` // ROSA
}

// upgradeSettings are those of a pool of AKS or GKE.
type upgradeSettings struct {
	Strategy       string              `json:"strategy"`
	MaxSurge       *intstr.IntOrString `json:"maxSurge"`
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable"`
	DrainMinutes   float64             `json:"drainTimeoutInMinutes"`
	SoakMinutes    float64             `json:"nodeSoakDurationInMinutes"`
	Undrainable    string              `json:"undrainableNodeBehavior"`
	BlueGreen      alone[struct {
		Standard alone[standardRollout] `json:"standardRolloutPolicy"`
	}] `json:"blueGreenSettings"`
}

// blueGreen is how a pool of AKS lets its blue nodes go.
type blueGreen struct {
	Batch        *intstr.IntOrString `json:"drainBatchSize"`
	SoakMinutes  float64             `json:"batchSoakDurationInMinutes"`
	DrainMinutes float64             `json:"drainTimeoutInMinutes"`
}

// standardRollout is how a pool of GKE lets its blue nodes go: so many, or a share of
// them, at once.
type standardRollout struct {
	Count int     `json:"batchNodeCount"`
	Share float64 `json:"batchPercentage"`
	Soak  string  `json:"batchSoakDuration"`
}

// updateConfig is that of a managed node group: a number or a percentage. ROSA has a
// number or a percentage each for those that come first and those that go first.
type updateConfig struct {
	MaxUnavailable           int            `json:"maxUnavailable"`
	MaxUnavailablePercentage int            `json:"maxUnavailablePercentage"`
	Strategy                 string         `json:"updateStrategy"`
	RollingUpdate            rollingNumbers `json:"rollingUpdate"`
}

// alone is a block that older versions of Crossplane's providers write as a list of one.
type alone[T any] struct{ is T }

// UnmarshalJSON takes an object, or a list of which the first counts.
func (a *alone[T]) UnmarshalJSON(data []byte) error {
	if jsontext.Value(data).Kind() != '[' {
		return json.Unmarshal(data, &a.is)
	}
	var all []T
	if err := json.Unmarshal(data, &all); err != nil || len(all) == 0 {
		return err
	}
	a.is = all[0]
	return nil
}

// cloudPool reads an object that keeps the node pool of a cloud. What an object of another
// project says that cannot be read is not ours to judge: the pool then has the terms that
// the cloud gives.
func (r poolReader) cloudPool(doc *document.Document, k *kubernetes.Kind) error {
	m, err := loose(doc)
	if err != nil {
		r.into.Seen.Unrelated++
		return nil
	}
	r.shown(doc, k.API(), m, valuesOf(doc))
	r.live(m)
	var o struct {
		Spec struct {
			cloudPoolSpec
			Owner struct { // the cluster of an agent pool of Azure Service Operator
				Name string `json:"name"`
			} `json:"owner"`
			ForProvider cloudPoolSpec `json:"forProvider"`
			Resources   []struct {    // an agent pool of Azure Service Operator, as it is written there
				Spec cloudPoolSpec `json:"spec"`
			} `json:"resources"`
		} `json:"spec"`
	}
	p := kubernetes.Pool{API: k.API(), Namespace: namespaceOf(m.Namespace), Name: m.Name, Labels: m.Labels, Position: r.at(doc)}
	if doc.Decode(&o) == nil {
		p.Cluster = o.Spec.Owner.Name
		o.Spec.into(&p)
		o.Spec.ForProvider.into(&p)
		for i := range o.Spec.Resources {
			o.Spec.Resources[i].Spec.into(&p)
		}
	}
	r.into.Pools = append(r.into.Pools, p)
	return nil
}

func (s *cloudPoolSpec) into(p *kubernetes.Pool) {
	u := &s.UpgradeSettings.is
	strategy := s.UpgradeStrategy
	if !isBlueGreen(strategy) { // what AKS does with a node that it cannot drain is said beside Rolling, too
		strategy = cmp.Or(u.Undrainable, strategy)
	}
	p.Strategy = cmp.Or(p.Strategy, u.Strategy, s.UpdateConfig.is.Strategy, strategy)
	switch {
	case isBlueGreen(u.Strategy):
		batch := &u.BlueGreen.is.Standard.is
		p.Soak = protoDuration(batch.Soak)
		switch {
		case batch.Count > 0:
			p.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: batch.Count}
		case batch.Share > 0:
			p.Rolling.Unavailable, _ = contract.ParseAmount(strconv.Itoa(wholePercent(batch.Share)) + "%")
		}
	case isBlueGreen(s.UpgradeStrategy):
		batch := &s.BlueGreen.is
		p.Rolling.Unavailable, p.Soak, p.DrainTimeout = amount(batch.Batch), minutes(batch.SoakMinutes), minutes(batch.DrainMinutes)
	default:
		if u.MaxSurge != nil || u.MaxUnavailable != nil {
			p.Rolling = contract.Rolling{Surge: amount(u.MaxSurge), Unavailable: amount(u.MaxUnavailable)}
		}
		p.DrainTimeout, p.Soak = max(p.DrainTimeout, minutes(u.DrainMinutes)), max(p.Soak, minutes(u.SoakMinutes))
	}
	s.update(p)
}

// wholePercent is a share in percent, rounded up. What the product of two floats has too much
// is no share: 0.07 * 100 is more than 7.
func wholePercent(share float64) int { return int(math.Ceil(share*100 - 1e-9)) }

// isBlueGreen reports whether a strategy is that of a pool whose new nodes all stand before
// the old ones go, as Google and Azure write it.
func isBlueGreen(strategy string) bool {
	return strings.EqualFold(strings.ReplaceAll(strategy, "_", ""), "bluegreen")
}

// update takes over what pools of EKS and ROSA set.
func (s *cloudPoolSpec) update(p *kubernetes.Pool) {
	p.DrainTimeout = max(p.DrainTimeout, timeout(s.DrainGrace, 0))
	switch u := &s.UpdateConfig.is; {
	case u.RollingUpdate.MaxSurge != nil, u.RollingUpdate.MaxUnavailable != nil:
		p.Rolling = contract.Rolling{Surge: amount(u.RollingUpdate.MaxSurge), Unavailable: amount(u.RollingUpdate.MaxUnavailable)}
	case u.MaxUnavailable > 0:
		p.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: u.MaxUnavailable}
	case u.MaxUnavailablePercentage > 0:
		p.Rolling.Unavailable, _ = contract.ParseAmount(strconv.Itoa(u.MaxUnavailablePercentage) + "%")
	}
}

// protoDuration is a duration as protocol buffers write it: 1800s; 0 where it is none.
func protoDuration(s string) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSuffix(s, "s"), 64)
	if err != nil {
		return 0
	}
	return minutes(n / 60)
}

// minutes is a duration of at most a year; 0 where nothing sensible is written.
func minutes(n float64) time.Duration {
	if n <= 0 || n > 366*24*60 {
		return 0
	}
	return time.Duration(n * float64(time.Minute))
}
