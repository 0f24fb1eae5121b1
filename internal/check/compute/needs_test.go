package compute

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

const (
	twoOfWeb = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, " +
		"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	noneOfWeb = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0, selector: {matchLabels: {app: web}}, " +
		"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	threeOfDB = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 3, serviceName: db, " +
		"selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	barePod = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}\n---\n"
	aJob    = "{apiVersion: batch/v1, kind: Job, metadata: {name: web}, spec: {parallelism: 2, template: {metadata: {labels: {app: web}}, " +
		"spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}\n---\n"
	rollout = "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web}, spec: {replicas: 2, " +
		"selector: {matchLabels: {app: web}}, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}\n---\n"
	ofOwner = "{apiVersion: v1, kind: Pod, metadata: {name: web-x, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, " +
		"kind: StatefulSet, name: web, uid: u, controller: true}]}, spec: {containers: [{name: c, image: i}]}}\n---\n"
	diskOnce = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce]}}\n---\n"
)

// pdbOver is a budget with some terms over the pods that a label selects.
func pdbOver(labels, terms string) string {
	return "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: pdb}, spec: {" + terms + ", selector: {matchLabels: {" +
		labels + "}}}}\n---\n"
}

// mounting has each pod of some documents mount the claim disk.
func mounting(docs string) string {
	return strings.ReplaceAll(docs, "spec: {containers:", "spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: disk}}], containers:")
}

// unread is a kind that could not be read.
func unread(kind string) origin.Unread {
	return origin.Unread{Kind: kind, Resource: strings.ToLower(kind) + "s", Cause: origin.Forbidden, Reason: "forbidden"}
}

// anyKind is a file of which it is not known what it holds, and aBudget one that
// is known to hold budgets.
var (
	anyKind = origin.Unread{Of: "chart x", Cause: origin.Elsewhere, Reason: "it is elsewhere"}
	aBudget = origin.Unread{Of: "operator y", Kind: "PodDisruptionBudget", Cause: origin.Made, Reason: "it makes budgets"}
)

// Each need names what of it was not read, and nothing where that cannot change
// the verdict.
func TestWhatVerdictsRestOn(t *testing.T) {
	const pdbs, pods, scalers, services, claims, nodes = "PodDisruptionBudget", "Pod", "HorizontalPodAutoscaler", "Service",
		"PersistentVolumeClaim", "Node"
	const deployments, statefulSets = "Deployment", "StatefulSet"
	allOf := func(kinds ...string) string { return strings.Join(kinds, " ") }
	everything := allOf(pdbs, pods, scalers, services, claims, nodes, deployments, statefulSets)
	half := pdbOver("app: db, apps.kubernetes.io/pod-index: \"0\"", "maxUnavailable: 1")
	for _, x := range []struct {
		name, docs, unread string
		need               check.Need
		want               string
	}{
		{"other budgets: those of the cluster, and what may hold any", twoOfWeb, allOf(pdbs, pods), otherBudgets,
			"PodDisruptionBudget chart x operator y"},
		{"a second budget: what holds nobody knows what has budgets over its own", twoOfWeb, pdbs, secondBudgets,
			"PodDisruptionBudget operator y"},
		{"a hidden budget may cover what no budget does", twoOfWeb, pdbs, unguarded, "chart x operator y"},
		{"and does not matter where one does", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), pdbs, unguarded, ""},

		{"an object of its own", twoOfWeb, everything, ownObject, ""},
		{"one that its pods tell of", ofOwner, everything, ownObject, statefulSets},
		{"one that uses the template of another", rollout, everything, ownObject, deployments},
		{"what scales one from none", noneOfWeb, everything, ownObject, scalers},
		{"its name tells whose pods they are", twoOfWeb, everything, ownName, ""},
		{"the name of one without pods", noneOfWeb, everything, ownName, scalers},
		{"the name of a StatefulSet that was not read", ofOwner, everything, ownName, ""},
		{"the name of a Job that was not read", strings.ReplaceAll(strings.ReplaceAll(ofOwner, "StatefulSet", "Job"), "apps/v1", "batch/v1"),
			allOf("Job", scalers), ownName, "Job"},

		{"its size", twoOfWeb, everything, ownSize, scalers},
		{"the size of what has no scale", aJob, everything, ownSize, ""},
		{"the size of a pod without a controller", barePod, everything, ownSize, ""},
		{"the size that a budget over it keeps some of", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), everything, sizeThatIsKept, ""},
		{"the size that a budget over it would let all go of", twoOfWeb + pdbOver("app: web", "maxUnavailable: 2"), everything,
			sizeThatIsKept, scalers},
		{"what else is under a budget that lets all go", twoOfWeb + pdbOver("app: web", "maxUnavailable: 2"), allOf(pods, scalers),
			onlyUnderVoid, pods},
		{"and under one that does not", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), everything, onlyUnderVoid, ""},

		{"how many are numbered", threeOfDB + half, everything, ordinals, scalers},
		{"budgets that do not tell by number", threeOfDB + pdbOver("app: db", "maxUnavailable: 1"), everything, ordinals, ""},
		{"labels of pods that a budget tells by number", threeOfDB + half, pods, podLabels, pods},
		{"labels of pods that are as their template has them", threeOfDB + pdbOver("app: db", "maxUnavailable: 1"), nodes, podLabels, ""},
		{"labels of pods that may be others", threeOfDB + pdbOver("app: db", "maxUnavailable: 1"), pods, podLabels, pods},

		{"labels under a budget", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), pods, labelsUnderBudget, pods},
		{"labels under a budget, with all pods read", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), deployments, labelsUnderBudget, ""},
		{"what is under a budget, and how large it is", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), everything, underBudget,
			allOf(pods, deployments, statefulSets, scalers)},
		{"what else a budget may select", twoOfWeb + pdbOver("app: other", "maxUnavailable: 1"), everything, nothingElse,
			allOf(deployments, statefulSets, pods) + " chart x"},
		{"whether a pod without a controller under it serves", barePod + pdbOver("app: web", "minAvailable: 1"), everything,
			servingUnderBudget, services},
		{"whether a Deployment under it serves", twoOfWeb + pdbOver("app: web", "minAvailable: 1"), everything, servingUnderBudget, ""},

		{"everything that is played, but for volumes", twoOfWeb, everything, everythingPlayed,
			allOf(pdbs, pods, nodes, deployments, statefulSets)},
		{"volumes of what mounts none", twoOfWeb, everything, ownVolumes, ""},
		{"volumes of what mounts one", mounting(twoOfWeb), everything, ownVolumes, claims},
		{"volumes of what has some of its own",
			strings.Replace(threeOfDB, "serviceName: db,", "serviceName: db, volumeClaimTemplates: [{metadata: {name: d}, "+
				"spec: {accessModes: [ReadWriteOnce]}}],", 1), everything, ownVolumes, claims},
		{"a claim that was not read may keep pods together", mounting(twoOfWeb), everything, apartByVolume, claims},
		{"one that was read does not", mounting(twoOfWeb) + strings.ReplaceAll(diskOnce, "ReadWriteOnce", "ReadWriteMany"), everything,
			apartByVolume, ""},
		{"one that does keeps them together", mounting(twoOfWeb) + diskOnce, everything, apartByVolume, ""},
		{"a single pod is together with none", mounting(barePod), everything, apartByVolume, ""},
		{"pods that a volume keeps on one node may be on several", mounting(twoOfWeb) + diskOnce, everything, oneByVolume, pods},
		{"pods that nothing keeps on one", twoOfWeb, everything, oneByVolume, ""},
	} {
		e := parse(t, x.docs)
		for _, kind := range strings.Fields(x.unread) {
			e.Unread = append(e.Unread, unread(kind))
		}
		e.Hidden = []origin.Unread{anyKind, aBudget}
		within(t, "karpenter", e, func(p *check.Pass) {
			var got []string
			for _, u := range x.need(p, &check.Judgement{Place: p.Places.Workloads[0]}) {
				if got = append(got, u.Kind); u.Of != "" {
					got[len(got)-1] = u.Of
				}
			}
			want := strings.Fields(strings.NewReplacer("chart x", "chart_x", "operator y", "operator_y").Replace(x.want))
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "_", " ")
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", x.name, got, want)
			}
		})
	}
}

// Where something runs is settled by a proof, by what was asked, and by there
// being one offering alone; else nodes, pools and pods may tell otherwise.
func TestWhatAPlaceRestsOn(t *testing.T) {
	e := parse(t, twoOfWeb)
	e.Unread = []origin.Unread{unread("Node"), unread("Service"), unread("Pod")}
	within(t, "karpenter", e, func(p *check.Pass) {
		for basis, want := range map[locate.Basis]int{locate.Asked: 0, locate.Proof: 0, locate.Only: 0, locate.Assumed: 2, "": 2} {
			if got := place(p, &check.Judgement{Place: locate.Place{Basis: basis}}); len(got) != want {
				t.Errorf("%s rests on %v", basis, got)
			}
		}
	})
}

// What the disruption controller counts settles what is under a budget, where it
// counts as many pods as were found.
func TestCountsOfTheClusterSettleWhatIsUnderABudget(t *testing.T) {
	const daemons = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {selector: {matchLabels: {app: web}}, " +
		"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	for _, x := range []struct {
		name, docs, labels string
		expected           int
		settled            bool
	}{
		{"as many as there are", twoOfWeb, "app: web", 2, true},
		{"more", twoOfWeb, "app: web", 3, false},
		{"none of none", twoOfWeb, "app: other", 0, true},
		{"some of none", twoOfWeb, "app: other", 1, false},
		{"none of what is scaled to nothing", noneOfWeb, "app: web", 0, false},
		{"one of each node", daemons, "app: web", 1, true},
	} {
		e := parse(t, x.docs+pdbOver(x.labels, "minAvailable: 1"))
		e.Unread = []origin.Unread{unread("Pod")}
		e.Budgets[0].Status = &kubernetes.BudgetStatus{Expected: x.expected}
		within(t, "karpenter", e, func(p *check.Pass) {
			if lacks := lacksOf(p).under(0); (len(lacks) == 0) != x.settled {
				t.Errorf("%s: %v", x.name, lacks)
			}
			if got := lacksOf(p).accounted("default"); got != x.settled {
				t.Errorf("%s: accounted %t", x.name, got)
			}
			if !lacksOf(p).accounted("elsewhere") {
				t.Errorf("%s: a namespace without budgets has nothing to count", x.name)
			}
		})
	}
}

// The sizes of what a budget is over matter to it where it comes out otherwise for
// more pods or fewer.
func TestSizesThatMatterToABudget(t *testing.T) {
	const scaler = "HorizontalPodAutoscaler"
	ofRun := strings.NewReplacer("StatefulSet", "Job", "apps/v1", "batch/v1").Replace(ofOwner)
	for _, x := range []struct {
		name, docs, terms, unread string
		matter                    bool
	}{
		{"one at a time", twoOfWeb, "maxUnavailable: 1", scaler, false},
		{"none at any time", twoOfWeb, "maxUnavailable: 0", scaler, false},
		{"two of however many", twoOfWeb, "minAvailable: 2", scaler, true},
		{"a share that rounds to all of few", twoOfWeb, "minAvailable: 60%", scaler, true},
		{"one at a time of what is scaled to nothing", noneOfWeb, "maxUnavailable: 1", scaler, true},
		{"one that runs to its end", aJob, "maxUnavailable: 1", scaler, false},
		{"a run that was not read, and may be over soon", ofRun, "maxUnavailable: 0", "Job", true},
	} {
		e := parse(t, x.docs+pdbOver("app: web", x.terms))
		e.Unread = []origin.Unread{unread(x.unread)}
		within(t, "karpenter", e, func(p *check.Pass) {
			if lacks := lacksOf(p).underArithmetic(0); (len(lacks) > 0) != x.matter {
				t.Errorf("%s: %v", x.name, lacks)
			}
		})
	}
}

// A file or a folder that could not be opened may hold a second budget over what stands in
// its directory and below, and says nothing of what stands elsewhere.
func TestSecondBudgetsInWhatWasNotSeen(t *testing.T) {
	c := knowledge(t)
	for _, x := range []struct {
		name, directory string
		unseen          bool
		want            finding.Verdict
	}{
		{"beside it", "d", true, finding.Unknown},
		{"above it", ".", true, finding.Unknown},
		{"elsewhere", "e", true, finding.Held},
		{"it was looked at, and does not parse", "d", false, finding.Held},
	} {
		e := parse(t, twoOfWeb+pdbOver("app: web", "minAvailable: 1"))
		e.Workloads[0].Position.File, e.Budgets[0].Position.File = "d/web.yaml", "d/web.yaml"
		e.Hidden = []origin.Unread{{Of: "d/s", Cause: origin.Unreadable, Reason: "permission denied", Unseen: x.unseen,
			Scope: origin.Scope{Directory: x.directory}}}
		seen := 0
		for id, f := range looked(t, c, e) {
			if f.Obligation == PDBOverlapID || f.Obligation == "pdb-never-allows" && x.directory == "." {
				if seen++; f.Verdict != x.want {
					t.Errorf("%s: %s is %s, want %s", x.name, id, f.Verdict, x.want)
				}
			}
		}
		if seen == 0 || seen == 1 && x.directory == "." {
			t.Errorf("%s: %d findings", x.name, seen)
		}
	}
}
