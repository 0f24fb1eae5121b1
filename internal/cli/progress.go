package cli

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/report"
)

// progress tells on stderr, once work has taken a second and only on a
// terminal, what is going on and for how long; what is called from another
// goroutine. The returned function ends it and wipes the line.
func (s *console) progress(what func() string) (done func()) {
	f, ok := s.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	start := time.Now()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer crash.Handle()
		defer close(stopped)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-stop:
				if shown {
					fmt.Fprint(f, "\r\x1b[K")
				}
				return
			case <-tick.C:
				shown = true
				fmt.Fprintf(f, "\r\x1b[K%s, %d s", report.OneLine(what()), int(time.Since(start).Seconds()))
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stop)
		<-stopped
	})
}

// warn says something on stderr, in place of the line that progress shows.
func (s *console) warn(words string) {
	if f, ok := s.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(f, "\r\x1b[K")
	}
	fmt.Fprintf(s.err, "warning: %s\n", report.OneLine(words))
}
