package cluster

import (
	"cmp"
	"net/http"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/rest"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// kind is one that is read, as a cluster serves it.
type kind struct {
	kubernetes.Kind
	served string // the version of a custom kind
}

// kinds are all that a cluster is asked for, in the order of the snapshot.
func kinds() []kind {
	all := make([]kind, 0, len(kubernetes.Kinds))
	for _, k := range kubernetes.Kinds {
		if !k.Cloud {
			all = append(all, kind{Kind: k})
		}
	}
	return all
}

func (k kind) groupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: k.Group, Version: cmp.Or(k.Version, k.served)}
}

// builtin knows the types of the built-in kinds.
func builtin() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, policyv1.AddToScheme, autoscalingv1.AddToScheme, schedulingv1.AddToScheme,
		admissionv1.AddToScheme, storagev1.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	return s
}

// typedClient asks for a built-in kind in protobuf, which is a third of the
// work of JSON at both ends.
func typedClient(config *rest.Config, client *http.Client, scheme *runtime.Scheme, k kind) (rest.Interface, error) {
	own := rest.CopyConfig(config)
	gv := k.groupVersion()
	own.GroupVersion, own.APIPath = &gv, "/apis"
	if k.Group == "" {
		own.APIPath = "/api"
	}
	own.ContentType = runtime.ContentTypeProtobuf
	own.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	own.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	return rest.RESTClientForConfigAndClient(own, client)
}

// plainClient asks for what has no kind, as JSON.
func plainClient(config *rest.Config, client *http.Client) (rest.Interface, error) {
	own := rest.CopyConfig(config)
	own.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	return rest.UnversionedRESTClientForConfigAndClient(own, client)
}
