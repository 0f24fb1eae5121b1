package contract

import (
	"time"

	"github.com/onus-project/onus/internal/words"
)

// ExpireAfter is how old a pool or a claim lets its nodes get, as its
// expireAfter says. Its zero value is not set.
type ExpireAfter struct {
	kind  expiryKind
	after time.Duration
}

type expiryKind uint8

const (
	expiryUnset expiryKind = iota
	expiryAfter
	expiryNever
)

// NeverExpires is the expireAfter Never.
var NeverExpires = ExpireAfter{kind: expiryNever}

// ExpiresAfter is an expireAfter of a duration.
func ExpiresAfter(d time.Duration) ExpireAfter { return ExpireAfter{expiryAfter, d} }

// String is how Karpenter spells it; empty where it is not set.
func (x ExpireAfter) String() string {
	switch x.kind {
	case expiryAfter:
		return words.Exact(x.after)
	case expiryNever:
		return "Never"
	}
	return ""
}

// Age is how old a node may get. Its zero value is not known.
type Age struct {
	limit Limit
	// From is what sets it.
	From AgeSource
	// Cut says that the setting asks for more than the contract lets it have.
	Cut bool
}

// AgeSource is what sets the age of a node.
type AgeSource uint8

// What sets it.
const (
	FromContract AgeSource = iota
	FromPool
	FromClaim
)

// NodeAge is how old a node may get by its claim, its pool and the contract. A
// claim keeps the setting that it was made with, so it goes before its pool;
// the contract holds where neither says anything, and its cap always. Under a
// contract by which nodes do not expire nothing reads the settings. A contract
// of nil is one that is not known.
//
// Source: NodeClaim spec.expireAfter, and Controller.Reconcile in
// pkg/controllers/nodeclaim/expiration/controller.go of Karpenter 1.14.
func NodeAge(pool, claim ExpireAfter, c *Contract) Age {
	if c != nil {
		if _, expires := c.First(Expiry); !expires {
			return Age{limit: Unlimited}
		}
	}
	var age Age
	switch {
	case claim.kind != expiryUnset:
		age = claim.age(FromClaim)
	case pool.kind != expiryUnset:
		age = pool.age(FromPool)
	case c != nil:
		age.limit = c.MaxNodeLife.Limit
	}
	if c != nil && c.MaxNodeLife.Cap > 0 {
		if d, known := age.limit.Duration(); known && d > c.MaxNodeLife.Cap {
			age.limit, age.Cut = After(c.MaxNodeLife.Cap), true
		}
	}
	return age
}

func (x ExpireAfter) age(from AgeSource) Age {
	if x.kind == expiryNever {
		return Age{limit: Unlimited, From: from}
	}
	return Age{limit: After(x.after), From: from}
}

// Finite returns the age at which the node expires; false where it never does,
// or where that is not known.
func (a Age) Finite() (time.Duration, bool) { return a.limit.Finite() }

// Never reports whether the node does not expire.
func (a Age) Never() bool { return a.limit == Unlimited }

// Known reports whether it is known when the node expires, if ever.
func (a Age) Known() bool { return a.limit != Unstated }

// Life is the age as a duration: Forever where the node does not expire, or
// where nothing says that it does.
func (a Age) Life() time.Duration {
	if d, ok := a.limit.Finite(); ok {
		return d
	}
	return Forever
}
