package manifest

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// What pods ask of their nodes is seen wherever it stands in them.
func TestAsks(t *testing.T) {
	for _, x := range []struct{ spec, want string }{
		{`containers: [{name: a}]`, "noLivenessProbe noReadinessProbe"},
		{`containers: [{name: a, livenessProbe: {}, readinessProbe: {}}]`, ""},
		{`{containers: [{name: a, livenessProbe: {}, readinessProbe: {}}], initContainers: [{name: b}]}`, ""},
		{`{containers: [], initContainers: [{name: b, restartPolicy: Always, readinessProbe: {}}]}`, "noLivenessProbe"},
		{`{containers: [], initContainers: [{name: b, securityContext: {privileged: true}}]}`, "privileged"},
		{`{containers: [], initContainers: [{name: b, securityContext: {privileged: false}}]}`, ""},
		{`{containers: [], hostNetwork: true, hostPID: true, hostIPC: true, os: {name: windows}}`, "hostIPC hostNetwork hostPID windows"},
		{`{containers: [], os: {name: linux}}`, ""},
		{`{containers: [], nodeSelector: {kubernetes.io/os: windows}}`, "windows"},
		{`{containers: [], nodeSelector: {kubernetes.io/os: linux}}`, ""},
		{`{containers: [], securityContext: {windowsOptions: {hostProcess: true}}}`, "hostProcess windows"},
		{`{containers: [], securityContext: {windowsOptions: {hostProcess: false}}}`, ""},
		{`{containers: [], securityContext: {windowsOptions: {runAsUserName: a}}}`, ""},
		{`{containers: [], initContainers: [{name: b, securityContext: {capabilities: {add: [CAP_NET_ADMIN, net_raw], drop: [ALL]}}}]}`,
			"capability:NET_ADMIN capability:NET_RAW"},
		{`{containers: [], initContainers: [{name: b, ports: [{containerPort: 1}, {containerPort: 2, hostPort: 80}]}]}`, "hostPort:80"},
		{`{containers: [], volumes: [{name: a, hostPath: {path: /var/lib/kubelet/pods}}, {name: b, hostPath: {path: /var/lib/kubelet}}]}`,
			"hostPath:/var/lib/kubelet"},
		{`{containers: [], volumes: [{name: a, hostPath: {path: ""}}, {name: b, hostPath: {path: var/../run/}}]}`, "hostPath:/ hostPath:/run"},
		{`{containers: [], volumes: [{name: a, csi: {driver: d.io}}, {name: b, awsElasticBlockStore: {volumeID: v}}, {name: c, emptyDir: {}}]}`,
			"driver:d.io driver:kubernetes.io/aws-ebs"},
		{`{containers: [], securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}], seccompProfile: {type: Unconfined}}}`,
			"seccompUnconfined sysctl:net.core.somaxconn"},
		{`{containers: [], initContainers: [{name: a, securityContext: {procMount: Unmasked, appArmorProfile: {type: Unconfined},
			windowsOptions: {hostProcess: true}}}]}`, "appArmorUnconfined hostProcess unmaskedProc windows"},
		{`{containers: [], initContainers: [{name: a, securityContext: {procMount: Default, seccompProfile: {type: RuntimeDefault}}}]}`, ""},
		{`containers: [{name: a, PROBES, args: ["--url=http://169.254.169.254/latest"]}]`, "instanceMetadata"},
		{`containers: [{name: a, PROBES, env: [{name: ENDPOINT, value: "http://169.254.169.254"}]}]`, "instanceMetadata"},
		{`containers: [{name: a, PROBES, env: [{name: NO_PROXY, value: "localhost,http://169.254.169.254"}]}]`, ""},
		{`containers: [{name: a, PROBES, env: [{name: no_proxy, value: "http://[fd00:ec2::254]"}]}]`, ""},
		{`containers: [{name: a, PROBES, args: ["--deny-url=http://169.254.169.254/"]}]`, ""},
		{`containers: [{name: a, PROBES, args: [--exclude, "http://169.254.169.254/"]}]`, ""},
		{`containers: [{name: a, PROBES, command: [gate, --block], args: ["http://169.254.169.254/"]}]`, ""},
		{`containers: [{name: a, PROBES, env: [{name: BLOCKED_URLS, value: "http://169.254.169.254/"}]}]`, ""},
		{`containers: [{name: a, PROBES, env: [{name: AWS_EC2_METADATA_SERVICE_ENDPOINT, value: "http://169.254.169.254"},
			{name: AWS_EC2_METADATA_DISABLED, value: "true"}]}]`, ""},
		{`containers: [{name: a, PROBES, env: [{name: AWS_EC2_METADATA_SERVICE_ENDPOINT, value: "http://169.254.169.254"},
			{name: AWS_EC2_METADATA_DISABLED, value: "false"}]}]`, "instanceMetadata"},
		{`{containers: [], initContainers: [{name: b, command: [sh, -c, "curl -s http://169.254.169.254/latest/meta-data/x > /x"]}]}`,
			"instanceMetadata"},
	} {
		var spec corev1.PodSpec
		x.spec = strings.ReplaceAll(x.spec, "PROBES", "livenessProbe: {}, readinessProbe: {}")
		if err := yaml.UnmarshalStrict([]byte(x.spec), &spec); err != nil {
			t.Fatalf("%s: %v", x.spec, err)
		}
		if got := podAsks(&spec); strings.Join(got, " ") != x.want || !slices.IsSorted(got) {
			t.Errorf("%s\nasks %q, want %q", x.spec, got, x.want)
		}
	}
}
