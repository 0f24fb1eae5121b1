package finding

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Fingerprint is by what a finding is known from one look to the next: 32
// hexadecimal digits that depend on the obligation and the subject, and on
// nothing else. It stays the same when lines move, files are renamed, input or
// evidence comes in another order, a message is worded anew, or the verdict
// changes. Findings of another obligation, subject or unit have another one.
// Objects that differ in nothing but a generated name share it.
func Fingerprint(obligation string, s Subject) string {
	h := sha256.New()
	// Each field goes in with its length, so that no two lists of fields make
	// the same bytes. A field that is added later goes to the end, and only
	// where it is set: fingerprints that people have written down stay.
	for _, field := range []string{obligation, s.Account, s.Region, s.ARN, s.Unit, s.Cluster, s.Namespace, s.Kind, s.Name} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
