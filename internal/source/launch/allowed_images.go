package launch

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/origin"
)

// enabled is the state in which criteria are gone by.
const enabled = "enabled"

// allowedImages reads what aws ec2 get-allowed-images-settings prints: where it is enabled an
// image is to be used where one of the criteria takes it. Whose images one without providers takes
// is not told there, and one that looks at more than the provider takes some of its images. The
// settings are those of one Region, which is not printed: such a rule goes by its file.
//
// Source: docs.aws.amazon.com/AWSEC2/latest/APIReference, GetAllowedImagesSettings and ImageCriterion.
func allowedImages(d *document.Document, at origin.Position) (cloud.LaunchRule, error) {
	var read struct {
		State    string `json:"State"`
		Criteria []struct {
			Providers   []string       `json:"ImageProviders"`
			Names       []string       `json:"ImageNames"`
			Marketplace []string       `json:"MarketplaceProductCodes"`
			Created     map[string]int `json:"CreationDateCondition"`
			Deprecated  map[string]int `json:"DeprecationTimeCondition"`
		} `json:"ImageCriteria"`
	}
	if err := decode(d, &read); err != nil {
		return cloud.LaunchRule{}, err
	}
	if !slices.Contains([]string{enabled, "disabled", "audit-mode"}, read.State) {
		msg := fmt.Sprintf("is %q, wants enabled, disabled or audit-mode", read.State)
		return cloud.LaunchRule{}, &document.Error{Line: d.Line("/State"), Field: "State", Msg: msg}
	}
	rule := cloud.LaunchRule{Kind: "AllowedImagesSettings", Name: at.File, Position: at, Regional: true}
	if read.State != enabled {
		return rule, nil
	}
	limit := cloud.LaunchLimit{}
	for _, c := range read.Criteria {
		switch {
		case len(c.Names)+len(c.Marketplace)+len(c.Created)+len(c.Deprecated) > 0:
			rule.MayLet = "one of its criteria takes some images of a provider, by their name or age"
		case len(c.Providers) == 0:
			rule.MayLet = "one of its criteria names no provider"
		default:
			limit.Owners = append(limit.Owners, c.Providers...)
		}
	}
	limit.Owners = slices.DeleteFunc(limit.Owners, func(of string) bool { return of == "none" })
	rule.Limits = []cloud.LaunchLimit{limit}
	return rule, nil
}
