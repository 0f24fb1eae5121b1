package record

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/lab/cluster"
)

// Failing on a Deployment is how many of its first pods never get Ready. Those
// that come in their place do.
const Failing = "lab.onus/failing"

// holdBack keeps pods from getting Ready where their Deployment says so.
func holdBack(ctx context.Context, c *cluster.Cluster) error {
	var all appsv1.DeploymentList
	if err := get(ctx, c, &all, "deployments"); err != nil {
		return err
	}
	for i := range all.Items {
		d := &all.Items[i]
		n, _ := strconv.Atoi(d.Annotations[Failing])
		if n == 0 {
			continue
		}
		names, err := podNames(ctx, c, d, n)
		if err != nil {
			return err
		}
		if _, err := c.Kubectl(ctx, nil, append(append([]string{"annotate", "pods"}, names...), cluster.Readiness+"=never")...); err != nil {
			return err
		}
	}
	return nil
}

// podNames are the first pods of a Deployment, once they are made.
func podNames(ctx context.Context, c *cluster.Cluster, d *appsv1.Deployment, n int) ([]string, error) {
	for {
		var all corev1.PodList
		if err := get(ctx, c, &all, "pods"); err != nil {
			return nil, err
		}
		var names []string
		for i := range all.Items {
			if workloadOf(&all.Items[i]) == d.Name && len(names) < n {
				names = append(names, all.Items[i].Name)
			}
		}
		if len(names) == n {
			return names, nil
		}
		if err := pause(ctx, between); err != nil {
			return nil, err
		}
	}
}

// patience is how long pods may take to get ready, beyond settling.
const patience = 3 * time.Minute

// settled waits until a time, and until all pods are ready that ever will be
// and no node is on its way out: in a busy beginning one may be made too many.
// Nobody looks before that time: each look costs the machine what the cluster
// could use.
func (s *Scenario) settled(ctx context.Context, c *cluster.Cluster, from time.Time) error {
	if err := pause(ctx, time.Until(from)); err != nil {
		return err
	}
	for {
		waiting, err := s.unready(ctx, c)
		if err == nil && waiting == "" {
			waiting, err = leaving(ctx, c)
		}
		switch now := time.Now(); {
		case err != nil:
			return err
		case waiting == "":
			return nil
		case now.After(from.Add(patience)):
			return fmt.Errorf("it does not settle: %s", waiting)
		}
		if err := pause(ctx, between); err != nil {
			return err
		}
	}
}

// leaving says which node is on its way out.
func leaving(ctx context.Context, c *cluster.Cluster) (string, error) {
	var all corev1.NodeList
	if err := get(ctx, c, &all, "nodes"); err != nil {
		return "", err
	}
	for i := range all.Items {
		if all.Items[i].DeletionTimestamp != nil {
			return "node " + all.Items[i].Name + " is on its way out", nil
		}
	}
	return "", nil
}

// unready says which pod is not ready yet, or has not been unready for so long
// that anybody who looks can tell that it will stay so.
func (s *Scenario) unready(ctx context.Context, c *cluster.Cluster) (string, error) {
	var all corev1.PodList
	if err := get(ctx, c, &all, "pods"); err != nil {
		return "", err
	}
	for i := range all.Items {
		p := &all.Items[i]
		index, ordered := p.Labels["apps.kubernetes.io/pod-index"]
		never := p.Annotations[cluster.Readiness] != "" || p.Annotations[cluster.CrashAfter] != "" || ordered &&
			p.Annotations[cluster.NeverReady] == index
		if !isReady(p) && !(never && p.Status.Phase == corev1.PodRunning && s.late(p)) {
			return "pod " + p.Name + " is not ready", nil
		}
	}
	if len(all.Items) == 0 {
		return "there is no pod", nil
	}
	return "", nil
}

// late reports whether a pod has been there for twice as long as it takes to get
// ready. Of one that says that it crashes, that is clear from the first.
func (s *Scenario) late(p *corev1.Pod) bool {
	if p.Annotations[cluster.Readiness] == "crash-loop" || p.Annotations[cluster.CrashAfter] != "" {
		return true
	}
	takes := cmp.Or(s.Written.Timings.PodReady.Duration, 15*time.Second)
	if own, err := time.ParseDuration(p.Annotations[cluster.ReadyAfter]); err == nil {
		takes = own
	}
	return p.Status.StartTime != nil && time.Since(p.Status.StartTime.Time) > 2*takes+reading
}

func isReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func get(ctx context.Context, c *cluster.Cluster, into any, kind string) error {
	data, err := c.Kubectl(ctx, nil, "get", kind, "--output=json")
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// between is how long it is from one look at a cluster to the next.
const between = time.Second

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
