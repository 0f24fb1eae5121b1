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
	for ref, own := range s.Written.Own {
		i, err := s.workload(ref)
		if err != nil {
			return fmt.Errorf("own: %w", err)
		}
		u, err := read(s.Objects[i])
		if err != nil {
			return err
		}
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
		o, err := yaml.Marshal(u.Object)
		if err != nil {
			return err
		}
		s.Objects[i] = bytes.TrimSpace(o)
	}
	return nil
}
