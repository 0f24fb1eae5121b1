package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// terminal is a pseudo-terminal of so many rows: what is written to it can be read.
func terminal(t *testing.T, rows uint16) (side, screen *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	call := func(request uintptr, value unsafe.Pointer) {
		if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, screen.Fd(), request, uintptr(value)); no != 0 {
			t.Skip("no terminals here: ", no)
		}
	}
	var locked, number int32
	call(syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	call(syscall.TIOCGPTN, unsafe.Pointer(&number))
	call(syscall.TIOCSWINSZ, unsafe.Pointer(&[4]uint16{rows, 80}))
	side, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	return side, screen
}

// onTerminal is what a command shows on a terminal of so many rows.
func onTerminal(t *testing.T, rows uint16, args ...string) string {
	t.Helper()
	return shownOn(t, rows, func(side *os.File) {
		if status := Main(args, strings.NewReader(""), side, io.Discard); status != 0 {
			t.Errorf("%v: exit %d", args, status)
		}
	})
}

// shownOn is what is shown on a terminal of so many rows by whoever has its other side.
func shownOn(t *testing.T, rows uint16, run func(side *os.File)) string {
	t.Helper()
	side, screen := terminal(t, rows)
	shown := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, screen) // which ends with the other side
		shown <- b.String()
	}()
	run(side)
	if err := side.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case all := <-shown:
		return strings.ReplaceAll(all, "\r\n", "\n")
	case <-time.After(30 * time.Second):
		t.Fatal("the terminal does not end")
	}
	return ""
}

// On a terminal text has links, and what is longer than the screen goes through a pager.
func TestTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	t.Setenv("ONUS_PAGER", "sed 's/^/|/'")
	const link, source = "\x1b]8;;https://", "k8s-eviction"
	short := onTerminal(t, 1000, "explain", source)
	if !strings.Contains(short, link) || strings.Contains(short, "\n|") {
		t.Errorf("what fits on the screen has no links, or is paged: %q", short)
	}
	long := onTerminal(t, 5, "explain", source)
	if strings.Contains(long, link) || !strings.Contains(long, "\n|") {
		t.Errorf("what does not fit is not paged, or has links that this pager does not know: %q", long)
	}
	if free := onTerminal(t, 5, "explain", source, "--no-pager"); strings.Contains(free, "\n|") || !strings.Contains(free, link) {
		t.Errorf("with --no-pager %q", free)
	}
	if data := onTerminal(t, 5, "explain", source, "-o", "json"); strings.Contains(data, "\x1b") || strings.Contains(data, "\n|") {
		t.Errorf("data has escapes, or is paged: %q", data)
	}
	t.Setenv("ONUS_PAGER", "no-such-pager-here")
	if plain := onTerminal(t, 5, "explain", source); !strings.Contains(plain, source) {
		t.Errorf("without its pager nothing is shown: %q", plain)
	}
	t.Setenv("NO_COLOR", "1")
	if plain := onTerminal(t, 1000, "explain", source); strings.Contains(plain, "\x1b") {
		t.Errorf("without colour %q", plain)
	}
}
