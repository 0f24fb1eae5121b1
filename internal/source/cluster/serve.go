package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/onus-project/onus/internal/origin"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
)

// version asks for the server's version. That anybody answers is found out
// here. A server may keep its version to itself; then it is empty.
func (c *Cluster) version(ctx context.Context) (string, error) {
	var info version.Info
	switch err := c.get(ctx, "/version", &info); {
	case apierrors.IsForbidden(err):
		return "", nil
	case err != nil:
		return "", err
	}
	return info.GitVersion, nil
}

// served finds out which of the kinds the cluster has, in which versions. A
// group of which that is not told is unread as a whole.
func (c *Cluster) served(ctx context.Context) (have []kind, unread []origin.Unread) {
	var groups metav1.APIGroupList
	all := c.get(ctx, "/apis", &groups)
	resources := map[string]map[string]servedAs{} // of a group, by kind
	failed := map[string]error{}
	for _, k := range kinds() {
		if k.Builtin() {
			have = append(have, k)
			continue
		}
		if all != nil {
			unread = append(unread, unreadOf(k, all))
			continue
		}
		i := slices.IndexFunc(groups.Groups, func(g metav1.APIGroup) bool { return g.Name == k.Group })
		if i < 0 {
			continue
		}
		if _, asked := resources[k.Group]; !asked {
			resources[k.Group], failed[k.Group] = c.resources(ctx, groups.Groups[i])
		}
		// Of another name it is something else: nothing but what docs/rbac.yaml grants
		// is ever asked for, whatever a server says that it has.
		if found, ok := resources[k.Group][k.Name]; ok && found.resource == k.Resource {
			k.served = found.version
			have = append(have, k)
		} else if err := failed[k.Group]; err != nil {
			unread = append(unread, unreadOf(k, err))
		}
	}
	return have, unread
}

// versionName is the version of a group; anything else would be another path.
var versionName = regexp.MustCompile(`^[a-z0-9]+$`)

// servedAs is how a cluster has a kind.
type servedAs struct{ version, resource string }

// resources are those that can be listed of a group, by kind, each in the
// version that the server likes best.
func (c *Cluster) resources(ctx context.Context, g metav1.APIGroup) (map[string]servedAs, error) {
	found := map[string]servedAs{}
	versions := slices.DeleteFunc(slices.Clone(g.Versions), func(v metav1.GroupVersionForDiscovery) bool { return v == g.PreferredVersion })
	if g.PreferredVersion.Version != "" {
		versions = append([]metav1.GroupVersionForDiscovery{g.PreferredVersion}, versions...)
	}
	for _, v := range versions {
		if !versionName.MatchString(v.Version) {
			continue
		}
		var list metav1.APIResourceList
		if err := c.get(ctx, "/apis/"+g.Name+"/"+v.Version, &list); err != nil {
			return found, err
		}
		for _, r := range list.APIResources {
			if _, known := found[r.Kind]; !known && slices.Contains(r.Verbs, "list") {
				found[r.Kind] = servedAs{v.Version, r.Name}
			}
		}
	}
	return found, nil
}

// get asks for what has no kind.
func (c *Cluster) get(ctx context.Context, path string, into any) error {
	return c.persist(ctx, func() error {
		data, err := c.plain.Get().MaxRetries(tries).AbsPath(path).SetHeader("Accept", "application/json").Do(ctx).Raw()
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return fmt.Errorf("%s is not what an API server answers: %w", path, err)
		}
		return nil
	})
}
