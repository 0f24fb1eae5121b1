package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// keeper holds the processes of a cluster. Each is the leader of a process
// group of its own.
//
// Where the system can, processes die with the thread that started them, so
// all are started from one that lives as long as the keeper.
type keeper struct {
	dir  string
	work chan func()

	mu      sync.Mutex
	running []*process
}

type process struct {
	name string
	cmd  *exec.Cmd
	gone chan struct{} // closed once it ended
}

func newKeeper(dir string) *keeper {
	k := &keeper{dir: dir, work: make(chan func())}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for f := range k.work {
			f()
		}
	}()
	return k
}

// start starts a program, with its output in a file of its own.
func (k *keeper) start(name, path string, env []string, args ...string) error {
	log, err := os.Create(filepath.Join(k.dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	p := &process{name: name, cmd: exec.Command(path, args...), gone: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = k.dir, log, log
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = attached()
	started := make(chan error)
	k.work <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		p.cmd.Wait()
		close(p.gone)
	}()
	k.mu.Lock()
	k.running = append(k.running, p)
	k.mu.Unlock()
	return nil
}

// fallen is a process that ended by itself, and the end of what it said.
func (k *keeper) fallen() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range k.running {
		select {
		case <-p.gone:
			return fmt.Errorf("%s ended: %s", p.name, k.lastWords(p.name))
		default:
		}
	}
	return nil
}

func (k *keeper) lastWords(name string) string {
	data, _ := os.ReadFile(filepath.Join(k.dir, name+".log"))
	return string(data[max(0, len(data)-2000):])
}

// stop ends every process with its group, the last one started first.
func (k *keeper) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := len(k.running) - 1; i >= 0; i-- {
		p := k.running[i]
		select {
		case <-p.gone: // its number may be another's by now
		default:
			endGroup(p.cmd.Process.Pid)
			<-p.gone
		}
	}
	if k.running != nil {
		k.running = nil
		close(k.work)
	}
}
