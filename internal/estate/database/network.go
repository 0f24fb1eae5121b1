package database

import "net/netip"

// ParseNetwork reads 10.0.0.0/8, or an address as the network that it is alone.
func ParseNetwork(text string) (netip.Prefix, bool) {
	if n, err := netip.ParsePrefix(text); err == nil {
		return n.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// everybody are the networks of all addresses.
var everybody = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// Everybody reports whether networks together have all addresses of IPv4 or of IPv6: two halves are all as well.
func Everybody(all []netip.Prefix) bool {
	return covered(everybody[0], all) || covered(everybody[1], all)
}

// covered reports whether networks together have all addresses of one.
func covered(n netip.Prefix, by []netip.Prefix) bool {
	inside := false
	for _, b := range by {
		if b.Bits() <= n.Bits() && b.Contains(n.Addr()) {
			return true
		}
		inside = inside || n.Contains(b.Addr())
	}
	if !inside || n.Bits() == n.Addr().BitLen() {
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

// Wide is the first of some networks that is too large to be one that is known: larger than any that was given to one
// holder, and not one of the inside.
func Wide(all []netip.Prefix) (netip.Prefix, bool) {
	for _, n := range all {
		least := 8
		if n.Addr().Is6() {
			least = 16
		}
		if n.Bits() < least && !n.Addr().IsPrivate() {
			return n, true
		}
	}
	return netip.Prefix{}, false
}
