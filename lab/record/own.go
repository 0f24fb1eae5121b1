package record

import (
	"bytes"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/lab/cluster"
)

// slowDown gives the pods of workloads with timings of their own these
// timings, so that they are said once, in the scenario.
func (s *Scenario) slowDown() error {
	for workload, own := range s.Written.Own {
		t := Trigger{Workload: workload}
		namespace, name, err := t.workload()
		if err != nil {
			return err
		}
		found := false
		for i, o := range s.Objects {
			var u unstructured.Unstructured
			if err := yaml.Unmarshal(o, &u.Object); err != nil {
				return err
			}
			if u.GetNamespace() != namespace || kindAndName(&u) != name {
				continue
			}
			found = true
			timings := map[string]time.Duration{cluster.ReadyAfter: own.PodReady.Duration, cluster.StopAfter: own.PodStop.Duration}
			if own.Crashes != nil {
				timings[cluster.CrashAfter], timings[cluster.CrashFor] = own.Crashes.After.Duration, own.Crashes.For.Duration
			}
			for annotation, d := range timings {
				if d == 0 {
					continue
				}
				if err := unstructured.SetNestedField(u.Object, d.String(), "spec", "template", "metadata", "annotations", annotation); err != nil {
					return err
				}
			}
			if o, err = yaml.Marshal(u.Object); err != nil {
				return err
			}
			s.Objects[i] = bytes.TrimSpace(o)
		}
		if !found {
			return fmt.Errorf("own: no workload is called %s", workload)
		}
	}
	return nil
}
