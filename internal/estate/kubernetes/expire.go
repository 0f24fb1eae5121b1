package kubernetes

import "github.com/onus-project/onus/internal/contract"

// Expires is how old the pool lets its nodes get.
func (p *Pool) Expires() contract.ExpireAfter {
	x, _ := contract.ParseExpireAfter(p.ExpireAfter) // what cannot be read says so itself
	return x
}

// Expires is how old the claim lets its node get.
func (c *NodeClaim) Expires() contract.ExpireAfter {
	switch {
	case c == nil || c.ExpireAfter == 0:
		return contract.ExpireAfter{}
	case c.ExpireAfter == Never:
		return contract.NeverExpires
	}
	return contract.ExpiresAfter(c.ExpireAfter)
}
