package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// routed keeps which Services an object of a proxy sends requests to.
func (r accessReader) routed(doc *document.Document, group string, by kubernetes.Ref) {
	how := responsibility.RouteOf(group + "/" + by.Kind)
	if how == nil && !builtin(group) && wraps(doc) {
		how = responsibility.WrappedRoute()
	}
	if how == nil {
		return
	}
	var o map[string]any
	if doc.Decode(&o) != nil || made(o) {
		return
	}
	entry := kubernetes.Entry{Gateways: texts(o, how.Gateways), Hosts: append(texts(o, how.Hosts), ruled(texts(o, how.Rules))...)}
	var m struct {
		Metadata meta `json:"metadata"`
	}
	if doc.Decode(&m) == nil {
		entry.Annotations = m.Metadata.Annotations
	}
	for _, path := range how.Annotations {
		for _, of := range at(o, path) {
			entry.Annotations = withTexts(entry.Annotations, of)
		}
	}
	if how.AlsoInside != "" && !slices.ContainsFunc(entry.Gateways, func(g string) bool { return g != how.AlsoInside }) {
		return
	}
	var seen []string
	for _, s := range append(servicesAt(o, how.Services), addressed(texts(o, how.Texts))...) {
		namespace := cmp.Or(s.Namespace, namespaceOf(by.Namespace))
		if slices.Contains(seen, namespace+"/"+s.Name) {
			continue
		}
		seen = append(seen, namespace+"/"+s.Name)
		r.into.Backends = append(r.into.Backends, kubernetes.Backend{
			Namespace: namespace, Service: s.Name, By: by, Entry: entry, Position: r.at(doc),
		})
	}
}

// wraps reports whether an object may hold the rules of an Ingress.
func wraps(doc *document.Document) bool {
	object, _ := doc.JSON()
	return bytes.Contains(object, []byte(`"rules"`)) && bytes.Contains(object, []byte(`"backend"`)) ||
		bytes.Contains(object, []byte(`"defaultBackend"`))
}

// withTexts are annotations with others that are texts.
func withTexts(under map[string]string, more any) map[string]string {
	values, _ := more.(map[string]any)
	all := maps.Clone(under)
	for name, value := range values {
		if text, is := value.(string); is {
			if all == nil {
				all = map[string]string{}
			}
			all[name] = text
		}
	}
	return all
}

// made reports whether a controller made an object of an Ingress or a Service, which tells more of
// who calls it.
func made(o map[string]any) bool {
	labels, _ := at(o, "metadata.labels")[0].(map[string]any)
	return labels["ingress.k8s.aws/stack"] != nil || labels["service.k8s.aws/stack-name"] != nil
}

// at are the values at a path, of every element of the lists on it; one that is nil where there
// are none.
func at(from any, path string) []any {
	found := []any{from}
	for name := range strings.SplitSeq(path, ".") {
		var next []any
		for _, f := range found {
			if m, ok := f.(map[string]any); ok && m[name] != nil {
				next = append(next, elements(m[name])...)
			}
		}
		found = next
	}
	if len(found) == 0 {
		return []any{nil}
	}
	return found
}

// elements are those of a list, or a value alone.
func elements(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// texts are those at some paths.
func texts(from any, paths []string) []string {
	var all []string
	for _, path := range paths {
		for _, v := range at(from, path) {
			if s, ok := v.(string); ok {
				all = append(all, s)
			}
		}
	}
	return all
}

// servicesAt are the Services that objects at some paths name. What is of another kind is none.
func servicesAt(from any, paths []string) []backendRef {
	var all []backendRef
	for _, path := range paths {
		for _, v := range at(from, path) {
			var ref struct {
				Kind        string `json:"kind"`
				Name        string `json:"name"`
				ServiceName string `json:"serviceName"`
				Namespace   string `json:"namespace"`
			}
			data, err := json.Marshal(v)
			if err != nil || json.Unmarshal(data, &ref) != nil {
				continue
			}
			if name := cmp.Or(ref.ServiceName, ref.Name); name != "" && (ref.Kind == "" || ref.Kind == "Service") {
				all = append(all, backendRef{Name: name, Namespace: ref.Namespace})
			}
		}
	}
	return all
}

// addressed are the Services that addresses are of: web, web.shop, web.shop.svc.cluster.local, each
// with a scheme and a port or without. One of another form is a host elsewhere.
func addressed(all []string) []backendRef {
	var refs []backendRef
	for _, text := range all {
		if _, rest, ok := strings.Cut(text, "://"); ok {
			text = rest
		}
		text, _, _ = strings.Cut(text, "/")
		text, _, _ = strings.Cut(text, ":")
		parts := strings.Split(strings.TrimSuffix(text, "."), ".")
		if text == "" || len(parts) > 2 && parts[2] != "svc" {
			continue
		}
		ref := backendRef{Name: parts[0]}
		if len(parts) > 1 {
			ref.Namespace = parts[1]
		}
		refs = append(refs, ref)
	}
	return refs
}

// ruleHost is what a rule of Traefik's names hosts by, and ruleName a name in it.
var (
	ruleHost = regexp.MustCompile("Host(?:SNI)?\\(([^)]*)\\)")
	ruleName = regexp.MustCompile("[`\"]([^`\"]+)[`\"]")
)

// ruled are the hosts of rules. One that has none answers for all.
func ruled(rules []string) []string {
	var all []string
	for _, rule := range rules {
		found := ruleHost.FindAllStringSubmatch(rule, -1)
		if len(found) == 0 {
			all = append(all, "")
		}
		for _, f := range found {
			for _, name := range ruleName.FindAllStringSubmatch(f[1], -1) {
				all = append(all, strings.Replace(name[1], "*", "", 1))
			}
		}
	}
	return all
}

// A tunnel of Cloudflare's is told by a file of settings to which Services it sends requests that
// come in at Cloudflare.
//
// Source: developers.cloudflare.com/cloudflare-one/connections/connect-apps/configuration/ingress.
var (
	tunnel        = regexp.MustCompile(`(?m)^tunnel:`)
	tunnelIngress = regexp.MustCompile(`(?m)^ingress:`)
	tunnelHost    = regexp.MustCompile(`(?m)^[\s-]*hostname:\s*["']?([^\s"'#]+)`)
	tunnelService = regexp.MustCompile(`(?m)^[\s-]*service:\s*["']?([a-z]+://[^\s"'#]+)`)
)

// tunnelled keeps which Services a ConfigMap has a tunnel send requests to.
func (r accessReader) tunnelled(doc *document.Document, namespace, name string, data map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(data)) {
		text := data[key]
		if len(text) > longestConfig || !tunnel.MatchString(text) || !tunnelIngress.MatchString(text) {
			continue
		}
		var entry kubernetes.Entry
		for _, host := range tunnelHost.FindAllStringSubmatch(text, -1) {
			entry.Hosts = append(entry.Hosts, strings.Replace(host[1], "*", "", 1))
		}
		for _, service := range tunnelService.FindAllStringSubmatch(text, -1) {
			for _, s := range addressed(service[1:]) {
				r.into.Backends = append(r.into.Backends, kubernetes.Backend{
					Namespace: cmp.Or(s.Namespace, namespaceOf(namespace)), Service: s.Name, Entry: entry, Position: r.at(doc),
					By: kubernetes.Ref{Namespace: namespace, Kind: "ConfigMap", Name: name},
				})
			}
		}
	}
}
