package manifest

import "slices"

// legacyKinds are the kinds of OpenShift that once stood in the group of Kubernetes itself,
// by the group in which they stand now.
//
// Source: oapiKindsToGroup in
// pkg/legacyapi/legacygroupification/legacygroupification.go of github.com/openshift/library-go.
var legacyKinds = map[string][]string{
	"apps.openshift.io":          {"DeploymentConfig", "DeploymentConfigRollback", "DeploymentLog", "DeploymentRequest"},
	"authorization.openshift.io": {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "RoleBindingRestriction"},
	"build.openshift.io":         {"Build", "BuildConfig", "BuildLog", "BuildRequest", "BinaryBuildRequestOptions"},
	"image.openshift.io": {"Image", "ImageSignature", "ImageStream", "ImageStreamImage", "ImageStreamImport", "ImageStreamMapping",
		"ImageStreamTag"},
	"network.openshift.io":  {"ClusterNetwork", "EgressNetworkPolicy", "HostSubnet", "NetNamespace"},
	"oauth.openshift.io":    {"OAuthAccessToken", "OAuthAuthorizeToken", "OAuthClient", "OAuthClientAuthorization"},
	"project.openshift.io":  {"Project", "ProjectRequest"},
	"quota.openshift.io":    {"AppliedClusterResourceQuota", "ClusterResourceQuota"},
	"route.openshift.io":    {"Route"},
	"security.openshift.io": {"SecurityContextConstraints"},
	"template.openshift.io": {"Template"},
	"user.openshift.io":     {"Group", "Identity", "User", "UserIdentityMapping"},
}

// grouped is the version in which an object is applied: oc, and a Template that is processed,
// write those kinds of v1 in the groups in which they are served.
func grouped(api, kind string) string {
	if api != "v1" {
		return api
	}
	for group, kinds := range legacyKinds {
		if slices.Contains(kinds, kind) {
			return group + "/v1"
		}
	}
	return api
}
