package scenario

import (
	"fmt"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// leaves takes out of a contract what the settings that were read leave to the customer,
// and says so.
func leaves(e *kubernetes.Estate, c *contract.Contract, provider string) (some *contract.Contract, says string) {
	return c.Without(func(t *contract.Terms) bool {
		value, at, _ := e.Channel(&t.Unless)
		if at == nil || !t.Unless.To(value) {
			return false
		}
		says = fmt.Sprintf("%s makes no %s here: %s of %s is %s.", provider, t.Title(), t.Unless.Setting, at.Name, value)
		return true
	}), says
}
