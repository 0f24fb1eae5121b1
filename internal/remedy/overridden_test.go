package remedy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/remedy"
)

// What a chart makes with its defaults is not known where values for it, which stand elsewhere in
// the input, make it otherwise.
func TestOverridden(t *testing.T) {
	// The API server calls it, so that a value of its chart says something.
	templates := deployed("web", "{{ .Values.web.replicas }}") + "---\n" + toward("ClusterIP") + callback
	for why, x := range map[string]struct {
		file, text string
		want       finding.Verdict
	}{
		"more pods":                   {"values/shop.yaml.gotmpl", "web:\n  host: {{ .Values.host }}\n  replicas: 2\n", finding.Unknown},
		"more pods, as plain values":  {"shop/values-eu.yaml", "web: \n  replicas: 3\n", finding.Unknown},
		"a copy of it in another one": {"charts/all/charts/shop/values.yaml", "web:\n  replicas: 2\n", finding.Broken},
		"the same":                    {"values/shop.yaml.gotmpl", "web:\n  replicas: 1\n", finding.Broken},
		"what is not known":           {"values/shop.yaml.gotmpl", "web:\n  replicas: {{ .Values.replicas }}\n", finding.Broken},
		"those of another chart":      {"values/site.yaml.gotmpl", "web:\n  replicas: 2\n", finding.Broken},
		"another value":               {"values/shop.yaml.gotmpl", "shop:\n  replicas: 2\n", finding.Broken},
	} {
		files := map[string]string{
			"charts/one/Chart.yaml":  "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
			"charts/one/values.yaml": "web: {replicas: 1}\n", "charts/one/templates/web.yaml": templates, x.file: x.text,
		}
		if strings.HasSuffix(x.file, "/shop/values.yaml") {
			files["charts/all/charts/shop/Chart.yaml"] = files["charts/one/Chart.yaml"]
		}
		c, u, findings := checked(t, files, func(u *estate.Unit) bool { return u.Chart != nil && strings.HasSuffix(u.Path, "charts/one") })
		remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
		told := false
		for _, f := range findings {
			if f.Obligation != "single-replica" || f.Subject.Name != "web" {
				continue
			}
			told = true
			last := f.Evidence[len(f.Evidence)-1].Text
			if f.Verdict != x.want || (x.want == finding.Unknown) != strings.Contains(last, x.file) ||
				(f.Fix == nil) != (x.want == finding.Unknown) {
				t.Errorf("%s: %s, want %s: %s", why, f.Verdict, x.want, last)
			}
		}
		if !told {
			t.Errorf("%s: nothing is told", why)
		}
	}
}
