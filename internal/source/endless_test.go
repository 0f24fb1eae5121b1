package source

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A chart that makes an Application of itself, each time with other values, is not
// followed for ever.
func TestApplicationsWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"apps/Chart.yaml":  "apiVersion: v2\nname: apps\nversion: 1.0.0\n",
		"apps/values.yaml": "depth: 0\n",
		"apps/templates/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: apps}\n" +
			"spec: {destination: {namespace: a}, source: {path: apps, helm: {valuesObject: {depth: {{ add1 (int .Values.depth) }}}}}}\n",
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := Read(ctx, Input{Paths: []string{dir}}); err != nil {
		t.Error(err)
	}
}
