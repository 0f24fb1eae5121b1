package instances

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/estate/database"
)

// mostNodes is more than Atlas takes of members of a cluster, all its shards together: 70 shards of 50 at the most.
const mostNodes = 5000

// atlasCluster reads a cluster of Atlas, which says how many members there are to be, and of all of them one
// version. The list of processes names each, and goes over it.
//
// Source: the Admin API's resource Clusters: version 2023-02-01 counts shards in numShards, 2024-08-05 repeats
// replicationSpecs; mongoDBVersion is that of the binary, mongoDBMajorVersion the branch.
func atlasCluster(x *thing, into *database.Estate) error {
	var read struct {
		Name    string       `json:"name"`
		Group   string       `json:"groupId"`
		Version string       `json:"mongoDBVersion"`
		Major   string       `json:"mongoDBMajorVersion"`
		State   string       `json:"stateName"`
		Shards  []atlasShard `json:"replicationSpecs"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	if read.Name == "" {
		return x.fault("/name", "", "is empty")
	}
	if read.State == "DELETING" || read.State == "DELETED" {
		return nil
	}
	made := database.Instance{Product: "mongodb", Version: cmp.Or(read.Version, read.Major), Offering: "mongodb-atlas", Account: read.Group,
		Planned: true, Position: x.at("/name")}
	shard, before := 0, len(into.Instances)
	for k := range read.Shards {
		for range min(max(read.Shards[k].Number, 1), mostNodes) {
			made.Deployment = shardName(read.Name, shard)
			all, ok := read.Shards[k].members(made)
			into.Instances = append(into.Instances, all...)
			if !ok || len(into.Instances)-before > mostNodes {
				into.Instances = into.Instances[:before]
				return x.fault("/replicationSpecs", "", "has fewer than 0 nodes or more than %d", mostNodes)
			}
			shard++
		}
	}
	if len(into.Instances) == before { // of the shared and the flexible tiers no members are told
		made.Name, made.Deployment = read.Name, read.Name
		into.Instances = append(into.Instances, made)
	}
	return nil
}

// atlasShard is one shard, or as many as numShards says.
type atlasShard struct {
	Number  int `json:"numShards"`
	Regions []struct {
		Provider  string     `json:"providerName"`
		Region    string     `json:"regionName"`
		Electable atlasNodes `json:"electableSpecs"`
		ReadOnly  atlasNodes `json:"readOnlySpecs"`
		Analytics atlasNodes `json:"analyticsSpecs"`
	} `json:"regionConfigs"`
}

type atlasNodes struct {
	Nodes int `json:"nodeCount"`
}

// members are those that a shard is to have, after one of them; false where that is no number of nodes.
func (s *atlasShard) members(made database.Instance) (all []database.Instance, ok bool) {
	for i := range s.Regions {
		r := &s.Regions[i]
		made.Region = r.Region
		if r.Provider == "AWS" {
			made.Region = strings.ReplaceAll(strings.ToLower(r.Region), "_", "-")
		}
		for _, some := range []struct {
			role  string
			nodes int
		}{{"", r.Electable.Nodes}, {"read-only", r.ReadOnly.Nodes}, {"analytics", r.Analytics.Nodes}} {
			if some.nodes < 0 || some.nodes > mostNodes || len(all) > mostNodes {
				return nil, false
			}
			for range some.nodes {
				made.Name, made.Role = fmt.Sprintf("%s-%d", made.Deployment, len(all)), some.role
				all = append(all, made)
			}
		}
	}
	return all, true
}

// shardName is what the members of one shard of a cluster make together: the cluster, where that has but one.
func shardName(cluster string, shard int) string {
	if shard == 0 {
		return cluster
	}
	return cluster + "/shard-" + strconv.Itoa(shard)
}

// atlasHost is what the host of a process says: claims-prod-shard-00-01.ab1cd.mongodb.net.
var atlasHost = regexp.MustCompile(`^(.+?)-(?:shard-(\d+)|config)-\d+\.`)

// atlasProcess reads one mongod or mongos, with the version that it runs.
//
// Source: the Admin API's resource Processes: typeName is REPLICA_PRIMARY, REPLICA_SECONDARY, SHARD_CONFIG_PRIMARY,
// SHARD_MONGOS and others; userAlias is the host by the cluster's name where hostname is not.
func atlasProcess(x *thing, into *database.Estate) error {
	var read struct {
		Host    string `json:"hostname"`
		Alias   string `json:"userAlias"`
		Port    int    `json:"port"`
		Group   string `json:"groupId"`
		Set     string `json:"replicaSetName"`
		Type    string `json:"typeName"`
		Version string `json:"version"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	if read.Host == "" {
		return x.fault("/hostname", "", "is empty")
	}
	made := database.Instance{Name: fmt.Sprintf("%s:%d", read.Host, read.Port), Product: "mongodb", Version: read.Version,
		Offering: "mongodb-atlas", Account: read.Group, Deployment: read.Set, Role: strings.ToLower(read.Type), Position: x.at("/hostname")}
	for _, host := range []string{read.Alias, read.Host} {
		at := atlasHost.FindStringSubmatch(host)
		if at == nil {
			continue
		}
		shard, _ := strconv.Atoi(at[2])
		made.Deployment = shardName(at[1], shard)
		if at[2] == "" {
			made.Deployment = at[1]
		}
		break
	}
	into.Instances = append(into.Instances, made)
	return nil
}
