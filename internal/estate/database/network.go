package database

import (
	"net/netip"
	"slices"
)

// ParseNetwork reads 10.0.0.0/8, or an address as the network that it is alone. Networks of IPv4 that are written as those
// of IPv6 (::ffff:10.0.0.0/104) are those of IPv4.
func ParseNetwork(text string) (netip.Prefix, bool) {
	n, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, false
		}
		n = netip.PrefixFrom(a.WithZone(""), a.BitLen())
	}
	if a := n.Addr(); a.Is4In6() && n.Bits() >= mapped.Bits() {
		n = netip.PrefixFrom(a.Unmap(), n.Bits()-mapped.Bits())
	}
	return n.Masked(), true
}

// mapped are all addresses of IPv4 as IPv6 has them.
//
// Source: RFC 4291.
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// everybody are the networks of all addresses.
var everybody = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// Everybody reports whether networks together have all addresses of IPv4 or of IPv6: two halves are all as well.
func Everybody(all []netip.Prefix) bool {
	return covered(everybody[0], all) || covered(everybody[1], all)
}

// covered reports whether networks together have all addresses of one.
func covered(n netip.Prefix, by []netip.Prefix) bool {
	some := false
	for _, b := range by {
		if b.Bits() <= n.Bits() && b.Contains(n.Addr()) {
			return true
		}
		some = some || n.Contains(b.Addr())
	}
	if !some || n.Bits() == n.Addr().BitLen() {
		return false
	}
	low, high := halves(n)
	return covered(low, by) && covered(high, by)
}

// halves are the two networks that one is made of.
func halves(n netip.Prefix) (low, high netip.Prefix) {
	bytes := n.Addr().AsSlice()
	bytes[n.Bits()/8] |= 0x80 >> (n.Bits() % 8)
	upper, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(n.Addr(), n.Bits()+1), netip.PrefixFrom(upper, n.Bits()+1)
}

// inside are the networks that nobody outside is in.
//
// Sources: RFC 1918; RFC 6598, of addresses that are shared and not routed outside; RFC 4193.
var inside = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"),
}

// Wide is the first of some networks that is too large to be one that is known, and not one of the inside: a larger one is
// that of a provider, and all of its customers are in it.
func Wide(all []netip.Prefix) (netip.Prefix, bool) {
	for _, n := range all {
		least := 16
		if n.Addr().Is6() {
			least = 32
		}
		within := slices.ContainsFunc(inside, func(i netip.Prefix) bool { return i.Bits() <= n.Bits() && i.Contains(n.Addr()) })
		if holds := n.Bits() < mapped.Bits() && n.Contains(mapped.Addr()); holds || n.Bits() < least && !within {
			return n, true
		}
	}
	return netip.Prefix{}, false
}
