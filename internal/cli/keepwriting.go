package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// keepWriting has a command outlive who reads what it says, until the function that it returns
// is called: what it is at is undone or carried out all the same. The signal is caught and not
// ignored, since commands that are started would ignore it as well.
func keepWriting() (done func()) {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGPIPE)
	return func() { signal.Stop(caught) }
}
