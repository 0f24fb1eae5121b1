package responsibility

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// namesFile holds names by which tools say what they do.
const namesFile = "names.yaml"

// names is the form of the file.
type names struct {
	VirtualKubelets []virtualKubelet  `json:"virtualKubelets"`
	Injectors       []injector        `json:"injectors"`
	Hooks           []hook            `json:"hooks"`
	MovingTags      []movingTags      `json:"movingTags"`
	Autoscalers     []autoscalerGroup `json:"autoscalers"`

	ClusterAutoscaler  Autoscaler    `json:"clusterAutoscaler"`
	SharedCharts       []sharedChart `json:"sharedCharts"`
	OwnCharts          []ownChart    `json:"ownCharts"`
	SingleKinds        []singleKind  `json:"singleKinds"`
	Installers         []installer   `json:"installers"`
	PodTemplates       []fileName    `json:"podTemplates"`
	StaticPods         []fileName    `json:"staticPods"`
	SupportedWhereSaid []WhereSaid   `json:"supportedWhereSaid"`
	PlatformPods       []platformPod `json:"platformPods"`

	Metadata        metadataService  `json:"metadataService"`
	ClusterCommands []clusterCommand `json:"clusterCommands"`

	Routes  []Route `json:"routes"`
	Wrapped Route   `json:"wrappedRoute"`

	at written
}

// virtualKubelet is by what something is known that only acts as a kubelet: a word of its
// version, or a label of its node.
type virtualKubelet struct {
	Version string   `json:"version,omitempty"`
	Label   string   `json:"label,omitempty"`
	Value   string   `json:"value,omitempty"`
	From    []string `json:"from"`
}

// injector is an annotation or a label of a pod by which something puts a container into
// it: the whole key, or a part of it.
type injector struct {
	Key  string   `json:"key,omitempty"`
	Part string   `json:"part,omitempty"`
	Off  []string `json:"off"` // values with which it does not
	From []string `json:"from"`
}

// hook is an annotation by which a tool makes an object for one moment of each release.
type hook struct {
	Annotation string   `json:"annotation"`
	From       []string `json:"from"`
}

// movingTags are tags of images that name no version, in small letters.
type movingTags struct {
	Tags []string `json:"tags"`
	From []string `json:"from"`
}

// platformPod is a label of pods that platforms run in a namespace themselves.
type platformPod struct {
	Namespace string   `json:"namespace"`
	Label     string   `json:"label"`
	Values    []string `json:"values,omitempty"` // none for all
	From      []string `json:"from"`
}

// Route is how kinds of a proxy's own name Services that requests from outside the cluster go to.
// A path is of names, and goes through every element of a list.
type Route struct {
	Kinds    []string `json:"kinds,omitempty"`    // GROUP/KIND
	Services []string `json:"services,omitempty"` // objects that name one: name, serviceName or service, and a namespace
	Texts    []string `json:"texts,omitempty"`    // texts that are one: web, web.shop, http://web.shop:8080
	Hosts    []string `json:"hosts,omitempty"`    // that it answers for
	Rules    []string `json:"rules,omitempty"`    // texts with such hosts: Host(`a.example.org`)
	Gateways []string `json:"gateways,omitempty"` // names of what it listens on
	// Annotations are those of what is made of it.
	Annotations []string `json:"annotations,omitempty"`
	// AlsoInside is the gateway by which requests from inside the cluster come: without another one it
	// is for those alone. It is empty where all come from outside.
	AlsoInside string   `json:"alsoInside,omitempty"`
	From       []string `json:"from"`
}

// RouteOf is how a kind names such Services; nil for one of which that is not known.
func RouteOf(api string) *Route { return routes()[api] }

// WrappedRoute is how an object of any other kind names them that holds the rules of an Ingress.
func WrappedRoute() *Route { return &namesKnown().Wrapped }

// routes are those of the catalog, by GROUP/KIND.
var routes = sync.OnceValue(func() map[string]*Route {
	all, known := map[string]*Route{}, namesKnown()
	for i := range known.Routes {
		for _, kind := range known.Routes[i].Kinds {
			all[kind] = &known.Routes[i]
		}
	}
	return all
})

// OfPlatform reports whether pods in a namespace with one of some values of a label may be
// those that its platform runs there itself.
func OfPlatform(namespace, label string, values []string) bool {
	return slices.ContainsFunc(namesKnown().PlatformPods, func(p platformPod) bool {
		known := func(value string) bool { return slices.Contains(p.Values, value) }
		return p.Namespace == namespace && p.Label == label && (len(p.Values) == 0 || slices.ContainsFunc(values, known))
	})
}

// autoscalerGroup is one of annotations of pods that an autoscaler of nodes goes by.
type autoscalerGroup struct {
	Group string   `json:"group"`
	From  []string `json:"from"`
}

// namesKnown are those of the catalog. They are part of the program.
var namesKnown = sync.OnceValue(func() *names { return ownFile[names](namesFile) })

// IsVirtualVersion reports whether a version of a kubelet, behind its numbers, is that of
// something that only acts as one.
func IsVirtualVersion(behind string) bool {
	words := strings.Split(behind, "-")
	return slices.ContainsFunc(namesKnown().VirtualKubelets, func(k virtualKubelet) bool {
		return k.Version != "" && slices.Contains(words, k.Version)
	})
}

// IsVirtualNode reports whether a node with some labels is one on which something only
// acts as a kubelet.
func IsVirtualNode(labels map[string]string) bool {
	return slices.ContainsFunc(namesKnown().VirtualKubelets, func(k virtualKubelet) bool {
		return k.Label != "" && labels[k.Label] == k.Value
	})
}

// Injects reports whether a label or an annotation of a pod asks for a container that
// something puts into it.
func Injects(key, value string) bool {
	return slices.ContainsFunc(namesKnown().Injectors, func(x injector) bool {
		of := x.Key != "" && key == x.Key || x.Part != "" && strings.Contains(key, x.Part)
		return of && !slices.Contains(x.Off, value)
	})
}

// Hook is the annotation of an object by which a tool makes it for one moment of each
// release, and its value; empty for none.
func Hook(annotations map[string]string) (annotation, value string) {
	for _, h := range namesKnown().Hooks {
		if is := annotations[h.Annotation]; is != "" {
			return h.Annotation, is
		}
	}
	return "", ""
}

// IsMovingTag reports whether a tag of an image names no version.
func IsMovingTag(tag string) bool {
	return slices.ContainsFunc(namesKnown().MovingTags, func(m movingTags) bool { return slices.Contains(m.Tags, strings.ToLower(tag)) })
}

// IsForAutoscalers reports whether autoscalers of nodes go by an annotation of a pod.
func IsForAutoscalers(annotation string) bool {
	group, _, _ := strings.Cut(annotation, "/")
	return slices.ContainsFunc(namesKnown().Autoscalers, func(a autoscalerGroup) bool { return a.Group == group })
}

// Names are the names by which tools say what they do, each with its sources.
func (c *Catalog) Names() map[string][]string { return c.names.cited() }

// cited are the sources of each name.
func (x *names) cited() map[string][]string {
	all := map[string][]string{}
	for _, k := range x.VirtualKubelets {
		all[k.Version+k.Label] = k.From
	}
	for _, i := range x.Injectors {
		all[i.Key+i.Part] = i.From
	}
	for _, h := range x.Hooks {
		all[h.Annotation] = h.From
	}
	for _, m := range x.MovingTags {
		all[m.Tags[0]] = m.From
	}
	for _, a := range x.Autoscalers {
		all[a.Group] = a.From
	}
	all[x.ClusterAutoscaler.Node] = x.ClusterAutoscaler.From
	for _, s := range x.SharedCharts {
		all[s.Words[0]] = s.From
	}
	for _, o := range x.OwnCharts {
		all[o.Names[0]] = o.From
	}
	for _, k := range x.SingleKinds {
		all["files of "+k.Kind] = k.From
	}
	for _, i := range x.Installers {
		all[i.Kind] = i.From
	}
	for _, f := range slices.Concat(x.PodTemplates, x.StaticPods) {
		all[f.Words+f.Begins+f.Part+f.Folder] = f.From
	}
	for _, w := range x.SupportedWhereSaid {
		all[w.Asks] = w.From
	}
	all[x.Metadata.Disabled] = x.Metadata.From
	for _, c := range x.ClusterCommands {
		all[strings.Join(c.Words, " ")] = c.From
	}
	for _, p := range x.PlatformPods {
		all[p.Namespace+"/"+p.Label] = p.From
	}
	for _, r := range x.Routes {
		all[r.Kinds[0]] = r.From
	}
	all["wrappedRoute"] = x.Wrapped.From
	return all
}

// check is the fault of a name that cites no source there is.
func (x *names) check(c *Catalog) error {
	cited := x.cited()
	for _, name := range slices.Sorted(maps.Keys(cited)) {
		if err := x.at.uncited(c, name, cited[name]); err != nil {
			return err
		}
	}
	return nil
}
