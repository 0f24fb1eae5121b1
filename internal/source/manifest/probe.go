package manifest

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// readyAfter is how long after its start a pod is ready at the soonest, by what its
// probes say: the kubelet does not ask before their initialDelaySeconds, which
// count from the start of each container, nor about readiness before it has found
// the container to have started. Sidecars start one after the other, before all
// else.
//
// Source: worker.doProbe in pkg/kubelet/prober/worker.go of Kubernetes 1.36, and
// computeInitContainerActions in pkg/kubelet/kuberuntime.
func readyAfter(spec *corev1.PodSpec) time.Duration {
	var from, ready time.Duration
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		if !sidecar(c) {
			continue
		}
		ready = max(ready, from+containerReadyAfter(c))
		from += delay(c.StartupProbe)
	}
	for i := range spec.Containers {
		ready = max(ready, from+containerReadyAfter(&spec.Containers[i]))
	}
	return ready
}

// sidecar reports whether an init container runs on beside the others.
func sidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// containerReadyAfter is that of one container, from its own start.
func containerReadyAfter(c *corev1.Container) time.Duration {
	after := max(delay(c.StartupProbe), delay(c.ReadinessProbe))
	if p := c.ReadinessProbe; p != nil && p.SuccessThreshold > 1 {
		period := p.PeriodSeconds
		if period <= 0 {
			period = 10 // SetDefaults_Probe in pkg/apis/core/v1/defaults.go
		}
		after += seconds(int64(p.SuccessThreshold-1) * int64(period))
	}
	return after
}

func delay(p *corev1.Probe) time.Duration {
	if p == nil {
		return 0
	}
	return seconds(int64(p.InitialDelaySeconds))
}
