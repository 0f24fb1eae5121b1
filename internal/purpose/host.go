package purpose

import (
	"regexp"
	"slices"
	"strings"
)

// BeforeProductionByHost reports whether a host is by its name one of an environment
// before production: staging.shop.com, shop-dev.example.org, *.qa.shop.co.uk. What a name
// is registered as says nothing: shop.dev, test.org.
func BeforeProductionByHost(host string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	before := false
	for _, label := range labels[:len(labels)-min(len(labels), registered(labels))] {
		if IsProduction(label) {
			return false
		}
		last := label[strings.LastIndexByte(label, '-')+1:]
		first, _, _ := strings.Cut(label, "-")
		e := known().environment(unnumbered(first))
		// dev-portal and test-results may be what somebody looks for; nobody calls a program staging.
		before = before || known().tested(label) || known().tested(last) || e != nil && e.Place && !e.Production
	}
	return before
}

// registered is how many labels at the end of a host somebody has registered: two, or
// three below a country: shop.co.uk.
func registered(labels []string) int {
	general := []string{"co", "com", "org", "net", "gov", "ac", "edu"}
	if n := len(labels); n > 2 && len(labels[n-1]) == 2 && slices.Contains(general, labels[n-2]) {
		return 3
	}
	return 2
}

// ownAddress is a host that leads everybody to their own machine: by what is reserved for that,
// or by a name server that answers with the address in the name.
//
// Source: datatracker.ietf.org/doc/html/rfc6761, 6.3; nip.io and sslip.io.
var ownAddress = regexp.MustCompile(`^((.+\.)?localhost|127\.0\.0\.1|(.+[.-])?127[.-]0[.-]0[.-]1\.(nip|sslip|xip)\.io|` +
	`(.+\.)?(localtest\.me|lvh\.me|vcap\.me))$`)

// OnThisMachine reports whether a host leads to the machine of whoever asks, as those do with
// which somebody develops: web.localhost, web.127.0.0.1.nip.io.
func OnThisMachine(host string) bool {
	host, _, _ = strings.Cut(strings.ToLower(strings.TrimSuffix(host, ".")), ":")
	return ownAddress.MatchString(host)
}
