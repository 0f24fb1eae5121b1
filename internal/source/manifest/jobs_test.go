package manifest

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// How many pods a Job runs at a time, how long they stay, and when it is over.
func TestJobs(t *testing.T) {
	condition := func(kind, status string) string {
		return "{conditions: [{type: " + kind + ", status: '" + status + "'}]}"
	}
	for _, c := range []struct {
		name, spec, status, annotations string
		replicas                        int
		transient                       bool
	}{
		{"one unless said", "", "{}", "", 1, false},
		{"in parallel", "parallelism: 4", "{}", "", 4, false},
		{"no more than are to complete", "parallelism: 4, completions: 3", "{}", "", 3, false},
		{"one after the other", "completions: 3", "{}", "", 1, false},
		{"suspended", "parallelism: 4, suspend: true", "{}", "", 0, false},
		{"complete", "parallelism: 4", condition("Complete", "True"), "", 0, false},
		{"failed", "parallelism: 4", condition("Failed", "True"), "", 0, false},
		{"not complete", "parallelism: 4", condition("Complete", "False"), "", 4, false},
		{"suspended by its condition", "parallelism: 4", condition("Suspended", "True"), "", 4, false},
		{"gone at once", "ttlSecondsAfterFinished: 0", "{}", "", 1, true},
		{"gone in ten minutes", "ttlSecondsAfterFinished: 600", "{}", "", 1, true},
		{"gone a second later", "ttlSecondsAfterFinished: 601", "{}", "", 1, false},
		{"deleted by Helm", "", "{}", "helm.sh/hook-delete-policy: 'before-hook-creation,hook-succeeded'", 1, true},
		{"deleted by Helm, but only before the next", "", "{}", "helm.sh/hook-delete-policy: before-hook-creation", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := strings.TrimSuffix("template: {metadata: {labels: {app: a, tier: b}}, spec: {containers: [{name: a}]}}, "+c.spec, ", ")
			e := mustRead(t, "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {"+c.annotations+"}}\nspec: {"+spec+
				"}\nstatus: "+c.status+"\n")
			w := e.Workloads[0]
			if w.Replicas != c.replicas || w.Transient != c.transient || !w.ReplicasSet {
				t.Errorf("%d replicas, transient %t; want %d, %t", w.Replicas, w.Transient, c.replicas, c.transient)
			}
			for key, want := range map[string]string{"app": "a", "tier": "b", "job-name": "a", "batch.kubernetes.io/job-name": "a"} {
				if got := w.Template.Labels[key]; got != want {
					t.Errorf("label %s is %q, want %q", key, got, want)
				}
			}
			if len(w.Template.Labels) != 4 {
				t.Errorf("labels %v", w.Template.Labels)
			}
		})
	}
}

// Of the rules for pods that fail, the first one that is about evictions counts.
func TestJobsWhosePodsAreEvicted(t *testing.T) {
	rule := func(action, condition string) string {
		return "{action: " + action + ", onPodConditions: [{type: Ready, status: 'False'}, {" + condition + "}]}"
	}
	const evicted = "type: DisruptionTarget"
	for name, x := range map[string]struct {
		spec string
		want kubernetes.Retry
	}{
		"nothing said":         {"", kubernetes.Retry{}},
		"a limit":              {", backoffLimit: 0", kubernetes.Retry{Limited: true}},
		"a limit for each":     {", backoffLimit: 4, backoffLimitPerIndex: 1", kubernetes.Retry{}},
		"no rule":              {", backoffLimit: 4, podFailurePolicy: {}", kubernetes.Retry{Limit: 4, Limited: true}},
		"they fail it":         {rules(rule("FailJob", evicted)), kubernetes.Retry{Fails: true}},
		"they do not count":    {rules(rule("Ignore", evicted)), kubernetes.Retry{Spared: true}},
		"they count":           {rules(rule("Count", evicted)), kubernetes.Retry{}},
		"the first counts":     {rules(rule("FailJob", evicted), rule("Ignore", evicted)), kubernetes.Retry{Fails: true}},
		"the first, it counts": {rules(rule("Count", evicted), rule("FailJob", evicted)), kubernetes.Retry{}},
		"the first that fits": {rules(rule("FailJob", "type: Other"), rule("Ignore", evicted+", status: 'True'")),
			kubernetes.Retry{Spared: true}},
		"those that are not": {rules(rule("FailJob", evicted+", status: 'False'")), kubernetes.Retry{}},
	} {
		job := "spec: {template: {spec: {containers: [{name: a}]}}" + x.spec + "}"
		for _, text := range []string{
			"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n" + job,
			"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {" + job + "}}",
		} {
			if got := mustRead(t, text).Workloads[0].Retry; got != x.want {
				t.Errorf("%s: %+v, want %+v", name, got, x.want)
			}
		}
	}
}

// rules are those of a Job's podFailurePolicy.
func rules(all ...string) string {
	return ", podFailurePolicy: {rules: [" + strings.Join(all, ", ") + "]}"
}

// A CronJob is as its Job, unless it is suspended itself.
func TestCronJobs(t *testing.T) {
	for _, c := range []struct {
		name, spec, job string
		replicas        int
		transient       bool
	}{
		{"as its Job", "", "parallelism: 2, ttlSecondsAfterFinished: 60", 2, true},
		{"suspended", "suspend: true, ", "parallelism: 2", 0, false},
		{"its Jobs are", "", "parallelism: 2, suspend: true", 0, false},
	} {
		e := mustRead(t, "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {"+c.spec+
			"jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}, "+c.job+"}}}\n")
		if w := e.Workloads[0]; w.Replicas != c.replicas || w.Transient != c.transient || w.Lasting {
			t.Errorf("%s: %+v", c.name, w)
		}
	}
}
