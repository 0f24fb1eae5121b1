package manifest

import (
	"fmt"
	"testing"
)

func TestShardsIn(t *testing.T) {
	replica := func(host string) string { return "<replica><host>" + host + "</host><port>9000</port></replica>" }
	for text, want := range map[string]string{
		"<shard>" + replica("a-0.a") + "</shard>\n<shard>\n" + replica(" a-1.a\n") + "\n</shard>": "[[a-0.a] [a-1.a]]",
		"<shard>" + replica("a-0") + replica("b-0") + "</shard>":                                  "[[a-0 b-0]]",
		`<shard from_env="SHARD"></shard>`:                                                        "[]",
		"<node><host>zoo-0</host></node>":                                                         "[]",
	} {
		if got := fmt.Sprint(shardsIn(text)); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
