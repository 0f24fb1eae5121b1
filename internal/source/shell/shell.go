// Package shell finds the simple commands that a script has, as far as that takes no running of it.
package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Command is a simple command: what it sets before it and its words, without their quotes, with variables and what is
// put in place of $(...) as they are written.
type Command struct {
	Line  int
	Words []string
}

// Commands are those of a text, in their order, up to a fault in it; those within $(...) behind the one that they are
// part of.
func Commands(text string) []Command {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if depth(text) > deepest {
		return nil
	}
	s := script{text: text}
	for stmt, err := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(strings.NewReader(text)) {
		if err != nil {
			break
		}
		syntax.Walk(stmt, s.visit)
	}
	return s.all
}

// deepest bounds how many brackets may be open at once: the parser calls itself for each, without a bound of its own.
const deepest = 1000

// depth is how many brackets are open at once at the most, whatever they stand in.
func depth(text string) int {
	open, most := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			open++
			most = max(most, open)
		case ')', ']', '}':
			open = max(open-1, 0)
		}
	}
	return most
}

// script is a text whose commands are gathered.
type script struct {
	text string
	all  []Command
}

func (s *script) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.CallExpr:
		s.add(n, n.Assigns, n.Args)
	case *syntax.DeclClause: // export, local and the like
		s.add(n, n.Args, nil, n.Variant.Value)
	}
	return true
}

// add takes a command: words that come first, what it sets, and its arguments.
func (s *script) add(n syntax.Node, sets []*syntax.Assign, args []*syntax.Word, first ...string) {
	c := Command{Line: int(n.Pos().Line()), Words: first}
	for _, a := range sets {
		switch {
		case a.Naked && a.Name == nil:
			c.Words = append(c.Words, s.word(a.Value))
		case a.Value != nil && a.Index == nil && !a.Append:
			c.Words = append(c.Words, a.Name.Value+"="+s.word(a.Value))
		default:
			c.Words = append(c.Words, s.written(a))
		}
	}
	for _, w := range args {
		c.Words = append(c.Words, s.word(w))
	}
	s.all = append(s.all, c)
}

// written is a part of the script as it stands there.
func (s *script) written(n syntax.Node) string { return s.text[n.Pos().Offset():n.End().Offset()] }

// word is one without its quotes; empty for none.
func (s *script) word(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	var b strings.Builder
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescaped(part.Value, ""))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, within := range part.Parts {
				if lit, is := within.(*syntax.Lit); is {
					b.WriteString(unescaped(lit.Value, "\"\\$`"))
				} else {
					b.WriteString(s.written(within))
				}
			}
		default:
			b.WriteString(s.written(part))
		}
	}
	return b.String()
}

// unescaped is a text without the backslashes that quote what is behind them: any character, or one of some.
func unescaped(text, of string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (of == "" || strings.IndexByte(of, text[i+1]) >= 0) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
