package manifest

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// An emptyDir holds data where the path says so, and neither an init container nor
// anybody else makes it anew.
func TestLostData(t *testing.T) {
	for _, c := range []struct {
		path, volume, want string
		change             func(*corev1.PodSpec)
	}{
		{"/nexus-data", "storage", "/nexus-data", nil},
		{"/data", "data", "/data", nil},
		{"/var/www/html/data", "nextcloud-main", "/var/www/html/data", nil},
		{"/opt/app/db", "v", "/opt/app/db", nil},
		{"/tmp", "data", "", nil},
		{"/data", "tmp-data", "", nil},
		{"/var/lib/nginx", "data", "", nil},
		{"/var/cache/data", "v", "", nil},
		{"/metadata", "v", "", nil},
		{"/app/static-data", "v", "", nil},
		{"/data", "v", "", func(s *corev1.PodSpec) { s.Volumes[0].EmptyDir.Medium = corev1.StorageMediumMemory }},
		{"/data", "v", "", func(s *corev1.PodSpec) { s.Containers[0].VolumeMounts[0].ReadOnly = true }},
		{"/data", "v", "", func(s *corev1.PodSpec) { s.Volumes[0].EmptyDir = nil }},
		{"/data", "v", "", func(s *corev1.PodSpec) {
			s.InitContainers = []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "v", MountPath: "/out"}}}}
		}},
		{"/data", "v", "/data", func(s *corev1.PodSpec) {
			s.InitContainers = []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "other", MountPath: "/data"}}}}
		}},
	} {
		s := corev1.PodSpec{
			Volumes:    []corev1.Volume{{Name: c.volume, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			Containers: []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: c.volume, MountPath: c.path}}}},
		}
		if c.change != nil {
			c.change(&s)
		}
		if got := Template(nil, nil, &s).LostData; got != c.want {
			t.Errorf("%s of volume %s: %q, want %q", c.path, c.volume, got, c.want)
		}
	}
}

// An emptyDir holds data, too, where a flag says that they are kept there: in the directory
// itself or one below, whatever it is called.
func TestLostDataByAFlag(t *testing.T) {
	for _, c := range []struct{ image, arg, path, want string }{
		{"prom/prometheus", "--storage.tsdb.path=/prometheus/", "/prometheus/", "/prometheus/"},
		{"prom/alertmanager", "--storage.path=/alertmanager", "/alertmanager", "/alertmanager"},
		{"i", "--data-dir /var/lib/keeper/one", "/var/lib/keeper", "/var/lib/keeper"},
		{"victoriametrics/victoria-metrics", "-storageDataPath=/victoria", "/victoria", "/victoria"},
		{"thanosio/thanos", "--tsdb.path=/var/thanos", "/var/thanos", "/var/thanos"},
		{"thanosio/thanos", "store --objstore.config-file=/o.yaml --data-dir=/var/thanos", "/var/thanos", ""},
		{"i", "store --objstore.config-file=/o.yaml --data-dir=/data", "/data", ""},
		{"i", "compact --objstore.config=x --data-dir=/data", "/data", ""},
		{"i", "store --data-dir=/data", "/data", "/data"},
		{"i", "--storage.path=/alertmanager", "/alertmanager-templates", ""},
		{"i", "--storage.path=/alertmanager", "/etc/alertmanager", ""},
		{"i", "--storage.path=/tmp/x", "/tmp", ""},
		{"i", "--storage.retention=/keeper", "/keeper", ""},
		{"i", "--storage.path=s3", "/s3", ""},
	} {
		s := corev1.PodSpec{
			Volumes: []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			Containers: []corev1.Container{{Image: c.image, Args: []string{c.arg},
				VolumeMounts: []corev1.VolumeMount{{Name: "v", MountPath: c.path}}}},
		}
		if got := Template(nil, nil, &s).LostData; got != c.want {
			t.Errorf("%s of %s at %s: %q, want %q", c.arg, c.image, c.path, got, c.want)
		}
	}
}
