package manifest

import (
	"slices"
	"strings"
	"testing"
)

// An ensemble is named in a file, in a variable, or not at all.
func TestEnsembleIn(t *testing.T) {
	for text, want := range map[string]string{
		"tickTime=2000\nserver.1=zoo-0.zoo:2888:3888:participant\nserver.2=far-0.far.shop.svc:2888:3888\n": "zoo-0.zoo far-0.far.shop.svc",
		"server.1=zoo-0.zoo:2888:3888;2181 server.2=zoo-1.zoo:2888:3888;2181 server.1=zoo-0.zoo:2888:3888": "zoo-0.zoo zoo-1.zoo",
		"zoo-0:2888:3888;zoo-1:2888:3888":       "zoo-0 zoo-1",
		"server.1=zoo-0.zoo:2888:3888:observer": "",
		"clientPort=2181":                       "",
		"zoo-0.zoo:2181,zoo-1.zoo:2181":         "",
		"server.1=$(HOST):2888:3888":            "",
	} {
		if got := ensembleIn(text); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q: %q", text, got)
		}
	}
}
