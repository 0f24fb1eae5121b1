package fleet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// writer writes numbers to a set, one after the other, and remembers which were acknowledged: by a standby too.
type writer struct {
	set *set
	id  int

	mu      sync.Mutex
	acked   []int64
	last    time.Time
	longest time.Duration // between two acknowledged writes
	failed  int
}

// store is a connection to a primary.
type store interface {
	write(ctx context.Context, writer int, n int64) error
	close()
}

// write writes until it is stopped.
func (x *writer) write(ctx context.Context) {
	var to store
	n := int64(0)
	for ctx.Err() == nil {
		n++ // of one that failed nobody knows whether it was written: it is not tried again
		err := error(nil)
		if to == nil {
			to, err = x.set.primary(ctx)
		}
		if err == nil {
			limited, done := context.WithTimeout(ctx, 3*time.Second)
			err = to.write(limited, x.id, n)
			done()
		}
		x.note(n, err)
		if err != nil {
			if to != nil {
				to.close()
				to = nil
			}
			time.Sleep(50 * time.Millisecond)
			continue
		}
		time.Sleep(15 * time.Millisecond)
	}
	if to != nil {
		to.close()
	}
}

func (x *writer) note(n int64, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err != nil {
		x.failed++
		return
	}
	now := time.Now()
	if !x.last.IsZero() {
		x.longest = max(x.longest, now.Sub(x.last))
	}
	x.acked, x.last = append(x.acked, n), now
}

// count is how many writes were acknowledged, and how long there was none at the longest since it was asked last.
func (x *writer) count() (n int, longest time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	longest = x.longest
	x.longest = 0
	return len(x.acked), longest
}

// primary connects to the member of a set that takes writes.
func (s *set) primary(ctx context.Context) (store, error) {
	ctx, done := context.WithTimeout(ctx, 3*time.Second)
	defer done()
	if s.product == "postgresql" {
		var hosts, ports []string
		for _, m := range s.members {
			hosts, ports = append(hosts, "127.0.0.1"), append(ports, strconv.Itoa(m.port))
		}
		c, err := pgx.Connect(ctx, fmt.Sprintf("host=%s port=%s user=postgres dbname=postgres connect_timeout=1 target_session_attrs=read-write",
			strings.Join(hosts, ","), strings.Join(ports, ",")))
		if err != nil {
			return nil, err
		}
		return pgStore{c}, nil
	}
	for _, m := range s.members {
		c, err := dial(ctx, m.port)
		if err != nil {
			continue
		}
		if role, err := c.ask(ctx, "ROLE"); err == nil && strings.HasPrefix(role, "master") {
			return c, nil
		}
		c.close()
	}
	return nil, errors.New("no primary")
}

type pgStore struct{ c *pgx.Conn }

func (s pgStore) write(ctx context.Context, writer int, n int64) error {
	_, err := s.c.Exec(ctx, "INSERT INTO written VALUES ($1, $2)", writer, n)
	return err
}

func (s pgStore) close() {
	ctx, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	_ = s.c.Close(ctx)
}

// redisConn speaks as much of the protocol of Redis as is needed.
type redisConn struct {
	c  net.Conn
	in *bufio.Reader
}

func dial(ctx context.Context, port int) (*redisConn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	return &redisConn{c, bufio.NewReader(c)}, nil
}

func (r *redisConn) close() { r.c.Close() }

// ask sends a command and returns its answer, elements of a list with spaces between them.
func (r *redisConn) ask(ctx context.Context, args ...string) (string, error) {
	until, ok := ctx.Deadline()
	if !ok {
		until = time.Now().Add(10 * time.Second)
	}
	if err := r.c.SetDeadline(until); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := r.c.Write([]byte(b.String())); err != nil {
		return "", err
	}
	return r.answer()
}

func (r *redisConn) answer() (string, error) {
	line, err := r.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("an empty answer")
	}
	switch line[0] {
	case '-':
		return "", errors.New(line[1:])
	case '$':
		n, err := strconv.Atoi(line[1:])
		if err != nil || n < 0 {
			return "", err
		}
		data := make([]byte, n+2)
		for at := 0; at < len(data); {
			k, err := r.in.Read(data[at:])
			if err != nil {
				return "", err
			}
			at += k
		}
		return string(data[:n]), nil
	case '*':
		n, err := strconv.Atoi(line[1:])
		if err != nil {
			return "", err
		}
		all := make([]string, n)
		for i := range all {
			if all[i], err = r.answer(); err != nil {
				return "", err
			}
		}
		return strings.Join(all, " "), nil
	}
	return line[1:], nil
}

// write has a replica acknowledge it.
func (r *redisConn) write(ctx context.Context, writer int, n int64) error {
	if _, err := r.ask(ctx, "HSET", "written:"+strconv.Itoa(writer), strconv.FormatInt(n, 10), "1"); err != nil {
		return err
	}
	got, err := r.ask(ctx, "WAIT", "1", "2000")
	if err == nil && (got == "" || got == "0") {
		err = errors.New("no replica has it")
	}
	return err
}

// has are the numbers of a writer that a member has.
func (m *member) has(ctx context.Context, writer int) (map[int64]bool, error) {
	ctx, done := context.WithTimeout(ctx, 20*time.Second)
	defer done()
	all := map[int64]bool{}
	if m.set.product == "redis" {
		c, err := dial(ctx, m.port)
		if err != nil {
			return nil, err
		}
		defer c.close()
		text, err := c.ask(ctx, "HKEYS", "written:"+strconv.Itoa(writer))
		if err != nil {
			return nil, err
		}
		for _, f := range strings.Fields(text) {
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return nil, err
			}
			all[n] = true
		}
		return all, nil
	}
	c, err := pgx.Connect(ctx, fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=postgres", m.port))
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx)
	rows, err := c.Query(ctx, "SELECT n FROM written WHERE writer = $1", writer)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	for _, n := range list {
		all[n] = true
	}
	return all, err
}
