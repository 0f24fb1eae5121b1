package responsibility

import "testing"

// An entry is private by an annotation, its class, its gateways, its hosts or its
// address; where one of several ways leads to the public, it is public.
func TestPrivate(t *testing.T) {
	c := builtin(t)
	note := func(key, value string) Entry { return Entry{Annotations: map[string]string{key: value}} }
	for _, x := range []struct {
		why  string
		in   Entry
		want string
	}{
		{"nothing told", Entry{}, ""},
		{"AWS, scheme", note("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
			"annotation service.beta.kubernetes.io/aws-load-balancer-scheme=internal"},
		{"AWS, public", note("service.beta.kubernetes.io/aws-load-balancer-scheme", "internet-facing"), ""},
		{"AWS, not internal", note("service.beta.kubernetes.io/aws-load-balancer-internal", "false"), ""},
		{"GKE, capitals", note("networking.gke.io/load-balancer-type", "Internal"), "annotation networking.gke.io/load-balancer-type=Internal"},
		{"Azure", note("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
			"annotation service.beta.kubernetes.io/azure-load-balancer-internal=true"},
		{"any value", note("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", "subnet-1"),
			"annotation service.kubernetes.io/qcloud-loadbalancer-internal-subnetid=subnet-1"},
		{"an empty one", note("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", ""), ""},
		{"MetalLB", note("metallb.io/loadBalancerIPs", "192.168.1.7"), "address 192.168.1.7"},
		{"MetalLB, public", note("metallb.io/loadBalancerIPs", "203.0.113.9"), ""},
		{"Cilium, two families", note("lbipam.cilium.io/ips", "2001:db8::1, 10.0.0.3"), "address 10.0.0.3"},
		{"an address", Entry{Address: "172.16.3.4"}, "address 172.16.3.4"},
		{"a variable", Entry{Address: "${LB_IP}"}, ""},
		{"tailscale", Entry{Class: "tailscale"}, "class tailscale"},
		{"a class", Entry{Class: "gce-internal"}, "class gce-internal"},
		{"a public class", Entry{Class: "nginx"}, ""},
		{"a class that only sounds so", Entry{Class: "internals3"}, ""},
		{"a gateway", Entry{Gateways: []string{"envoy-internal"}}, "gateway envoy-internal"},
		{"one of two gateways", Entry{Gateways: []string{"internal", "external"}}, ""},
		{"hosts", Entry{Hosts: []string{"a.home.arpa", "b.local"}}, "host a.home.arpa"},
		{"one of two hosts", Entry{Hosts: []string{"a.local", "a.example.com"}}, ""},
		{"a host, and any", Entry{Hosts: []string{"a.local", ""}}, ""},
		{"a label of a host", Entry{Hosts: []string{"grafana.internal.example.com"}}, "host grafana.internal.example.com"},
		{"a host that only ends alike", Entry{Hosts: []string{"thelocal"}}, ""},
	} {
		if got := c.Exposure().Private(x.in); got != x.want {
			t.Errorf("%s: %q, want %q", x.why, got, x.want)
		}
	}
}
