package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// objectReader adds Kubernetes objects to an estate.
type objectReader struct {
	file string
	into *kubernetes.Raw
	// unnamed are list elements without a kind, where late says that the kind of
	// their list comes behind them.
	unnamed []*document.Document
	late    bool
	from    source // of what is added
	// line is where all of it stands, for what was built from there; nil for what
	// stands in the file as it is.
	line *int
	// each are the lines that gave those of what was built, 0 where that is not known; nil where
	// it is of none.
	each   []int
	faults []Fault
	whole  *document.Error // that nothing of the file is to be used for
}

// add adds one object, or why it could not be read.
func (r *objectReader) add(doc *document.Document, api, kind string) {
	if err := r.object(doc, api, kind, 0); err != nil {
		r.failed(err, api, kind, doc)
	}
}

// object adds one object, which stands in so many Lists. api and kind hold for a list
// element without its own. Where a key stands there twice the last one counts, as kubectl,
// Helm and Argo CD take it, and that it does is noted: it is no fault of the rest.
func (r *objectReader) object(doc *document.Document, api, kind string, depth int) error {
	err := r.nested(doc, api, kind, depth)
	twice := asTwice(err)
	if twice == nil {
		return err
	}
	last := doc.Last()
	if last == nil {
		return err
	}
	if err := r.nested(last, api, kind, depth); err != nil {
		return err
	}
	twice.File, twice.Msg = r.file, LastCounts
	twice.Line = gave(twice.Line, r.line, r.each)
	r.faults = append(r.faults, Fault{Error: twice})
	return nil
}

// asTwice is an error that says that a key stands in a mapping again; nil for others.
func asTwice(err error) *document.Error {
	var twice *document.Error
	if errors.As(err, &twice) && twice.Kind == document.Twice {
		return twice
	}
	return nil
}

// deepest is how far Lists may stand in Lists. Nothing makes more than one of
// another, and each level is read again for every one above it.
const deepest = 4

func (r *objectReader) nested(doc *document.Document, api, kind string, depth int) error {
	if k := doc.String("kind"); k != "" {
		kind = k
		api = doc.String("apiVersion")
	} else if r.late && depth == 0 {
		r.unnamed = append(r.unnamed, doc)
		return nil
	}
	if isList(kind) {
		saved := isSnapshot(doc.String("schema"))
		if saved {
			if err := r.snapshot(doc); err != nil {
				r.whole = err
				return nil
			}
		}
		if items, ok := doc.Items("items"); ok {
			for _, item := range items {
				if depth == deepest {
					return r.fault(doc, "/items", "has Lists in Lists, more than "+strconv.Itoa(deepest)+" deep")
				}
				if err := r.object(item, api, listed(kind), depth+1); err != nil {
					r.failed(err, api, listed(kind), item)
				}
			}
			return nil
		}
		if saved {
			return nil // its items were cut out
		}
	}
	if isTemplate(api, kind) && depth == 0 {
		return r.template(doc)
	}
	if api == "" || kind == "" {
		if at, ok := r.unnamedByTemplate(doc); ok {
			return r.fault(doc, at, "is no name")
		}
		r.into.Seen.Skipped++
		return nil
	}
	api = grouped(api, kind)
	err := r.applied(doc, api, kind)
	if asTwice(err) == nil { // it is read again then
		r.into.Seen.Objects++
		r.dates(doc, api, kind)
	}
	return err
}

// applied adds an object as an API server takes it.
func (r *objectReader) applied(doc *document.Document, api, kind string) error {
	if err := r.served(doc, api, kind); err != nil {
		return err
	}
	group, version, found := strings.Cut(api, "/")
	if !found {
		group, version = "", api
	}
	i, known := kindAt[group+"/"+kind]
	if !known {
		r.marks(doc, nil, kind)
		return r.other(doc, group, kind)
	}
	r.marks(doc, &kubernetes.Kinds[i], kind)
	return r.read(doc, &kubernetes.Kinds[i], version)
}

// unnamedByTemplate is where a template stands in place of what an object is: to
// a parser the braces are a mapping.
func (r *objectReader) unnamedByTemplate(doc *document.Document) (jsontext.Pointer, bool) {
	if !bytes.Contains(r.from.data, []byte("{{")) {
		return "", false
	}
	for _, key := range []string{"kind", "apiVersion"} {
		at := jsontext.Pointer("/" + key)
		if doc.Has(key) && doc.String(key) == "" && bytes.Contains(lineAt(r.from.data, doc.Line(at)-r.from.first), []byte("{{")) {
			return at, true
		}
	}
	return "", !doc.Has("kind") && bytes.HasPrefix(lineAt(r.from.data, doc.First()-r.from.first), []byte("{{"))
}

// kindAt is where a kind stands among those that are read, by GROUP/KIND.
var kindAt = func() map[string]int {
	at := make(map[string]int, len(kubernetes.Kinds))
	for i := range kubernetes.Kinds {
		at[kubernetes.Kinds[i].API()] = i
	}
	return at
}()

// read reads an object of a kind, by what that tells of.
func (r *objectReader) read(doc *document.Document, k *kubernetes.Kind, version string) error {
	switch k.Set {
	case kubernetes.Pods:
		return podReader{r}.pod(doc)
	case kubernetes.Budgets:
		return sizeReader{r}.budget(doc, version)
	case kubernetes.Scalers:
		if k.Name == "ScaledObject" {
			return sizeReader{r}.scaledObject(doc)
		}
		return sizeReader{r}.autoscaler(doc)
	case kubernetes.Services:
		return r.service(doc)
	case kubernetes.Nodes:
		return r.node(doc)
	case kubernetes.Pools:
		return poolReader{r}.pool(doc, k, version)
	case kubernetes.DrainRules:
		return r.drainRule(doc)
	case kubernetes.MachineObjects:
		return poolReader{r}.machine(doc, k)
	case kubernetes.NodeClaims:
		return poolReader{r}.nodeClaim(doc)
	case kubernetes.Volumes:
		if k.Name == "PersistentVolume" {
			return sizeReader{r}.persistentVolume(doc)
		}
		return sizeReader{r}.volumeClaim(doc)
	case kubernetes.VolumeLimits:
		return sizeReader{r}.volumeLimits(doc)
	case kubernetes.Priorities:
		return sizeReader{r}.priorityClass(doc)
	case kubernetes.Namespaces:
		return r.namespace(doc)
	case kubernetes.Webhooks:
		return accessReader{r}.webhooks(doc, k, version)
	case kubernetes.Quotas:
		return sizeReader{r}.quota(doc)
	case kubernetes.LimitRanges:
		return sizeReader{r}.limitRange(doc)
	}
	if k.Name == "CronJob" {
		return podReader{r}.cronJob(doc)
	}
	return podReader{r}.workload(doc, k)
}

func (r poolReader) pool(doc *document.Document, k *kubernetes.Kind, version string) error {
	switch {
	case k.API() == kubernetes.KarpenterPool:
		return r.karpenterPool(doc, version)
	case k.API() == kubernetes.ConfigPool:
		return r.configPool(doc)
	case k.Cloud:
		return r.cloudPool(doc, k)
	}
	return r.machinePool(doc, k)
}

// builtin groups hold no custom resources.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

// loose is what an object of another project says of itself. Labels and annotations that
// are no strings are left out.
func loose(doc *document.Document) (meta, error) {
	var o struct {
		Metadata struct {
			Name        string                    `json:"name"`
			Namespace   string                    `json:"namespace"`
			UID         string                    `json:"uid"`
			Labels      map[string]jsontext.Value `json:"labels"`
			Annotations map[string]jsontext.Value `json:"annotations"`
		} `json:"metadata"`
	}
	if err := doc.Decode(&o); err != nil {
		return meta{}, err
	}
	return meta{
		Namespace: o.Metadata.Namespace, Name: o.Metadata.Name, UID: o.Metadata.UID,
		Labels: unquoted(o.Metadata.Labels), Annotations: unquoted(o.Metadata.Annotations),
	}, nil
}

func (r *objectReader) other(doc *document.Document, group, kind string) error {
	m, err := loose(doc)
	if asTwice(err) != nil {
		if last := doc.Last(); last != nil { // the last one counts here, too
			doc = last
			m, err = loose(doc)
		}
	}
	related := poolReader{r}.healthCheck(doc, group+"/"+kind) || sizeReader{r}.attachment(doc, group+"/"+kind) ||
		poolReader{r}.topology(doc, group+"/"+kind) || poolReader{r}.instanceGroup(doc, group+"/"+kind) ||
		poolReader{r}.forcedUpgrade(doc, group+"/"+kind) || sizeReader{r}.runtimeClass(doc, group+"/"+kind)
	defer func() {
		if !related {
			r.into.Seen.Unrelated++
		}
	}()
	if err != nil { // what an object of another kind says of itself is not ours to judge
		return nil
	}
	values := valuesOf(doc)
	switch {
	case group == eksctl:
		versionOf(doc, values)
	case group+"/"+kind == kubernetes.EC2NodeClass:
		nodeImages(doc, values)
	}
	r.shown(doc, group+"/"+kind, m, values)
	r.scrape(doc, group, kind, m.Namespace)
	accessReader{r}.spread(doc, group, kind, m)
	known := len(r.into.Backends)
	accessReader{r}.backends(doc, group, kubernetes.Ref{Namespace: m.Namespace, Kind: kind, Name: m.Name})
	related = related || len(r.into.Backends) > known // it tells where requests go
	takes := responsibility.Takes(group + "/" + kind)
	if builtin(group) && !takes {
		switch {
		case group == "" && kind == "ConfigMap":
			r.configMap(doc, m.Namespace, m.Name)
		case group == rbacv1.GroupName:
			accessReader{r}.role(doc, kind, m.Namespace, m.Name)
		}
		return nil
	}
	c := kubernetes.CustomResource{
		API: group + "/" + kind, Namespace: namespaceOf(m.Namespace), Name: m.Name, UID: m.UID,
		Namespaced: m.Namespace != "", Position: r.at(doc),
	}
	if c.UID == "" || takes {
		object, _ := doc.JSON()
		c.Object = bytes.Clone(object) // it is a part of what was read with others
	}
	r.into.CustomResources = append(r.into.CustomResources, c)
	return nil
}

func (r *objectReader) decode(doc *document.Document, into any) error {
	if err := doc.Decode(into); err != nil {
		return document.In(r.file, err)
	}
	return nil
}

func (r *objectReader) fault(doc *document.Document, pointer jsontext.Pointer, msg string) *document.Error {
	return &document.Error{File: r.file, Line: doc.Line(pointer), Field: document.Field(pointer), Msg: msg}
}

// at is where an object stands. What comes from a live cluster stands nowhere.
func (r *objectReader) at(doc *document.Document) origin.Position {
	if r.line != nil && r.file != Live {
		return origin.Position{File: r.file, Line: *r.line}
	}
	return r.position(doc.First())
}

// gave is the line of the file that gave one of what was read: of what was built that of the
// whole, where no more is known of each.
func gave(line int, whole *int, each []int) int {
	switch {
	case whole == nil:
		return line
	case line > 0 && line <= len(each) && each[line-1] > 0:
		return each[line-1]
	}
	return *whole
}

func (r *objectReader) position(line int) origin.Position {
	if r.file == Live {
		return origin.Position{}
	}
	return origin.Position{File: r.file, Line: gave(line, r.line, r.each)}
}

// meta are the fields of ObjectMeta that matter, so that large managedFields
// are passed over and not built.
type meta struct {
	Name            string                  `json:"name"`
	GenerateName    string                  `json:"generateName"`
	Namespace       string                  `json:"namespace"`
	UID             string                  `json:"uid"`
	Labels          map[string]string       `json:"labels"`
	Annotations     map[string]string       `json:"annotations"`
	Created         instant                 `json:"creationTimestamp"`
	Deleted         instant                 `json:"deletionTimestamp"` // with its grace
	DeletionGrace   *int64                  `json:"deletionGracePeriodSeconds"`
	OwnerReferences []metav1.OwnerReference `json:"ownerReferences"`
	Finalizers      []string                `json:"finalizers"`
}

func (m meta) controller() *metav1.OwnerReference {
	for i := range m.OwnerReferences {
		if c := m.OwnerReferences[i].Controller; c != nil && *c {
			return &m.OwnerReferences[i]
		}
	}
	return nil
}

// live notes that an object carries what only a cluster writes, and when that
// was written.
func (r *objectReader) live(m meta) {
	if m.UID != "" {
		r.into.Live = true
	}
	r.happened(m.Created.Time)
	// The time of deletion lies ahead by the grace: without that it tells nothing.
	if !m.Deleted.IsZero() && m.DeletionGrace != nil {
		r.happened(m.Deleted.Add(-seconds(*m.DeletionGrace)))
	}
}

// happened notes the time of something that had taken place when the input
// was written.
func (r *objectReader) happened(t time.Time) {
	if t.After(r.into.Newest) {
		r.into.Newest = t
	}
}

// seconds is that many, and never less than none; of more than there can be, the most.
func seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), int64(math.MaxInt64/time.Second))) * time.Second
}

// condition is one of an object's status.
type condition struct {
	Type               string  `json:"type"`
	Status             string  `json:"status"`
	LastTransitionTime instant `json:"lastTransitionTime"`
}

func namespaceOf(written string) string { return cmp.Or(written, metav1.NamespaceDefault) }
