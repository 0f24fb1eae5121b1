package instances

import (
	"cmp"
	"strings"

	"github.com/onus-project/onus/internal/estate/database"
)

// domain reads a domain of OpenSearch Service, and the software that waits for it.
//
// Source: docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainStatus.html: EngineVersion is
// OpenSearch_2.11 or Elasticsearch_7.10; ServiceSoftwareOptions has the update.
func domain(x *thing, into *database.Estate) error {
	var read struct {
		Name    string `json:"DomainName"`
		ARN     string `json:"ARN"`
		Version string `json:"EngineVersion"`
		Deleted bool   `json:"Deleted"`
		Config  struct {
			Nodes   int   `json:"InstanceCount"`
			Zones   *bool `json:"ZoneAwarenessEnabled"`
			Standby bool  `json:"MultiAZWithStandbyEnabled"`
		} `json:"ClusterConfig"`
		VPC *struct {
			ID string `json:"VPCId"`
		} `json:"VPCOptions"`
		Endpoint string `json:"Endpoint"`
		Software struct {
			New       string `json:"NewVersion"`
			Available bool   `json:"UpdateAvailable"`
			Status    string `json:"UpdateStatus"`
			Date      stamp  `json:"AutomatedUpdateDate"`
			Optional  bool   `json:"OptionalDeployment"`
		} `json:"ServiceSoftwareOptions"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	if read.Name == "" {
		return x.fault("/DomainName", "", "is empty")
	}
	if read.Deleted {
		return nil
	}
	a := parseARN(read.ARN)
	engine, version, _ := strings.Cut(read.Version, "_")
	made := database.Instance{Name: read.Name, Product: cmp.Or(strings.ToLower(engine), "opensearch"), Version: version,
		Offering: "opensearch-service", Account: a.account, Region: a.region, Position: x.at("/DomainName")}
	if read.VPC != nil && read.VPC.ID != "" {
		inside := false
		made.Public = &inside
	} else if read.Endpoint != "" {
		outside := true
		made.Public = &outside
	}
	into.Instances = append(into.Instances, made)
	if s := &read.Software; s.Available {
		into.Pending = append(into.Pending, database.Pending{Name: read.Name, Account: a.account, Region: a.region,
			Offering: "opensearch-service", Action: "service software " + s.New,
			Status: s.Status, Forced: s.Date.Time, Position: x.at("/ServiceSoftwareOptions")})
	}
	return nil
}
