package responsibility

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// Entry is by what requests come into a cluster: a load balancer, an Ingress or a
// route, as far as it tells whether everybody may send them.
type Entry struct {
	Annotations map[string]string
	Class       string   // as it is named
	Gateways    []string // by name
	Hosts       []string // that are answered for; none, or an empty one, for all
	Address     string   // that is asked for
}

// Exposure is what keeps what is reached from outside of a cluster off the public internet, as exposure.yaml has it.
type Exposure struct {
	Annotations []exposureMark `json:"annotations,omitempty"`
	Addresses   []string       `json:"addresses,omitempty"` // annotations that hold some
	Words       []string       `json:"words,omitempty"`
	Domains     []string       `json:"domains,omitempty"`
	Placeholder []string       `json:"placeholders,omitempty"`
	LoggingIn   []login        `json:"logins,omitempty"`
	Locals      []exposureOn   `json:"local,omitempty"`
	Balancers   []Balancer     `json:"balancers,omitempty"`

	name string // of the last file, for errors
	doc  *document.Document
}

// exposureMark is an annotation by which an entry is private: with one of some
// values, in small letters, or with any.
type exposureMark struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
	From   []string `json:"from"`
}

// login is by what only those who log in are let through: an annotation of an Ingress, or a program in a pod, by its image.
type login struct {
	Annotation string   `json:"annotation,omitempty"`
	Image      string   `json:"image,omitempty"`
	From       []string `json:"from"`
}

// exposureOn is an offering, or a platform, on which load balancers have addresses of
// the network that the nodes stand in.
type exposureOn struct {
	On   string   `json:"on"`
	From []string `json:"from"`
}

// add lays a file over what is known.
func (x *Exposure) add(f *file[Exposure]) {
	x.name, x.doc = f.name, f.doc
	x.Annotations = append(x.Annotations, f.value.Annotations...)
	x.Addresses = append(x.Addresses, f.value.Addresses...)
	x.Words = append(x.Words, f.value.Words...)
	x.Domains, x.Placeholder = append(x.Domains, f.value.Domains...), append(x.Placeholder, f.value.Placeholder...)
	x.LoggingIn = append(x.LoggingIn, f.value.LoggingIn...)
	x.Locals = append(x.Locals, f.value.Locals...)
}

// check is the fault of an annotation or an offering that cites no source there is.
func (x *Exposure) check(c *Catalog) error {
	cited := map[string][]string{}
	for _, a := range x.Annotations {
		cited[a.Key] = append(cited[a.Key], a.From...)
	}
	for _, l := range x.LoggingIn {
		cited[l.Annotation+l.Image] = append(cited[l.Annotation+l.Image], l.From...)
	}
	for _, l := range x.Locals {
		cited[l.On] = append(cited[l.On], l.From...)
	}
	for _, b := range c.Balancers {
		cited[b.Delay] = append(cited[b.Delay], b.From...)
	}
	for _, what := range slices.Sorted(maps.Keys(cited)) {
		if err := c.uncited(x.name, x.doc, what, cited[what]); err != nil {
			return err
		}
	}
	return nil
}

// Exposure is that of the catalog.
func (c *Catalog) Exposure() *Exposure { return &c.exposure }

// Local reports whether a load balancer on an offering has an address of the network
// that the nodes stand in, as far as nothing else is asked for.
func (x *Exposure) Local(o *Offering) bool {
	return o != nil && slices.ContainsFunc(x.Locals, func(l exposureOn) bool { return l.On == o.ID })
}

// Login says by what only those who log in get through an entry, or through the programs of a pod, by their images; empty
// where nothing is known to ask for it.
func (x *Exposure) Login(e Entry, images []string) string {
	for _, l := range x.LoggingIn {
		switch {
		case l.Annotation != "" && e.Annotations[l.Annotation] != "":
			return "annotation " + l.Annotation
		case l.Image != "" && slices.Contains(images, l.Image):
			return l.Image + " in its pod"
		}
	}
	return ""
}

// Logins are by what only those who log in get through an entry, each with its sources.
func (x *Exposure) Logins() map[string][]string {
	all := map[string][]string{}
	for _, l := range x.LoggingIn {
		all[l.Annotation+l.Image] = l.From
	}
	return all
}

// PrivateAnnotations are the annotations by which an entry is private, each with
// its sources.
func (x *Exposure) PrivateAnnotations() map[string][]string {
	all := map[string][]string{}
	for _, a := range x.Annotations {
		all[a.Key] = a.From
	}
	return all
}

// Private says by what an entry is known to be reached from private networks alone;
// empty where everybody may reach it, as far as it tells.
func (x *Exposure) Private(e Entry) string {
	for _, a := range x.Annotations {
		value, there := e.Annotations[a.Key]
		if there && value != "" && (len(a.Values) == 0 || slices.Contains(a.Values, strings.ToLower(value))) {
			return "annotation " + a.Key + "=" + value
		}
	}
	if x.worded(e.Class) {
		return "class " + e.Class
	}
	if len(e.Gateways) > 0 && !slices.ContainsFunc(e.Gateways, func(name string) bool { return !x.worded(name) }) {
		return "gateway " + e.Gateways[0]
	}
	if len(e.Hosts) > 0 && !slices.ContainsFunc(e.Hosts, func(host string) bool { return !x.hidden(host) }) {
		return "host " + e.Hosts[0]
	}
	addresses := []string{e.Address}
	for _, key := range x.Addresses {
		addresses = append(addresses, e.Annotations[key])
	}
	for _, all := range addresses {
		for one := range strings.SplitSeq(all, ",") {
			if ip, err := netip.ParseAddr(strings.TrimSpace(one)); err == nil && (ip.IsPrivate() || shared.Contains(ip)) {
				return "address " + ip.String()
			}
		}
	}
	return ""
}

// shared are the addresses of carriers, and of tailnets, which the internet routes to
// nobody (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// worded reports whether a name has a word by which it is of a private network.
func (x *Exposure) worded(name string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_./", r) })
	return slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(x.Words, p) })
}

// StandIn reports whether a host that a chart has by default stands in for the one that who
// installs it will name: it tells nothing of who calls.
func (x *Exposure) StandIn(host string) bool { return below(host, x.Placeholder) }

// below reports whether a host is one of some domains, or below one.
func below(host string, domains []string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc(domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
}

// hidden reports whether a host is one that no public name server knows.
func (x *Exposure) hidden(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return below(host, x.Domains) ||
		slices.ContainsFunc(strings.Split(host, "."), func(label string) bool { return slices.Contains(x.Words, label) })
}
