package database

import (
	"net/netip"
	"testing"
)

// All addresses are all, however they are written; a large network is not known, and one of the inside is.
func TestNetworks(t *testing.T) {
	for _, x := range []struct {
		all        []string
		every, big bool
	}{
		{[]string{"0.0.0.0/0"}, true, true},
		{[]string{"10.0.0.0/8", "::/0"}, true, true},
		{[]string{"0.0.0.0/1", "128.0.0.0/1"}, true, true},
		{[]string{"0.0.0.0/1", "192.0.0.0/2", "128.0.0.0/2"}, true, true},
		{[]string{"0.0.0.0/1", "192.0.0.0/2"}, false, true},
		{[]string{"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"}, false, false},
		{[]string{"fc00::/7"}, false, false},
		{[]string{"::ffff:0.0.0.0/96"}, true, true},
		{[]string{"::ffff:0.0.0.0/97", "::ffff:128.0.0.0/97"}, true, true},
		{[]string{"::ffff:0:0/80"}, false, true},
		{[]string{"::ffff:10.0.0.0/104", "::ffff:192.0.2.7", "192.0.0.0/16"}, false, false},
		{[]string{"3.0.0.0/8"}, false, true},
		{[]string{"2001:d00::/24"}, false, true},
		{[]string{"10.0.0.0/7"}, false, true},
		{[]string{"192.168.0.0/15"}, false, true},
		{[]string{"100.64.0.0/10", "172.16.0.0/12"}, false, false},
		{nil, false, false},
	} {
		var all []netip.Prefix
		for _, text := range x.all {
			n, ok := ParseNetwork(text)
			if !ok {
				t.Fatal(text)
			}
			all = append(all, n)
		}
		if _, big := Wide(all); Everybody(all) != x.every || big != x.big {
			t.Errorf("%v: %t, %t", x.all, Everybody(all), big)
		}
	}
	for _, text := range []string{"", "10.0.0.0/40", "::ffff:10.0.0.0/140", "anywhere"} {
		if _, ok := ParseNetwork(text); ok {
			t.Error(text)
		}
	}
}
