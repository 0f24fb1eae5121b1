package cloud

import (
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// LaunchRule is a rule of an account, or of the organization that it is in, for the images
// that instances may be launched from.
type LaunchRule struct {
	Kind, Name string
	// Limits are what it keeps from being launched: an image is launched where each lets it
	// through. One that is off, or only counts, has none.
	Limits []LaunchLimit
	// Regional says that it is of one Region, of which it does not tell which.
	Regional bool
	// MayLet is why it may let others through as well, and MayDeny why it may keep more of
	// them back, where what it says is not understood; each is empty for nothing.
	MayLet, MayDeny string
	Position        origin.Position
}

// Compared is what of an image is held against the owners that are let through.
type Compared int

// By its account alone, by the name that the provider has for a group of owners alone, or by either.
const (
	ByEither Compared = iota
	ByAccount
	ByGroup
)

// LaunchLimit keeps images of some Regions from being launched, but for those of some owners.
type LaunchLimit struct {
	Regions []Scope // of all where there is none
	By      Compared
	Owners  []string // patterns
}

// Scope are the Regions that the beginning of an ARN stands for, in patterns.
type Scope struct{ Partition, Region string }

// Covers reports whether it keeps images of a Region back.
func (l *LaunchLimit) Covers(region string) bool {
	partition := "aws"
	for prefix, of := range map[string]string{"cn-": "aws-cn", "us-gov-": "aws-us-gov"} {
		if strings.HasPrefix(region, prefix) {
			partition = of
		}
	}
	return len(l.Regions) == 0 || slices.ContainsFunc(l.Regions, func(s Scope) bool {
		return Fits(s.Partition, partition) && Fits(s.Region, region)
	})
}

// Lets reports whether it lets images of an account through, or of the group that it is in. The
// account is empty where it is not known.
func (l *LaunchLimit) Lets(account, group string) bool {
	return slices.ContainsFunc(l.Owners, func(pattern string) bool {
		return l.By != ByGroup && Fits(pattern, account) || l.By != ByAccount && Fits(pattern, group)
	})
}

// Fits reports whether a pattern of a policy, with * and ?, is one of a text: of both in small
// letters or capitals.
func Fits(pattern, text string) bool {
	plain := strings.NewReplacer("/", ":", `\`, `\\`, "[", `\[`) // of patterns there are no more than * and ?
	ok, _ := path.Match(strings.ToLower(plain.Replace(pattern)), strings.ToLower(strings.ReplaceAll(text, "/", ":")))
	return ok
}
