package version

import (
	"slices"
	"testing"
)

// A version names one build; a branch or a word that moves does not.
func TestVersions(t *testing.T) {
	for product, texts := range map[string]struct{ whole, none []string }{
		"mongodb": {[]string{"8.0.17", "7.0.28-ent", "8.0.17-debian-12-r0", "8.1.0-rc1", "4.2.25"},
			[]string{"", "8", "8.0", "latest", "8.0.17.1", "8.0.17-", "v8.0.17", "8.0.x", "8.0.17 8.0.18"}},
		"percona-server-for-mongodb": {[]string{"8.0.17-6"}, []string{"8.0-6", "8.0"}},
		"postgresql": {[]string{"16.4", "16.4.0", "9.6.24", "16.4-R2", "16.4 (Debian 16.4-1.pgdg120+1)", "16.4-1.pgdg120+1"},
			[]string{"16", "9.6", "16.4.1", "0.4", "16.4-", "16.4 x", "16beta1"}},
		"redis":  {[]string{"7.2.11", "5:7.0.15-1~deb12u10"}, []string{"7.2", "7", ":7.0.15", "7.0.15-"}},
		"valkey": {[]string{"8.0.2"}, []string{"8.0"}},
		"keydb":  {[]string{"6.3.4"}, []string{"6.3"}},
		"aurora-mysql": {[]string{"8.0.mysql_aurora.3.05.2", "5.7.mysql_aurora.2.11.4.1"},
			[]string{"8.0", "3.05.2", "8.0.mysql_aurora.3.05", "8.0.35"}},
	} {
		p, ok := Of(product)
		if !ok || p.Ask == "" || !slices.Contains(Products(), product) || !p.Names(p.Example) {
			t.Errorf("%s: %+v, %t", product, p, ok)
			continue
		}
		for _, text := range texts.whole {
			if !p.Names(text) {
				t.Errorf("%s %q is none", product, text)
			}
		}
		for _, text := range texts.none {
			if p.Names(text) {
				t.Errorf("%s %q is one", product, text)
			}
		}
	}
	if _, ok := Of("cassandra"); ok {
		t.Error("cassandra is known")
	}
	if names := Products(); len(names) != len(products) || !slices.IsSorted(names) {
		t.Error(names)
	}
}
