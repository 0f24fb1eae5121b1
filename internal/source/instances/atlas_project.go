package instances

import (
	"cmp"

	"github.com/onus-project/onus/internal/estate/database"
)

// accessEntry reads an entry of the list of who may open connections to the clusters of a project.
//
// Source: NetworkPermissionEntry of the Atlas Admin API: one of awsSecurityGroup, cidrBlock and ipAddress; deleteAfterDate
// of one that ends.
func accessEntry(x *thing, into *database.Estate) error {
	var read struct {
		Group   string `json:"groupId"`
		Block   string `json:"cidrBlock"`
		Address string `json:"ipAddress"`
		AWS     string `json:"awsSecurityGroup"`
		Until   stamp  `json:"deleteAfterDate"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	made := database.Entry{Offering: "mongodb-atlas", Account: read.Group, Text: cmp.Or(read.Block, read.Address, read.AWS),
		Until: read.Until.Time, More: x.more, Position: x.at("/groupId")}
	if text := cmp.Or(read.Block, read.Address); text != "" {
		var ok bool
		if made.Network, ok = database.ParseNetwork(text); !ok {
			return x.fault("/cidrBlock", "", "is %q, wants a network such as 10.0.0.0/8", text)
		}
	}
	into.Entries = append(into.Entries, made)
	return nil
}

// alertConfig reads of what event in a project somebody is told.
//
// Source: the alert configurations of the Atlas Admin API: eventTypeName, enabled, matchers (which
// of the things in the project count), notifications; their recorded answers in
// the repository of the Atlas CLI.
func alertConfig(x *thing, into *database.Estate) error {
	var read struct {
		Group   string     `json:"groupId"`
		Event   string     `json:"eventTypeName"`
		Enabled bool       `json:"enabled"`
		Told    []struct{} `json:"notifications"`
		Some    []struct{} `json:"matchers"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	into.Alerts = append(into.Alerts, database.Alert{Offering: "mongodb-atlas", Account: read.Group, Event: read.Event,
		On: read.Enabled && len(read.Told) > 0, Some: len(read.Some) > 0, More: x.more, Position: x.at("/eventTypeName")})
	return nil
}

// securityGroup reads whom a security group lets in. Other groups that it names are machines that are known.
//
// Source: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html: IpProtocol -1 is all, and has no ports.
func securityGroup(x *thing, into *database.Estate) error {
	var read struct {
		ID      string `json:"GroupId"`
		Permits []struct {
			Protocol string `json:"IpProtocol"`
			From     int    `json:"FromPort"`
			To       int    `json:"ToPort"`
			V4       []struct {
				Block string `json:"CidrIp"`
			} `json:"IpRanges"`
			V6 []struct {
				Block string `json:"CidrIpv6"`
			} `json:"Ipv6Ranges"`
			Lists []struct {
				ID string `json:"PrefixListId"`
			} `json:"PrefixListIds"`
		} `json:"IpPermissions"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	made := database.Group{ID: read.ID, Position: x.at("/GroupId")}
	for i := range read.Permits {
		p := &read.Permits[i]
		rule := database.Rule{From: p.From, To: p.To}
		switch p.Protocol {
		case "-1":
			rule.From, rule.To = 0, 65535
		case "tcp", "6":
		default:
			continue // no database listens there
		}
		var blocks []string
		for _, r := range p.V4 {
			blocks = append(blocks, r.Block)
		}
		for _, r := range p.V6 {
			blocks = append(blocks, r.Block)
		}
		for _, b := range blocks {
			n, ok := database.ParseNetwork(b)
			if !ok {
				return x.fault("/IpPermissions", "", "has %q, which is no network", b)
			}
			rule.Networks = append(rule.Networks, n)
		}
		for _, l := range p.Lists {
			rule.Lists = append(rule.Lists, l.ID)
		}
		made.Rules = append(made.Rules, rule)
	}
	into.Groups = append(into.Groups, made)
	return nil
}
