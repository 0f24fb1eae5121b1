package apply

import (
	"context"

	"github.com/onus-project/onus/internal/apply/journal"
)

// approved is the target of a note that says what somebody has approved.
const approved = "approved"

// approve notes what somebody approves, which stays so.
func approve(ctx context.Context, e *Engine) error {
	for _, name := range e.Approve {
		if e.state.Approved[name] {
			continue
		}
		if err := e.append(ctx, &journal.Entry{Kind: journal.Note, Target: approved, Detail: name}); err != nil {
			return err
		}
	}
	return nil
}
