package kubernetes

import (
	"maps"
	"slices"
)

// RuntimeClass is what a class adds to pods that name it, when they are made. Those of files
// alone are read.
type RuntimeClass struct {
	Name         string
	NodeSelector map[string]string
	Tolerations  []Toleration
	Overhead     Resources
}

// runtimeClasses adds to templates what their classes add to pods. A template that was taken from
// a pod has it already.
//
// Source: plugin/pkg/admission/runtimeclass/admission.go of Kubernetes.
func (l *linker) runtimeClasses() {
	classes := make(map[string]*RuntimeClass, len(l.raw.RuntimeClasses))
	for i := range l.raw.RuntimeClasses {
		classes[l.raw.RuntimeClasses[i].Name] = &l.raw.RuntimeClasses[i]
	}
	for i := range l.Workloads {
		t := &l.Workloads[i].Template
		c, read := classes[t.RuntimeClass]
		if t.RuntimeClass == "" || !read {
			continue
		}
		if len(c.NodeSelector) > 0 {
			selector := maps.Clone(c.NodeSelector)
			maps.Copy(selector, t.NodeSelector)
			t.NodeSelector = selector
		}
		t.Tolerations = append(slices.Clone(t.Tolerations), c.Tolerations...)
		if !t.Overhead {
			t.Requests.CPU += c.Overhead.CPU
			t.Requests.Memory += c.Overhead.Memory
		}
	}
}
