package words

import "testing"

// What may be a secret is not written into commands.
func TestSetting(t *testing.T) {
	for _, c := range [][3]string{
		{"replicas", "3", "replicas=3"},
		{"image.tag", "v1.2.3", "image.tag=v1.2.3"},
		{"auth.enabled", "true", "auth.enabled=true"},
		{"cache.size", "10Gi", "cache.size=10Gi"},
		{"auth.password", "hunter2", "auth.password=VALUE"},
		{"rootPassword", "1234", "rootPassword=VALUE"},
		{"apiToken", "12.34", "apiToken=VALUE"},
		{"env[0].value", "hunter2", "'env[0].value=VALUE'"},
		{"database.url", "postgres://a:b@c/d", "database.url=VALUE"},
		{"a", "1,b.password=2", "a=VALUE"},
	} {
		if got := Setting(c[0], c[1]); got != c[2] {
			t.Errorf("%s=%s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestWithoutPassword(t *testing.T) {
	for text, want := range map[string]string{
		"git clone https://me:tok@en@git.example.com/a DIR": "git clone https://git.example.com/a DIR",
		"https://token@git.example.com/a and oci://u:p@r/c": "https://git.example.com/a and oci://r/c",
		"ssh://git@git.example.com/a":                       "ssh://git@git.example.com/a",
		"ssh://git:pw@git.example.com/a":                    "ssh://git@git.example.com/a",
		"git@git.example.com:a/b":                           "git@git.example.com:a/b",
		"https://git.example.com/a@v1":                      "https://git.example.com/a@v1",
	} {
		if got := WithoutPassword(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
