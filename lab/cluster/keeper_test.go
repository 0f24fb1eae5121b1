package cluster

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// family starts a shell that starts something itself, and gives the numbers of both.
func family(k *keeper) ([]int, error) {
	if err := k.start("family", "/bin/sh", nil, "-c", "sleep 1000 & echo $$ $!; wait"); err != nil {
		return nil, err
	}
	var pids []int
	for range 100 {
		if said := strings.Fields(k.lastWords("family")); len(said) == 2 {
			for _, s := range said {
				pid, err := strconv.Atoi(s)
				if err != nil {
					return nil, err
				}
				pids = append(pids, pid)
			}
			return pids, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, errors.New("the family says nothing")
}

// ends waits until a process is gone. One that nobody waits for counts as gone.
func ends(t *testing.T, pid int) {
	t.Helper()
	for range 200 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d goes on", pid)
}

func TestStopEndsAll(t *testing.T) {
	k := newKeeper(t.TempDir())
	pids, err := family(k)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.fallen(); err != nil {
		t.Error(err)
	}
	k.stop()
	k.stop() // no harm
	for _, pid := range pids {
		ends(t, pid)
	}
}

// What ends by itself is told with its last words, and nobody else is killed
// in its place.
func TestFallen(t *testing.T) {
	k := newKeeper(t.TempDir())
	defer k.stop()
	if err := k.start("weak", "/bin/sh", nil, "-c", "echo I cannot; exit 1"); err != nil {
		t.Fatal(err)
	}
	<-k.running[0].gone
	if err := k.fallen(); err == nil || !strings.Contains(err.Error(), "weak ended: I cannot") {
		t.Error(err)
	}
}

func TestStartOfNothing(t *testing.T) {
	k := newKeeper(t.TempDir())
	defer k.stop()
	if err := k.start("nothing", "/nowhere/nothing", nil); err == nil {
		t.Error("started")
	}
}

// A cluster does not outlive a test process that is killed.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("ONUS_LAB_TEST_KEEP"); dir != "" {
		pids, err := family(newKeeper(dir))
		fmt.Println(pids[0], err)
		time.Sleep(time.Hour)
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends processes with their parent")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "ONUS_LAB_TEST_KEEP="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	pid, _, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(line)
	}
	ends(t, n)
	endGroup(n) // what it started itself goes on; no component starts any
}
