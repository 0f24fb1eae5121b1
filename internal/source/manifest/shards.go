package manifest

import "regexp"

// A cluster of ClickHouse in its configuration: shards, each with the hosts that have a copy of it.
//
// Source: clickhouse.com/docs/shards, and remote_servers in
// clickhouse.com/docs/engines/table-engines/special/distributed.
var (
	shard     = regexp.MustCompile(`(?s)<shard>(.*?)</shard>`)
	shardHost = regexp.MustCompile(`<host>\s*([^<\s]+)\s*</host>`)
)

// shardsIn are the hosts of each shard that a text names.
func shardsIn(text string) (all [][]string) {
	for _, m := range shard.FindAllStringSubmatch(text, -1) {
		var hosts []string
		for _, host := range shardHost.FindAllStringSubmatch(m[1], -1) {
			hosts = append(hosts, host[1])
		}
		if len(hosts) > 0 {
			all = append(all, hosts)
		}
	}
	return all
}
