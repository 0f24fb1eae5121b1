// Package crash answers for a panic: a fault of onus itself, never one of what
// it was given. A panic in any goroutine ends a Go program with status 2, which
// onus keeps for bad input; here it ends with status 4 and says what to report.
//
// Every goroutine of onus starts with
//
//	defer crash.Handle()
//
// A test holds that.
package crash

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/release"
)

// Status is the exit status of a fault of onus.
const Status = 4

// Trace is the variable of the environment that, set to anything, has the trace
// of a panic printed.
const Trace = "ONUS_TRACE"

// speaking is held by the first that panics and never given back: others wait
// for the end of the program.
var speaking sync.Mutex

// Handle is deferred. After a panic it says so on stderr and ends the program.
func Handle() {
	fault := recover()
	if fault == nil {
		return
	}
	speaking.Lock()
	report(os.Stderr, fault, where(), os.Args, os.Getenv(Trace) != "")
	os.Exit(Status)
}

// report says that there was a fault, and what to report of it.
func report(w io.Writer, fault any, at string, args []string, trace bool) {
	text := shown(strings.Join(strings.Fields(fmt.Sprint(fault)), " "))
	command := "onus"
	for _, arg := range args[min(1, len(args)):] {
		command += " " + word(arg)
	}
	fmt.Fprintf(w, "onus: a fault of onus itself, not of your input: %s (at %s)\n", text, at)
	again := ""
	if !trace {
		again = "; " + Trace + "=1 prints the trace to add"
	}
	fmt.Fprintf(w, "hint: please report this line with the version (%s) and the command (%s) "+
		"at https://github.com/onus-project/onus/issues%s\n", release.Version(), command, again)
	if trace {
		_, _ = w.Write(debug.Stack())
	}
}

// shown is a text with escapes for what a terminal would obey and not show: a file that
// onus was given may have any name.
func shown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

// word is an argument as it was given, or quoted where it would not show as one.
func word(arg string) string {
	if arg == "" || strings.Contains(arg, " ") || shown(arg) != arg {
		return strconv.Quote(arg)
	}
	return arg
}

// where is the place in the code that panicked.
func where() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicked := false
	for {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if panicked && !inRuntime {
			file := f.File
			if i := strings.LastIndex(file, "/internal/"); i >= 0 {
				file = file[i+1:]
			}
			return fmt.Sprintf("%s:%d", file, f.Line)
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
