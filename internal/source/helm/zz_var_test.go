package helm

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/source/unit"
)

func TestVar(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	root := os.Getenv("TRY")
	if root == "" {
		t.Skip()
	}
	var files []string
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			files = append(files, p)
		}
		return nil
	})
	tr, _ := unit.NewTree(root, files)
	s := time.Now()
	all := Units(Given{})(t.Context(), tr)
	fmt.Println("found", len(all), time.Since(s))
	for _, u := range all {
		b := u.Build(t.Context())
		fmt.Println(u.Name, len(b.Documents), b.Missing)
	}
	fmt.Println("built", len(all), time.Since(s))
}
