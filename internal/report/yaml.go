package report

import (
	"fmt"
	"io"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/report/published"
)

// yamlOf writes any value as YAML. It has the fields of the JSON, for it is
// made from that.
func yamlOf(v published.Value) writer {
	return func(w io.Writer, _ Screen) error {
		data, err := yaml.Marshal(v)
		if err != nil {
			return fmt.Errorf("writing YAML: %w", err)
		}
		_, err = w.Write(data)
		return err
	}
}
