package manifest

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// moving are the tags that name no version: what they mean is whatever was built last.
var moving = []string{
	"latest", "main", "master", "edge", "nightly", "develop", "devel", "dev", "unstable", "snapshot", "canary", "rolling", "head",
}

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
	case tagged && slices.Contains(moving, strings.ToLower(tag)):
		return c.Image
	case !tagged && last != c.Image && last != "":
		return c.Image
	}
	return ""
}

// pinned reports whether an image is named by what it holds.
func pinned(image string) bool { return strings.Contains(image, "@sha256:") }
