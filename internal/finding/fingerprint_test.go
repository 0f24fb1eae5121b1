package finding

import (
	"testing"

	"pgregory.net/rapid"
)

// What people have written down stays: a waiver, a baseline, an alert that is
// closed. A change of these digits breaks all of them.
func TestFingerprintIsForever(t *testing.T) {
	for want, s := range map[string]Subject{
		"345e7446befb1f2ac68b6a33e5fbaef7": {Namespace: "shop", Kind: "Deployment", Name: "web"},
		"72851ba9ec323816219c93726e1b30fa": {Account: "123456789012", Region: "eu-central-1",
			ARN: "arn:aws:rds:eu-central-1:123456789012:db:orders", Kind: "DBInstance", Name: "orders"},
	} {
		if got := Fingerprint("pdb-missing", s); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}

// Two findings share a fingerprint exactly where obligation and subject are the
// same, whichever field tells them apart and however fields run together.
func TestFingerprintTellsApart(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b", "ab", "a\x00", "a/b"})
	draw := func(t *rapid.T) (string, Subject) {
		return word.Draw(t, "obligation"), Subject{
			Account: word.Draw(t, "account"), Region: word.Draw(t, "region"), ARN: word.Draw(t, "arn"), Unit: word.Draw(t, "unit"),
			Cluster: word.Draw(t, "cluster"), Namespace: word.Draw(t, "namespace"), Kind: word.Draw(t, "kind"), Name: word.Draw(t, "name"),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		o1, s1 := draw(t)
		o2, s2 := draw(t)
		same := o1 == o2 && s1 == s2
		if got := Fingerprint(o1, s1) == Fingerprint(o2, s2); got != same {
			t.Fatalf("%q %+v and %q %+v: same fingerprint %t, want %t", o1, s1, o2, s2, got, same)
		}
		if Fingerprint(o1, s1) != Fingerprint(o1, s1) {
			t.Fatal("one finding has two fingerprints")
		}
	})
}

// Each field by itself tells two subjects apart.
func TestEachFieldCounts(t *testing.T) {
	seen := map[string]string{Fingerprint("o", Subject{}): "none"}
	for name, s := range map[string]Subject{
		"account": {Account: "x"}, "region": {Region: "x"}, "arn": {ARN: "x"}, "unit": {Unit: "x"}, "cluster": {Cluster: "x"},
		"namespace": {Namespace: "x"}, "kind": {Kind: "x"}, "name": {Name: "x"},
	} {
		f := Fingerprint("o", s)
		if other, taken := seen[f]; taken {
			t.Errorf("%s and %s share a fingerprint", name, other)
		}
		seen[f] = name
		if s.Compare(Subject{}) <= 0 || (Subject{}).Compare(s) >= 0 || s.Compare(s) != 0 {
			t.Errorf("%s does not order subjects", name)
		}
	}
}
