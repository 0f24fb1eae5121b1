package fleet

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// seen is what somebody sees of a server who looks at it: onus has no part in it.
type seen struct {
	up      bool
	primary bool
	build   string
	life    string // tells one start of it from another
}

// look is all of them at a time.
type look struct {
	at time.Time
	of map[*member]seen
}

// watcher looks four times a second, and writes down once a second, and whenever something is other, what it has seen.
type watcher struct {
	sets []*set
	file *os.File

	mu    sync.Mutex
	looks []look
	asks  map[*member]*asker
}

func newWatcher(sets []*set, file *os.File) *watcher {
	w := &watcher{sets: sets, file: file, asks: map[*member]*asker{}}
	for _, s := range sets {
		for _, m := range s.members {
			w.asks[m] = &asker{m: m}
		}
	}
	return w
}

func (w *watcher) watch(ctx context.Context) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var written time.Time
	for {
		l := w.look(ctx)
		if ctx.Err() != nil {
			return
		}
		other := len(w.looks) == 0 || changes(&w.looks[len(w.looks)-1], &l)
		w.mu.Lock()
		w.looks = append(w.looks, l)
		w.mu.Unlock()
		if other || l.at.Sub(written) >= time.Second {
			written = l.at
			fmt.Fprint(w.file, w.line(&l))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look asks all at the same time. Where a set seems to have two primaries it is asked again: one may have become it in between.
func (w *watcher) look(ctx context.Context) look {
	l := look{at: time.Now(), of: map[*member]seen{}}
	ask := func(all []*member) {
		var wait sync.WaitGroup
		var mu sync.Mutex
		for _, m := range all {
			wait.Go(func() {
				is := w.asks[m].ask(ctx)
				mu.Lock()
				l.of[m] = is
				mu.Unlock()
			})
		}
		wait.Wait()
	}
	var all []*member
	for _, s := range w.sets {
		all = append(all, s.members...)
	}
	ask(all)
	for _, s := range w.sets {
		if len(l.primaries(s)) > 1 {
			ask(s.members)
		}
	}
	return l
}

func (l *look) primaries(s *set) (all []*member) {
	for _, m := range s.members {
		if l.of[m].primary {
			all = append(all, m)
		}
	}
	return all
}

func changes(a, b *look) bool {
	for m, is := range b.of {
		if a.of[m] != is {
			return true
		}
	}
	return false
}

// line is a look as it is written down: P is a primary, s follows one, and nothing is said of a build but a number.
func (w *watcher) line(l *look) string {
	var b strings.Builder
	b.WriteString(l.at.Format("15:04:05.000"))
	for _, s := range w.sets {
		b.WriteString("  " + s.name + " ")
		for _, m := range s.members {
			is := l.of[m]
			role := "s"
			switch {
			case !is.up:
				role = "-"
			case is.primary:
				role = "P"
			}
			b.WriteString(role)
		}
		for _, m := range s.members {
			b.WriteString(" " + l.of[m].build)
		}
	}
	return b.String() + "\n"
}

// since are the looks from a time on.
func (w *watcher) since(at time.Time) []look {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.looks {
		if !w.looks[i].at.Before(at) {
			return w.looks[i:len(w.looks):len(w.looks)]
		}
	}
	return nil
}

// asker asks one server, over a connection that it keeps.
type asker struct {
	m     *member
	pg    *pgx.Conn
	redis *redisConn
}

func (a *asker) ask(ctx context.Context) seen {
	ctx, done := context.WithTimeout(ctx, 2*time.Second)
	defer done()
	for range 2 { // a connection of before breaks where the server was restarted: that is no answer, and a new one is
		kept := a.pg != nil || a.redis != nil
		is, err := a.once(ctx)
		if err == nil {
			return is
		}
		a.hangUp()
		if !kept {
			break
		}
	}
	return seen{}
}

func (a *asker) hangUp() {
	if a.pg != nil {
		pgStore{a.pg}.close()
	}
	if a.redis != nil {
		a.redis.close()
	}
	a.pg, a.redis = nil, nil
}

func (a *asker) once(ctx context.Context) (is seen, err error) {
	is.up = true
	if a.m.set.product == "postgresql" {
		if a.pg == nil {
			dsn := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=postgres application_name=watcher", a.m.port)
			if a.pg, err = pgx.Connect(ctx, dsn); err != nil {
				return is, err
			}
		}
		var version, writes string
		err = a.pg.QueryRow(ctx, `SELECT NOT pg_is_in_recovery(), split_part(current_setting('server_version'), ' ', 1),
			current_setting('default_transaction_read_only'), pg_postmaster_start_time()::text`).Scan(&is.primary, &version, &writes, &is.life)
		is.build = strings.TrimSuffix(version+","+writes, ",off")
		return is, err
	}
	if a.redis == nil {
		if a.redis, err = dial(ctx, a.m.port); err != nil {
			return is, err
		}
	}
	text, err := a.redis.ask(ctx, "INFO")
	if err != nil {
		return is, err
	}
	least, err := a.redis.ask(ctx, "CONFIG", "GET", "min-replicas-to-write")
	field := func(name string) string {
		_, after, _ := strings.Cut(text, name+":")
		value, _, _ := strings.Cut(after, "\r\n")
		return value
	}
	is.primary, is.life = field("role") == "master", field("run_id")
	build := field("redis_build_id")
	is.build = strings.TrimSuffix(build[:min(len(build), 5)]+","+strings.TrimPrefix(least, "min-replicas-to-write "), ",0")
	return is, err
}
