package clustertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// revision is the pod template of a Deployment, to the letter.
func revision(o Object) string {
	spec, _ := o["spec"].(Object)
	data, err := json.Marshal(spec["template"])
	if err != nil {
		panic(err)
	}
	return string(data)
}

// rollOut replaces the pods of a Deployment one by one: each goes once another is ready elsewhere.
func (s *Server) rollOut(namespace, app string, o Object) {
	meta := o["metadata"].(Object)
	generation, _ := meta["generation"].(int)
	meta["generation"] = generation + 1
	s.RolledOut[namespace+"/"+app]++
	for _, k := range slices.Sorted(maps.Keys(s.objects)) {
		old := s.objects[k]
		if !strings.HasPrefix(k, "pods/"+namespace+"/") || label(old, "app") != app || old["metadata"].(Object)["deletionTimestamp"] != nil {
			continue
		}
		s.made++
		next := fmt.Sprintf("%s-r%d", app, s.made)
		s.pod(namespace, app, next, s.elsewhere(""), false)
		fresh := s.objects[key("pods", namespace, next)]
		fresh["metadata"].(Object)["annotations"] = Object{"revision": revision(o)}
		if s.StuckRollout {
			continue
		}
		s.later(s.ReadyAfter, func() {
			fresh["status"].(Object)["conditions"] = []any{Object{"type": "Ready", "status": "True"}}
			s.touch(fresh)
			old["metadata"].(Object)["deletionTimestamp"] = s.Now().UTC().Format(time.RFC3339)
			s.touch(old)
			s.later(s.StopAfter, func() { delete(s.objects, k) })
		})
	}
}

// rolled is the status of a Deployment, counted anew.
func (s *Server) rolled(o Object) Object {
	meta := o["metadata"].(Object)
	namespace, app := meta["namespace"].(string), meta["name"].(string)
	is, restarted := revision(o), s.RolledOut[namespace+"/"+app] > 0
	replicas, updated, available := 0, 0, 0
	for k, p := range s.objects {
		if !strings.HasPrefix(k, "pods/"+namespace+"/") || label(p, "app") != app || p["metadata"].(Object)["deletionTimestamp"] != nil {
			continue
		}
		replicas++
		marks, _ := p["metadata"].(Object)["annotations"].(Object)
		if !restarted || marks["revision"] == is {
			updated++
		}
		if isReady(p) {
			available++
		}
	}
	v := Object{"observedGeneration": meta["generation"], "replicas": replicas, "updatedReplicas": updated, "availableReplicas": available}
	if s.StuckRollout && restarted {
		v["conditions"] = []any{Object{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
			"message": "ReplicaSet has timed out progressing."}}
	}
	return v
}

// scale makes the pods that a Deployment lacks, and takes away those that it has too many.
func (s *Server) scale(namespace, app string, o Object) {
	wants := 0
	switch n := o["spec"].(Object)["replicas"].(type) {
	case int:
		wants = n
	case float64:
		wants = int(n)
	}
	var has []string
	for _, k := range slices.Sorted(maps.Keys(s.objects)) {
		if p := s.objects[k]; strings.HasPrefix(k, "pods/"+namespace+"/") && label(p, "app") == app &&
			p["metadata"].(Object)["deletionTimestamp"] == nil {
			has = append(has, k)
		}
	}
	for n := len(has); n < wants; n++ {
		s.made++
		next := fmt.Sprintf("%s-s%d", app, s.made)
		s.pod(namespace, app, next, s.elsewhere(""), false)
		if s.StuckRollout {
			continue
		}
		s.later(s.ReadyAfter, func() {
			if p := s.objects[key("pods", namespace, next)]; p != nil {
				p["status"].(Object)["conditions"] = []any{s.readyAs("True", s.Now())}
				s.touch(p)
			}
		})
	}
	for n := len(has); n > wants; n-- {
		delete(s.objects, has[n-1])
	}
}
