package record

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
)

// A watch that ends is no quiet cluster.
func TestWatchThatEnds(t *testing.T) {
	changes := watch.NewFake()
	all := make(chan seen, 10)
	ended := make(chan error)
	go func() { ended <- follow(t.Context(), nil, changes, all) }()
	node := &unstructured.Unstructured{Object: map[string]any{"kind": "Node", "metadata": map[string]any{"name": "a"}}}
	changes.Add(node)
	changes.Stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "sends no more") {
		t.Error(err)
	}
	if s := <-all; s.object != node || s.lost != nil {
		t.Errorf("%+v", s)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all <- seen{lost: context.Canceled}
	if err := newTally().until(ctx, all, time.Now(), time.Now().Add(time.Hour)); err != context.Canceled {
		t.Errorf("a run of which a part was not seen ends with %v", err)
	}
}
