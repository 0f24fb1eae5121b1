package simulate

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

type labelSet = labels.Set

// podClasses are the kinds of pods that workloads have.
type podClasses struct {
	*builder
	classOf    map[classKey]int32
	dims       map[string]int // extended resources
	extensions []contract.Extension
}

// findWorkloads takes the workloads, each with the class of its template.
func (b *podClasses) findWorkloads() {
	n := len(b.estate.Workloads)
	b.workloadOf, b.workloads, b.classes = make([]int32, n), slices.Grow(b.workloads, n), slices.Grow(b.classes, n)
	for i := range b.estate.Workloads {
		w := &b.estate.Workloads[i]
		b.workloadOf[i] = -1
		l := workload{
			Ref: w.Ref, kind: kindOf(w), replicas: b.replicas(w), parallel: w.Rollout.Parallel, rollout: w.Rollout, retry: w.Retry,
			autoscaled: w.Scaler != nil, readyAfter: w.Template.ReadyAfter, stopHook: w.Template.StopHook,
		}
		if l.replicas == 0 && len(w.Pods) == 0 {
			continue
		}
		l.watched = w.Evictable && w.Lasting && !w.Transient && l.replicas > 0 && !moves(w) &&
			!(w.Bare && w.Template.Ends) // whoever waits for its end starts it again
		b.workloadOf[i] = int32(len(b.workloads))
		b.workloads = append(b.workloads, l)
		b.workloads[b.workloadOf[i]].class = b.classFor(i, b.pdbIndex.over(w.Namespace, w.PodLabels()), nil, nil)
		b.byOrdinal(i)
		b.volumes.bind(i)
	}
	b.noteMoved()
}

// The labels that a StatefulSet's controller puts on each of its pods.
const (
	podIndex = "apps.kubernetes.io/pod-index"
	podName  = "statefulset.kubernetes.io/pod-name"
)

// byOrdinal finds the classes of a StatefulSet's pods by their numbers, where
// some budget selects by that.
func (b *podClasses) byOrdinal(workload int) {
	w := &b.estate.Workloads[workload]
	l := &b.workloads[b.workloadOf[workload]]
	if l.kind != ordered || !b.pdbIndex.numbered[w.Namespace] {
		return
	}
	own := map[string]string(maps.Clone(w.PodLabels()))
	if own == nil {
		own = map[string]string{}
	}
	for o := range l.replicas {
		own[podIndex], own[podName] = strconv.Itoa(o), fmt.Sprintf("%s-%d", w.Name, o)
		l.byOrdinal = append(l.byOrdinal, b.classFor(workload, b.pdbIndex.over(w.Namespace, own), nil, nil))
		l = &b.workloads[b.workloadOf[workload]]
	}
}

// classOf is the class of a pod that is made anew.
func (l *workload) classOf(ordinal int32) int32 {
	if ordinal >= 0 && int(ordinal) < len(l.byOrdinal) {
		return l.byOrdinal[ordinal]
	}
	return l.class
}

func kindOf(w *kubernetes.Workload) kind {
	switch {
	case w.Kind == kubernetes.Static:
		return static
	case w.Kind == "DaemonSet":
		return daemon
	case w.Bare:
		return bare
	case w.Kind == "StatefulSet":
		return ordered
	case w.Kind == "Job" || w.Kind == "CronJob":
		return job
	}
	return replicated
}

// replicas is how many pods a workload wants: in a cluster what it has been
// scaled to, in manifests the fewest it may be.
func (b *podClasses) replicas(w *kubernetes.Workload) int {
	switch {
	case w.Kind == "DaemonSet" || w.Kind == kubernetes.Static || w.Bare:
		return len(w.Pods)
	case w.Kind == "CronJob":
		return len(w.Pods)
	case b.estate.Live:
		return w.Replicas
	}
	return w.AtLeast()
}

// classFor is the class of a workload's pods that some budgets select, and that
// ask for something else than their template where requests says so.
func (b *podClasses) classFor(workload int, over []int32, requests *kubernetes.Resources, annotated *map[string]string) int32 {
	w := &b.estate.Workloads[workload]
	if moves(w) {
		over = nil
	}
	annotations := w.Template.Annotations
	if annotated != nil {
		annotations = *annotated
	}
	asks := b.amountOf(w.Template.Requests, true)
	if requests != nil {
		asks = b.amountOf(*requests, true)
	}
	key := classKey{workload, numbers(over), asks, ""}
	if annotated != nil {
		key.annotated = fmt.Sprint(annotations)
	}
	if c, ok := b.classOf[key]; ok {
		return c
	}
	id := b.newClass(workload, over, asks, annotations, 0)
	b.classOf[key], b.classes[id].twin = id, id
	if perRevision(w) {
		twin := b.newClass(workload, over, asks, annotations, 1)
		b.classes[id].twin, b.classes[twin].twin = twin, id
	}
	return id
}

// numbers are some as a text, which is alike for the same alone.
func numbers(all []int32) string {
	var text []byte
	for _, n := range all {
		text = binary.LittleEndian.AppendUint32(text, uint32(n))
	}
	return string(text)
}

func (b *podClasses) newClass(workload int, over []int32, asks amount, annotations map[string]string, revision uint8) int32 {
	w := &b.estate.Workloads[workload]
	t := &w.Template
	l := b.workloadOf[workload]
	c := class{
		workload: l, revision: revision, extended: b.extendedBy(annotations),
		asks: asks, limits: amount{cpu: t.Limits.CPU, memory: t.Limits.Memory}, tie: b.volumes.shared(w), grace: t.Grace,
		preempts: t.Preempts, devices: t.Devices,
		priority: b.priority(w), mounts: len(t.VolumeClaims)+len(w.VolumeClaimTemplates) > 0,
		drain: disruption.DrainPod{
			Grace: t.Grace, DaemonSet: b.workloads[l].kind == daemon, Static: b.workloads[l].kind == static, Bare: w.Bare,
			Critical: strings.HasPrefix(t.PriorityClass, "system-"), EmptyDir: t.EmptyDir,
			DoNotDisrupt: annotations[disruption.DoNotDisrupt],
		},
	}
	c.ofNode, c.protected = c.drain.DaemonSet || c.drain.Static, c.drain.DoNotDisrupt != ""
	if c.asks[slots] == 0 {
		c.asks[slots] = 1
	}
	c.tolerates, c.bearsOff = b.tolerances(t, b.workloads[l].kind), c.ofNode || t.StaysOutOfService()
	c.drain.Tolerations = t.DrainTolerations()
	c.toleratesDrain = c.drain.ToleratesDrainTaint()
	c.toleratesCordon = !c.ofNode && c.drain.ToleratesCordon()
	if c.grace == 0 {
		c.grace = defaultGrace
		c.drain.Grace = c.grace
	}
	c.constraint = b.constraints.of(t)
	b.podGroups.constrain(&c, w)
	for _, g := range over {
		c.pdbs = append(c.pdbs, pdbGroup{g, b.pdbGroupOf(g, l, w)})
		c.blocked = c.blocked || b.pdbs[g].fully
		b.pdbs[g].decides = b.pdbs[g].decides || len(over) == 1
	}
	id := int32(len(b.classes))
	b.classes = append(b.classes, c)
	return id
}

type classKey struct {
	workload int
	over     string
	asks     amount
	// annotated are the annotations of pods that have others than their template.
	annotated string
}

// pdbGroupOf is the group of a workload's pods under a budget.
func (b *podClasses) pdbGroupOf(g, l int32, w *kubernetes.Workload) int32 {
	at := &b.pdbs[g]
	if i := slices.Index(at.workloads, l); i >= 0 {
		return int32(i)
	}
	at.workloads = append(at.workloads, l)
	at.groups = append(at.groups, disruption.Group{Scale: b.workloads[l].replicas, Scaled: w.Scaled, Bare: w.Bare})
	b.workloads[l].pdbs = append(b.workloads[l].pdbs, g)
	return int32(len(at.workloads) - 1)
}

// priority is that of the workload's pods; of a class that is not known it is 0.
func (b *podClasses) priority(w *kubernetes.Workload) int32 {
	switch p := w.Template.Priority; {
	case p != nil:
		return *p
	case len(w.Pods) > 0:
		return b.estate.Pods[w.Pods[0]].Priority
	}
	return 0
}
