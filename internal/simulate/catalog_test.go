package simulate

import (
	"sync"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// loaded is the built-in catalog, which nobody changes: reading it takes longer
// than most tests do.
var loaded = sync.OnceValues(func() (*responsibility.Catalog, error) {
	return responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
})

// Knowledge is the built-in catalog.
func Knowledge(t testing.TB) *responsibility.Catalog {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
