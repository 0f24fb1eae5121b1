// Package audit keeps an account of what a plan has changed, for people other than those who carry it out: a line of
// JSON for each change, made of the journal alone. What a process that died had no time to write is written by the
// next one.
package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/onus-project/onus/internal/apply/journal"
)

// Of is what an account is of.
type Of struct {
	Plan, Hash, Cluster string
	Who                 map[int64]string // has carried it out, by the number of the lease
}

// Log is an account in a file, to which others may write as well.
type Log struct {
	of    Of
	file  *os.File
	lines slog.Handler
	after int64             // the last entry of the journal of which a line is there
	about map[string]string // what changes are about, as their intents have it
}

// Open opens an account, or begins it. Of a file that cannot be read back, such as a pipe, nobody knows what is there.
func Open(file string, of Of) (*Log, error) {
	l := &Log{of: of, about: map[string]string{}}
	torn, err := l.last(file)
	if err == nil {
		l.file, err = os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	}
	if err == nil && torn {
		_, err = l.file.WriteString("\n")
	}
	if err != nil {
		return nil, fmt.Errorf("the account of what is changed: %w", err)
	}
	l.lines = slog.NewJSONHandler(l.file, nil)
	return l, nil
}

// last finds the last entry of which there is a line, and whether the file ends in the midst of one.
func (l *Log) last(file string) (torn bool, err error) {
	is, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !is.Mode().IsRegular() {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		var of struct {
			Hash string
			Seq  int64
		}
		if whole := bytes.HasSuffix(line, []byte("\n")); !whole {
			torn = len(line) > 0
		} else if json.Unmarshal(line, &of) == nil && of.Hash == l.of.Hash { // others may write to it what is no JSON
			l.after = max(l.after, of.Seq)
		}
		if err == io.EOF {
			return torn, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// Record writes the line of an entry, where there is to be one and it is not there yet.
func (l *Log) Record(e *journal.Entry) error {
	key := fmt.Sprint(e.Step, " ", e.Attempt, " ", e.Undo, " ", e.Change)
	if e.Kind == journal.Intent {
		l.about[key] = e.Detail
	}
	what := said(e)
	if what == "" || e.Seq <= l.after {
		return nil
	}
	level := slog.LevelInfo
	if e.Outcome == journal.Refused || e.Outcome == journal.Failed || e.Outcome == journal.Unknown {
		level = slog.LevelWarn
	}
	r := slog.NewRecord(e.At, level, what, 0)
	r.AddAttrs(slog.String("plan", l.of.Plan), slog.String("hash", l.of.Hash), slog.String("cluster", l.of.Cluster),
		slog.String("who", l.of.Who[e.Fence]), slog.Int64("fence", e.Fence), slog.Int64("seq", e.Seq))
	if e.Step != "" {
		r.AddAttrs(slog.String("step", e.Step), slog.Int("attempt", e.Attempt), slog.Bool("undo", e.Undo))
	}
	if e.Change != "" {
		r.AddAttrs(slog.String("change", e.Change), slog.String("target", e.Target), slog.String("token", e.Token))
		about := map[string]string{}
		if json.Unmarshal([]byte(l.about[key]), &about) == nil && len(about) > 0 {
			r.AddAttrs(slog.Any("about", about))
		}
	}
	if e.Detail != "" {
		r.AddAttrs(slog.String("says", e.Detail))
	}
	if err := l.lines.Handle(context.Background(), r); err != nil {
		return fmt.Errorf("the account of what is changed: %w", err)
	}
	l.after = e.Seq
	return nil
}

// said is what an entry is in the account; empty where it changed nothing and nobody decided something.
func said(e *journal.Entry) string {
	switch e.Kind {
	case journal.Result, journal.Observed:
		return string(e.Outcome)
	case journal.Resume:
		return "resumed"
	case journal.Pause:
		return "paused"
	case journal.Finish:
		return "finished " + string(e.Outcome)
	case journal.Note:
		switch {
		case e.Step == "" && e.Target == "plan":
			return "begun"
		case e.Step == "" || e.Target == "escalated":
			return e.Target
		}
	}
	return ""
}

// Close ends the account: what was written is on the disk then.
func (l *Log) Close() error {
	if is, err := l.file.Stat(); err == nil && is.Mode().IsRegular() {
		if err := l.file.Sync(); err != nil {
			return errors.Join(err, l.file.Close())
		}
	}
	return l.file.Close()
}
