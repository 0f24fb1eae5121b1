package launch

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/cloud"
)

// resources are what of a launch a statement is about.
type resources struct {
	images  bool // all images of some Regions, or of all where regions is empty
	regions []cloud.Scope
	some    bool // images that are not known
	others  bool // what else a launch takes, or may be
}

// taken is what a launch takes beside an image, as the ARNs of EC2 call it.
//
// Source: docs.aws.amazon.com/service-authorization, Actions, resources, and condition keys for Amazon EC2.
var taken = []string{"fleet/", "instance/", "launch-template/", "network-interface/", "security-group/", "subnet/", "volume/"}

// image is how what stands for an image begins.
const image = "image/ami-"

// about is what of a launch a statement is about.
func (s *statement) about() resources {
	var all resources
	if len(s.NotResource) > 0 {
		all = resources{images: true, others: true}
		for _, pattern := range s.NotResource {
			if x := resourcesOf(pattern); x.images || x.some {
				return resources{some: true, others: true}
			}
		}
		return all
	}
	everywhere := false
	for _, pattern := range s.Resource {
		x := resourcesOf(pattern)
		all.images, all.some, all.others = all.images || x.images, all.some || x.some, all.others || x.others
		everywhere = everywhere || x.images && len(x.regions) == 0
		all.regions = append(all.regions, x.regions...)
	}
	if everywhere {
		all.regions = nil
	}
	return all
}

// resourcesOf is what one pattern of an ARN stands for: arn:PARTITION:ec2:REGION:ACCOUNT:RESOURCE, of
// which an image has no account.
func resourcesOf(pattern string) resources {
	if strings.Trim(pattern, "*") == "" {
		return resources{images: true, others: true}
	}
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 { // a star may stand for several parts
		begins := literal(pattern)
		open := meet(begins, "arn:aws:ec2:") || meet(begins, "arn:aws-cn:ec2:") || meet(begins, "arn:aws-us-gov:ec2:")
		return resources{some: open, others: open}
	}
	if !cloud.Fits(parts[2], "ec2") || strings.Contains(pattern, "${") {
		return resources{some: strings.Contains(pattern, "${")}
	}
	var x resources
	begins := literal(parts[5])
	x.others = slices.ContainsFunc(taken, func(of string) bool { return meet(begins, of) })
	switch {
	case !meet(begins, image) || strings.Trim(parts[4], "*") != "":
	case strings.HasPrefix(image, begins) && strings.Trim(parts[5][len(begins):], "*") == "" && parts[5] != begins:
		x.images, x.regions = true, []cloud.Scope{{Partition: parts[1], Region: parts[3]}}
	default:
		x.some = true
	}
	return x
}

// literal is a pattern up to what stands for others.
func literal(pattern string) string {
	if n := strings.IndexAny(pattern, "*?"); n >= 0 {
		return pattern[:n]
	}
	return pattern
}

// meet reports whether what begins so may be what begins the other way.
func meet(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }
