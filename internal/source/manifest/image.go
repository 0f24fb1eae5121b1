package manifest

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// imageName is the name of an image without registry, path, tag and digest.
func imageName(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// programName is the name of an image, with that of its repository in front where it
// says no more than that it is a server, as mcr.microsoft.com/mssql/server. Where the repository is not
// known, it is the name that the tag begins with.
func programName(image string) string {
	name := imageName(image)
	if strings.Contains(name, origin.NotKnown) { // one of a repository that holds several, told by their tags
		if tag := inTag.FindStringSubmatch(image); tag != nil {
			return tag[1]
		}
	}
	if above := path.Base(path.Dir(image)); name == "server" && above != "." && !strings.Contains(above, ".") {
		return above + "-" + name
	}
	return name
}

// inTag is the tag of an image that says what it is, and then its version.
var inTag = regexp.MustCompile(`:([a-z][a-z-]*[a-z])-v?(?:\d|` + origin.NotKnown + `)[^:/]*$`)

// tagWords are the words of the tag of an image that have no digit: those of a version have.
func tagWords(image string) string {
	image, _, _ = strings.Cut(image[strings.LastIndexByte(image, '/')+1:], "@")
	_, tag, _ := strings.Cut(image, ":")
	words := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return strings.ContainsAny(w, "0123456789") }), "-")
}

// tagVersion is the version that the tag of an image begins with; empty where that is none, or not known.
func tagVersion(image string) string {
	m := versionInTag.FindStringSubmatch(image)
	if m == nil || strings.Contains(image[strings.LastIndexByte(image, '/')+1:], origin.NotKnown) {
		return ""
	}
	return m[1]
}

// versionInTag is a tag that begins with a version.
var versionInTag = regexp.MustCompile(`:v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?:[-+._][^:/@]*)?(?:@[^/]*)?$`)

// placeholder is what stands for an image that somebody has yet to name: text with
// blanks or brackets, which no reference of an image has, and words that say so.
//
// Source: github.com/distribution/reference, reference.go (the grammar).
var placeholder = regexp.MustCompile(`(?i)[\s<>\[\]]|(^|[/:_.-])(change|replace|fill)[-_]?(me|this|in|it)($|[/:_.-])` +
	`|(^|/)(your|my)[-_]?(image|registry|repo|repository|org|username|account|user)($|[/:_.-])` +
	`|(^|[/:])(todo|tbd|placeholder|image[-_]?name)($|[/:])`)

// toFillIn reports whether an image is no image but says to put one in its place. What
// a tool fills in, by $NAME or {{name}}, is none of these.
func toFillIn(image string) bool {
	return image == scaffolded || image != "" && !strings.ContainsAny(image, "${") && mayBePlaceholder(image) && placeholder.MatchString(image)
}

// scaffolded is the image that kubebuilder writes, until make deploy puts another one in its place.
//
// Source: pkg/plugins/golang/v4/scaffolds/internal/templates/makefile.go and
// pkg/plugins/common/kustomize/v2/scaffolds/internal/templates/config/manager of kubebuilder.
const scaffolded = "controller:latest"

// ownRegistry is a registry of the machine that runs the cluster, as kind and k3d are given one. One
// at a port of a Service of type NodePort is in a cluster, wherever that runs: MicroK8s and Zarf have
// such. What is called localhost with no port podman saves and others load, so that it is none.
//
// Source: kind.sigs.k8s.io/docs/user/local-registry, k3d.io/stable/usage/registries,
// microk8s.io/docs/registry-built-in and docs.zarf.dev/ref/init-package.
var ownRegistry = regexp.MustCompile(`^(?:(?:localhost|127\.0\.0\.1|[\w-]+\.localhost|kind-registry|host\.docker\.internal):(\d+)|` +
	`[\w-]+\.localhost|kind-registry|host\.docker\.internal)/`)

// onOwnMachine reports whether an image is in such a registry.
func onOwnMachine(image string) bool {
	at := ownRegistry.FindStringSubmatch(image)
	if at == nil {
		return false
	}
	port, _ := strconv.Atoi(at[1])
	return port < 30000 || port > 32767
}

// placeholderWords are those of which any placeholder has one, if it has no blank or
// bracket.
var placeholderWords = []string{"change", "replace", "fill", "your", "my", "todo", "tbd", "placeholder", "image"}

// mayBePlaceholder tells what hardly any image is without the pattern: every pod has one.
func mayBePlaceholder(image string) bool {
	lower := strings.ToLower(image)
	return strings.ContainsAny(image, " \t\n\f\r<>[]") ||
		slices.ContainsFunc(placeholderWords, func(word string) bool { return strings.Contains(lower, word) })
}

// anonymous is the variable by which Grafana lets in who has no login.
//
// Source: grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/anonymous-auth.
const anonymous = "GF_AUTH_ANONYMOUS_ENABLED"
