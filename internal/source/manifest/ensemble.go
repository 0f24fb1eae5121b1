package manifest

import (
	"regexp"
	"slices"
)

// ensemble is a member as the settings of all of an ensemble of ZooKeeper name it: a host, the port
// by which followers reach the leader, and that of elections; an observer has no vote.
//
// Source: server.x in the cluster options of zookeeper.apache.org/doc/current/zookeeperAdmin.html.
var ensemble = regexp.MustCompile(`([a-z0-9][-a-z0-9.]*):2888:3888(:observer)?`)

// ensembleIn are the hosts of the members that a text names, each once.
func ensembleIn(text string) []string {
	var all []string
	for _, m := range ensemble.FindAllStringSubmatch(text, -1) {
		if m[2] == "" && !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}
