package instances

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"

	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// custom are the kinds of custom resources of which databases are read, with what reads the members of one.
//
// Sources: the types of the operators: api/v1/mongodbcommunity_types.go and api/v1/mdb of MongoDB's, pkg/apis/psmdb/v1 of
// Percona's.
var custom = map[string]func(object []byte) ([]database.Instance, error){
	"mongodbcommunity.mongodb.com/MongoDBCommunity": mongoCommunity,
	"mongodb.com/MongoDB":                           mongoEnterprise,
	"psmdb.percona.com/PerconaServerMongoDB":        perconaMongo,
}

// mostMembers is more than any such resource takes of one kind of members: what asks for more makes none.
const mostMembers = 1000

// Of are the instances that custom resources ask for, by their kinds. What cannot be read as such is for those who
// read manifests to tell.
func Of(all []kubernetes.CustomResource) (made []database.Instance) {
	for i := range all {
		c := &all[i]
		read := custom[c.API]
		if read == nil || len(c.Object) == 0 {
			continue
		}
		members, err := read(c.Object)
		if err != nil {
			continue
		}
		for _, m := range members {
			name := cmp.Or(c.Namespace, "default") + "/" + c.Name
			m.Deployment = name + m.Deployment
			m.Name = m.Deployment + m.Name
			m.Position, m.By, m.Custom = c.Position, "its "+path.Base(c.API), true
			made = append(made, m)
		}
	}
	return made
}

// group is some members of one role.
type group struct {
	set, role string
	of        int
}

// members are those of all groups. One that runs a version after its object says so runs that.
func members(of database.Instance, groups ...group) (all []database.Instance, err error) {
	for _, g := range groups {
		if g.of < 0 || g.of > mostMembers || len(all) > mostMembers {
			return nil, fmt.Errorf("%d members, wants 0 to %d", g.of, mostMembers)
		}
		for range g.of {
			of.Deployment, of.Role, of.Name = g.set, g.role, fmt.Sprintf("-%d", len(all))
			all = append(all, of)
		}
	}
	return all, nil
}

func mongoCommunity(object []byte) ([]database.Instance, error) {
	var read struct {
		Spec struct {
			Version  string `json:"version"`
			Members  int    `json:"members"`
			Arbiters int    `json:"arbiters"`
		} `json:"spec"`
		Status struct {
			Version string `json:"version"`
		} `json:"status"`
	}
	if err := json.Unmarshal(object, &read); err != nil {
		return nil, err
	}
	return members(database.Instance{Product: "mongodb", Version: cmp.Or(read.Status.Version, read.Spec.Version), Edition: "community",
		Offering: "mongodb-community"}, group{"", "", read.Spec.Members}, group{"", "arbiter", read.Spec.Arbiters})
}

func mongoEnterprise(object []byte) ([]database.Instance, error) {
	var read struct {
		Spec struct {
			Version string `json:"version"`
			Type    string `json:"type"`
			Members int    `json:"members"`
			Shards  int    `json:"shardCount"`
			Each    int    `json:"mongodsPerShardCount"`
			Config  int    `json:"configServerCount"`
			Routers int    `json:"mongosCount"`
		} `json:"spec"`
		Status struct {
			Version string `json:"version"`
		} `json:"status"`
	}
	if err := json.Unmarshal(object, &read); err != nil {
		return nil, err
	}
	made := database.Instance{Product: "mongodb", Version: cmp.Or(read.Status.Version, read.Spec.Version), Edition: "enterprise",
		Offering: "mongodb-enterprise-advanced"}
	switch s := &read.Spec; s.Type {
	case "Standalone":
		return members(made, group{"", "", 1})
	case "ShardedCluster":
		groups := []group{{"", "config", s.Config}, {"", "mongos", s.Routers}}
		for k := range min(s.Shards, mostMembers) {
			groups = append(groups, group{fmt.Sprintf("/shard-%d", k), "", s.Each})
		}
		return members(made, groups...)
	}
	return members(made, group{"", "", read.Spec.Members})
}

// tagged is a version of Percona's builds in the tag of an image: 8.0.17-6, or 8.0.17-6-multi.
var tagged = regexp.MustCompile(`:(\d+\.\d+\.\d+-\d+)(-[a-z0-9]+)?(@.*)?$`)

// perconaMongo reads a cluster of Percona's operator, which patches by itself where upgradeOptions tell it to.
func perconaMongo(object []byte) ([]database.Instance, error) {
	type set struct {
		Name    string `json:"name"`
		Size    int    `json:"size"`
		Arbiter struct {
			Enabled bool `json:"enabled"`
			Size    int  `json:"size"`
		} `json:"arbiter"`
	}
	var read struct {
		Spec struct {
			Image    string `json:"image"`
			Sets     []set  `json:"replsets"`
			Sharding struct {
				Enabled bool `json:"enabled"`
				Config  set  `json:"configsvrReplSet"`
				Routers set  `json:"mongos"`
			} `json:"sharding"`
			Upgrade struct {
				Apply string `json:"apply"`
			} `json:"upgradeOptions"`
		} `json:"spec"`
		Status struct {
			Version string `json:"mongoVersion"`
		} `json:"status"`
	}
	if err := json.Unmarshal(object, &read); err != nil {
		return nil, err
	}
	made := database.Instance{Product: "percona-server-for-mongodb", Version: read.Status.Version, Offering: "mongodb-community"}
	if at := tagged.FindStringSubmatch(read.Spec.Image); at != nil {
		made.Version = cmp.Or(made.Version, at[1])
	}
	if apply := read.Spec.Upgrade.Apply; apply != "" {
		itself := apply != "disabled" && apply != "never" && apply != "Disabled" && apply != "Never"
		made.AutoMinor = &itself
	}
	var groups []group
	for k, s := range read.Spec.Sets {
		name := ""
		if k > 0 {
			name = "/" + s.Name
		}
		groups = append(groups, group{name, "", s.Size})
		if s.Arbiter.Enabled {
			groups = append(groups, group{name, "arbiter", s.Arbiter.Size})
		}
	}
	if s := &read.Spec.Sharding; s.Enabled {
		groups = append(groups, group{"", "config", s.Config.Size}, group{"", "mongos", s.Routers.Size})
	}
	return members(made, groups...)
}
