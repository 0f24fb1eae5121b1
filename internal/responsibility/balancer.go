package responsibility

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// Balancer is a kind of load balancer whose targets may be pods, and where it is said for how long it
// lets requests run after it took one out.
type Balancer struct {
	Title       string          `json:"title"`
	Of          string          `json:"of"` // Ingress or Service
	Classes     []string        `json:"classes,omitempty"`
	Only        bool            `json:"only,omitempty"` // an Ingress of another class is none
	Controllers []string        `json:"controllers,omitempty"`
	Pods        []BalancerMark  `json:"pods"`
	Attributes  string          `json:"attributes,omitempty"` // an annotation: name=value, with commas
	Object      *BalancerObject `json:"object,omitempty"`     // the delay is one of its fields
	Delay       string          `json:"delay"`
	Others      []string        `json:"others,omitempty"` // attributes that begin as the delay does
	Unset       int             `json:"unset,omitempty"`  // seconds where nobody sets a delay; 0 for none
	Most        int             `json:"most"`             // seconds
	From        []string        `json:"from"`
}

// BalancerMark is an annotation by which the targets are pods: with one of some values, or with JSON
// in which a key is true.
type BalancerMark struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
	JSON   string   `json:"json,omitempty"`
}

// BalancerObject is a kind of object that annotations of a Service name.
type BalancerObject struct {
	API   string   `json:"api"`
	Named []string `json:"named"`
}

// Reaches reports by annotations whether the targets are pods; told is false where these do not say so.
func (b *Balancer) Reaches(annotations map[string]string) (pods, told bool) {
	for _, m := range b.Pods {
		value, there := annotations[m.Key]
		if !there {
			continue
		}
		told = true
		if m.JSON == "" {
			pods = pods || slices.Contains(m.Values, value)
			continue
		}
		var said map[string]any
		if json.Unmarshal([]byte(value), &said) != nil {
			continue
		}
		pods = pods || said[m.JSON] == true
	}
	return pods, told
}

// Objects are the names of the objects that annotations of a Service name.
func (o *BalancerObject) Objects(annotations map[string]string) []string {
	var all []string
	for _, key := range o.Named {
		var said struct {
			Default string            `json:"default"`
			Ports   map[string]string `json:"ports"`
		}
		if json.Unmarshal([]byte(annotations[key]), &said) != nil {
			continue
		}
		for _, name := range said.Ports {
			all = append(all, name)
		}
		if said.Default != "" {
			all = append(all, said.Default)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Attribute is the delay among attributes, and one of them that sets none though it is meant to; zero and empty where
// there is neither, or a variable says how long.
func (b *Balancer) Attribute(attributes string) (delay time.Duration, wrong string) {
	known := append([]string{b.Delay}, b.Others...)
	first, _, _ := strings.Cut(b.Delay, "_")
	for attribute := range strings.SplitSeq(attributes, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(attribute), "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		like := strings.HasPrefix(strings.ToLower(key), first) || distance(strings.ToLower(key), b.Delay) <= len(b.Delay)/4
		switch {
		case slices.Contains(known[1:], key), strings.ContainsAny(attribute, "${}<>"), strings.Contains(attribute, origin.NotKnown), !like:
		case key != b.Delay:
			wrong = strings.TrimSpace(attribute)
		default:
			d, ok := b.Seconds(value)
			if !ok {
				wrong = strings.TrimSpace(attribute)
			}
			delay = d
		}
	}
	return delay, wrong
}

// Seconds is a delay as it is written; false for what the platform does not take.
func (b *Balancer) Seconds(value string) (time.Duration, bool) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > b.Most {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}
