package cluster

import corev1 "k8s.io/api/core/v1"

// keepSecurity keeps of how a container is confined what platforms refuse.
func keepSecurity(s *corev1.SecurityContext) *corev1.SecurityContext {
	if s == nil {
		return nil
	}
	kept := corev1.SecurityContext{
		Privileged: s.Privileged, ProcMount: s.ProcMount,
		SeccompProfile: keepSeccomp(s.SeccompProfile), AppArmorProfile: keepArmor(s.AppArmorProfile),
	}
	if s.Capabilities != nil {
		kept.Capabilities = &corev1.Capabilities{Add: s.Capabilities.Add}
	}
	kept.WindowsOptions = keepWindows(s.WindowsOptions)
	return &kept
}

// keepPodSecurity is keepSecurity for what all containers of a pod have.
func keepPodSecurity(s *corev1.PodSecurityContext) *corev1.PodSecurityContext {
	if s == nil {
		return nil
	}
	kept := corev1.PodSecurityContext{
		SeccompProfile: keepSeccomp(s.SeccompProfile), AppArmorProfile: keepArmor(s.AppArmorProfile),
		WindowsOptions: keepWindows(s.WindowsOptions),
	}
	for _, x := range s.Sysctls {
		kept.Sysctls = append(kept.Sysctls, corev1.Sysctl{Name: x.Name})
	}
	return &kept
}

func keepWindows(w *corev1.WindowsSecurityContextOptions) *corev1.WindowsSecurityContextOptions {
	if w == nil {
		return nil
	}
	return &corev1.WindowsSecurityContextOptions{HostProcess: w.HostProcess}
}

func keepSeccomp(p *corev1.SeccompProfile) *corev1.SeccompProfile {
	if p == nil {
		return nil
	}
	return &corev1.SeccompProfile{Type: p.Type}
}

func keepArmor(p *corev1.AppArmorProfile) *corev1.AppArmorProfile {
	if p == nil {
		return nil
	}
	return &corev1.AppArmorProfile{Type: p.Type}
}
