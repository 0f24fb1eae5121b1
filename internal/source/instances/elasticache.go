package instances

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/estate/database"
)

// cacheNode is how ElastiCache names the nodes of a group: orders-0001-002 with shards, orders-002 without.
var cacheNode = regexp.MustCompile(`^.+-(\d{4})-\d{3}$`)

// groupName is what the nodes of one shard of a group make together.
func groupName(group, node string) string {
	if at := cacheNode.FindStringSubmatch(node); at != nil && at[1] != "0001" {
		return group + "/" + at[1]
	}
	return group
}

// replicationGroup reads a group of nodes with a primary and replicas. It says nothing of their version, which
// describe-cache-clusters does.
//
// Source: docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html.
func replicationGroup(x *thing, into *database.Estate) error {
	var read struct {
		Name     string `json:"ReplicationGroupId"`
		ARN      string `json:"ARN"`
		Engine   string `json:"Engine"`
		Failover string `json:"AutomaticFailover"`
		Minor    *bool  `json:"AutoMinorVersionUpgrade"`
		Shards   []struct {
			Nodes []struct {
				Name string `json:"CacheClusterId"`
				Role string `json:"CurrentRole"`
				Zone string `json:"PreferredAvailabilityZone"`
			} `json:"NodeGroupMembers"`
		} `json:"NodeGroups"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	a := parseARN(read.ARN)
	for i := range read.Shards {
		for k, n := range read.Shards[i].Nodes {
			at := jsontext.Pointer("/NodeGroups").AppendToken(itoa(i)) + "/NodeGroupMembers"
			if n.Name == "" {
				return x.fault(at.AppendToken(itoa(k))+"/CacheClusterId", "", "is empty")
			}
			standby := len(read.Shards[i].Nodes) > 1 && strings.HasPrefix(read.Failover, "enabl")
			into.Instances = append(into.Instances, database.Instance{Name: n.Name, Product: cmp.Or(read.Engine, "redis"),
				Deployment: groupName(read.Name, n.Name), Role: n.Role, Offering: "elasticache", Account: a.account,
				Region: cmp.Or(a.region, regionOf(n.Zone)), Zone: n.Zone, Standby: &standby, AutoMinor: read.Minor, Planned: true,
				Position: x.at(at.AppendToken(itoa(k)) + "/CacheClusterId")})
		}
	}
	return nil
}

// cacheCluster reads one node with its version, or a cluster of Memcached.
//
// Source: docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html.
func cacheCluster(x *thing, into *database.Estate) error {
	var read struct {
		Name    string `json:"CacheClusterId"`
		Group   string `json:"ReplicationGroupId"`
		ARN     string `json:"ARN"`
		Engine  string `json:"Engine"`
		Version string `json:"EngineVersion"`
		Zone    string `json:"PreferredAvailabilityZone"`
		Window  string `json:"PreferredMaintenanceWindow"`
		Minor   *bool  `json:"AutoMinorVersionUpgrade"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	if read.Name == "" {
		return x.fault("/CacheClusterId", "", "is empty")
	}
	a := parseARN(read.ARN)
	made := database.Instance{Name: read.Name, Product: read.Engine, Version: read.Version, Offering: "elasticache", Account: a.account,
		Region: cmp.Or(a.region, regionOf(read.Zone)), Zone: read.Zone, Window: read.Window, AutoMinor: read.Minor,
		Position: x.at("/CacheClusterId")}
	if read.Group != "" {
		made.Deployment = groupName(read.Group, read.Name)
	} else {
		alone := false
		made.Standby = &alone // one that is in no group fails over to nothing
	}
	into.Instances = append(into.Instances, made)
	return nil
}

// updateAction reads how a service update stands for one group or cluster.
//
// Source: docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_UpdateAction.html.
func updateAction(x *thing, into *database.Estate) error {
	var read struct {
		Group    string `json:"ReplicationGroupId"`
		Cluster  string `json:"CacheClusterId"`
		Update   string `json:"ServiceUpdateName"`
		Kind     string `json:"ServiceUpdateType"`
		Severity string `json:"ServiceUpdateSeverity"`
		By       stamp  `json:"ServiceUpdateRecommendedApplyByDate"`
		Status   string `json:"UpdateActionStatus"`
		SLA      string `json:"SlaMet"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	name := cmp.Or(read.Group, read.Cluster)
	if name == "" {
		return x.fault("/ReplicationGroupId", "", "is empty, and so is CacheClusterId")
	}
	into.Pending = append(into.Pending, database.Pending{Name: name, Cluster: read.Group != "", Offering: "elasticache", Action: read.Update,
		About: strings.TrimSpace(read.Severity + " " + read.Kind), Due: read.By.Time, Status: read.Status, Missed: read.SLA == "no",
		Position: x.at("/ServiceUpdateName")})
	return nil
}
