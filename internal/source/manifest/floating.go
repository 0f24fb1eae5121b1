package manifest

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/responsibility"
)

// floating is the image of a container, where its tag names no version, so that another
// node may pull another program; empty where it has a digest or a version, where it is
// never pulled, and where somebody may put a tag to a bare name before it is applied.
func floating(c *corev1.Container) string {
	if c.ImagePullPolicy == corev1.PullNever || strings.ContainsAny(c.Image, "@${} ") || toFillIn(c.Image) {
		return ""
	}
	last := c.Image[strings.LastIndexByte(c.Image, '/')+1:]
	_, tag, tagged := strings.Cut(last, ":")
	switch {
	case tagged && responsibility.IsMovingTag(tag):
		return c.Image
	case !tagged && last != c.Image && last != "":
		return c.Image
	}
	return ""
}

// pinned reports whether an image is named by what it holds.
func pinned(image string) bool { return strings.Contains(image, "@sha256:") }
