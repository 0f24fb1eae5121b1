package source

import (
	"bufio"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
)

// helmfileRelease is what counts each release of a helmfile among what applies
// charts that were not read.
const helmfileRelease = "helmfile/release"

// isHelmfile knows the state file of helmfile by its name, by its folder, or by what
// it is made of.
//
// Source: helmfile.readthedocs.io (Configuration).
func isHelmfile(b beginning) bool {
	if b.has("kind") || !b.has("releases") {
		return false
	}
	stem, _, _ := strings.Cut(filepath.Base(b.name), ".")
	return stem == "helmfile" || filepath.Base(filepath.Dir(b.name)) == "helmfile.d" || slices.ContainsFunc([]string{"repositories", "helmDefaults", "bases"}, b.has)
}

// releases is what is read of a helmfile.
type releases struct {
	Releases []struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
		Chart     string `json:"chart"`
	} `json:"releases"`
}

// parted is where one document of a helmfile ends and the next begins.
var parted = regexp.MustCompile(`(?m)^---.*$`)

// ofTemplate are the lines of a helmfile that its templates decide over.
var ofTemplate = regexp.MustCompile(`(?m)^.*\{\{.*$`)

// helmfile counts the releases of a helmfile, and hides what they may hold: their
// charts come from repositories, and their values are put together by helmfile. A
// chart of this repository is a unit of its own. Where templates write the releases
// it counts as one.
func (r *reading) helmfile(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	n := 0
	for _, part := range parted.Split(ofTemplate.ReplaceAllString(string(text), ""), -1) {
		var read releases
		if yaml.Unmarshal([]byte(part), &read) != nil {
			continue
		}
		for _, x := range read.Releases {
			n++
			if strings.HasPrefix(x.Chart, ".") {
				continue
			}
			r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, helmfileRelease)
			if x.Namespace != "" {
				r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
					Of: "release " + x.Name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
					Scope: origin.Scope{Namespace: x.Namespace},
				})
			}
		}
	}
	if n == 0 {
		r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, helmfileRelease)
	}
	return nil
}
