package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// finder looks for mutants in the files of a package.
type finder struct {
	pkg     *Package
	fset    *token.FileSet
	info    *types.Info
	file    *ast.File
	src     []byte
	name    string
	fn      string
	results *types.Tuple
	mutants []*Mutant
}

// find lists all mutants of a package.
func find(p *Package) []*Mutant {
	f := &finder{pkg: p, fset: p.fset, info: p.info}
	for i, file := range p.files {
		f.file, f.src, f.name = file, p.sources[i], p.names[i]
		for _, d := range file.Decls {
			f.decl(d)
		}
	}
	number(f.mutants)
	return f.mutants
}

func (f *finder) decl(d ast.Decl) {
	f.fn, f.results = "", nil
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body == nil {
			return
		}
		f.fn = funcName(d)
		f.results = f.info.Defs[d.Name].Type().(*types.Signature).Results()
		f.walk(d.Body)
	case *ast.GenDecl:
		if d.Tok == token.VAR {
			f.walk(d)
		}
	}
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	if g, ok := t.(*ast.IndexExpr); ok {
		t = g.X
	}
	return types.ExprString(t) + "." + d.Name.Name
}

// walk visits nodes; a constant expression is visited as a whole.
func (f *finder) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			outer := f.results
			f.results = f.info.Types[n].Type.(*types.Signature).Results()
			f.walk(n.Body)
			f.results = outer
			return false
		case *ast.GenDecl:
			return n.Tok == token.VAR
		case *ast.ArrayType:
			return false
		case *ast.BlockStmt:
			f.stmts(n.List)
		case *ast.CaseClause:
			f.stmts(n.Body)
		case *ast.IfStmt:
			f.condition(n.Cond)
		case *ast.ForStmt:
			if n.Cond != nil {
				f.condition(n.Cond)
			}
		case *ast.ReturnStmt:
			f.returns(n)
			if f.failing(n) {
				f.walk(n.Results[len(n.Results)-1])
				return false
			}
		case *ast.CallExpr:
			if f.capacity(n) {
				return false
			}
		case *ast.KeyValueExpr:
			if f.info.Types[n.Key].Value != nil {
				f.walk(n.Value) // keys of arrays have to be constant
				return false
			}
		}
		if e, ok := n.(ast.Expr); ok {
			f.expr(e)
			return f.info.Types[e].Value == nil
		}
		return true
	})
}

// capacity reports whether a call makes something with spare capacity, or says
// in words what is wrong: both are equivalent, or text.
func (f *finder) capacity(call *ast.CallExpr) bool {
	id, ok := call.Fun.(*ast.Ident)
	if !ok {
		return false
	}
	_, builtin := f.info.Uses[id].(*types.Builtin)
	if !builtin {
		return false
	}
	if id.Name == "make" && len(call.Args) == 2 {
		_, isMap := f.info.Types[call.Args[0]].Type.Underlying().(*types.Map)
		return isMap
	}
	return id.Name == "make" && len(call.Args) == 3 || id.Name == "panic"
}

// text is the source of a node on one line; false where that is not possible.
func (f *finder) text(n ast.Node) (string, bool) {
	s := f.source(n)
	if strings.Contains(s, "\n") && strings.ContainsAny(s, "`{") || strings.Contains(s, "//") {
		return "", false
	}
	return strings.Join(strings.Fields(s), " "), true
}

// known is what a node is called in lists, however its lines are broken; text is for what
// is compiled.
func (f *finder) known(n ast.Node) string {
	s := strings.Join(strings.Fields(f.source(n)), " ")
	return strings.NewReplacer("{ ", "{", "( ", "(", ", }", "}", ", )", ")", " }", "}").Replace(s)
}

func (f *finder) source(n ast.Node) string { return string(f.src[f.offset(n.Pos()):f.offset(n.End())]) }

func (f *finder) offset(p token.Pos) int { return f.fset.Position(p).Offset }

// add notes a mutant: open and shut are woven in around n, with %d for its ID.
func (f *finder) add(n ast.Node, before, after, open, shut string) {
	f.mutants = append(f.mutants, &Mutant{
		File: f.name, Func: f.fn, Line: f.fset.Position(n.Pos()).Line, Before: before, After: after,
		from: f.offset(n.Pos()), to: f.offset(n.End()), open: open, shut: shut,
	})
}

// boolean replaces a condition by another.
func (f *finder) boolean(n ast.Expr, after string) {
	before := f.known(n)
	t := f.info.Types[n].Type
	if t != types.Typ[types.Bool] && t != types.Typ[types.UntypedBool] {
		return
	}
	f.add(n, before, after, "(mutant_(%d) && ("+escape(after)+") || !mutant_(%[1]d) && (", "))")
}

// value replaces an expression by another of the same type.
func (f *finder) value(n ast.Expr, t types.Type, after string) {
	before := f.known(n)
	name, named := f.typeName(t)
	if !named {
		return
	}
	f.add(n, before, after, "func() "+name+" { if mutant_(%d) { return "+escape(after)+" }; return ", " }()")
}

// stmt replaces a statement by another, or by nothing.
func (f *finder) stmt(n ast.Stmt, after string) {
	before := f.known(n)
	open := "if !mutant_(%d) { "
	if after != "" {
		open = "if mutant_(%d) { " + escape(after) + " } else { "
	}
	f.add(n, before, after, open, " }")
}

func escape(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// typeName is how the file at hand writes a type; false where it cannot.
func (f *finder) typeName(t types.Type) (string, bool) {
	ok := true
	name := types.TypeString(t, func(p *types.Package) string {
		if p == f.pkg.types {
			return ""
		}
		for _, s := range f.file.Imports {
			if strings.Trim(s.Path.Value, `"`) != p.Path() {
				continue
			}
			if s.Name != nil {
				return s.Name.Name
			}
			return p.Name()
		}
		ok = false
		return ""
	})
	return name, ok && !strings.Contains(name, "untyped") && !strings.Contains(name, "invalid")
}

var flips = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR, token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
	token.LAND: token.LOR, token.LOR: token.LAND, token.INC: token.DEC, token.DEC: token.INC,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
}

func (f *finder) expr(e ast.Expr) {
	tv := f.info.Types[e]
	if tv.Value != nil {
		f.constant(e, tv.Type)
		return
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		f.binary(e, tv.Type)
	case *ast.CallExpr:
		if id, ok := e.Fun.(*ast.Ident); ok && len(e.Args) > 1 {
			if _, builtin := f.info.Uses[id].(*types.Builtin); builtin && (id.Name == "min" || id.Name == "max") {
				if s, ok := f.text(e); ok {
					f.value(e, tv.Type, map[string]string{"min": "max", "max": "min"}[id.Name]+s[3:])
				}
			}
		}
	}
}

func (f *finder) binary(e *ast.BinaryExpr, t types.Type) {
	x, okX := f.text(e.X)
	y, okY := f.text(e.Y)
	to, ok := flips[e.Op]
	if !okX || !okY || !ok {
		return
	}
	after := x + " " + to.String() + " " + y
	switch e.Op {
	case token.LAND, token.LOR:
		f.boolean(e, after)
		f.boolean(e, x)
		f.boolean(e, y)
		f.leaf(e.X)
		f.leaf(e.Y)
	case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
		f.boolean(e, after)
	default:
		if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
			f.value(e, t, after)
		}
	}
}

// constant is a whole constant expression: one more of each number in it, and
// the other of the two bools.
func (f *finder) constant(e ast.Expr, t types.Type) {
	if id, ok := e.(*ast.Ident); ok {
		switch id.Name {
		case "true":
			f.value(e, t, "false")
		case "false":
			f.value(e, t, "true")
		}
		return
	}
	whole, ok := f.text(e)
	if !ok || len(whole) != f.offset(e.End())-f.offset(e.Pos()) {
		return
	}
	ast.Inspect(e, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if ok && lit.Kind == token.INT {
			from := f.offset(lit.Pos()) - f.offset(e.Pos())
			f.value(e, t, whole[:from]+increment(lit.Value)+whole[from+len(lit.Value):])
		}
		return true
	})
}

func increment(literal string) string {
	var n int64
	if _, err := fmt.Sscanf(strings.ReplaceAll(literal, "_", ""), "%v", &n); err != nil {
		return literal + "+1"
	}
	return fmt.Sprint(n + 1)
}

// condition is what a branch or a loop asks.
func (f *finder) condition(e ast.Expr) { f.leaf(e) }

// leaf turns around a condition that has no operator to flip.
func (f *finder) leaf(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if s, ok := f.text(x.X); ok && x.Op == token.NOT {
			f.boolean(e, s)
		}
	case *ast.CallExpr, *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		if s, ok := f.text(x); ok && f.info.Types[e].Value == nil {
			f.boolean(e, "!"+s)
		}
	}
}

// failing reports whether a statement returns an error and nothing else: by
// convention nobody looks at the zero values beside it.
func (f *finder) failing(r *ast.ReturnStmt) bool {
	if f.results == nil || len(r.Results) < 2 || len(r.Results) != f.results.Len() {
		return false
	}
	last := len(r.Results) - 1
	if f.results.At(last).Type() != types.Universe.Lookup("error").Type() || f.info.Types[r.Results[last]].IsNil() {
		return false
	}
	for _, e := range r.Results[:last] {
		lit, composite := e.(*ast.CompositeLit)
		if tv := f.info.Types[e]; tv.Value == nil && !tv.IsNil() && !(composite && len(lit.Elts) == 0) {
			return false
		}
	}
	return true
}

// returns zeroes each value that is returned, but constants and errors' nil.
func (f *finder) returns(r *ast.ReturnStmt) {
	if f.results == nil || len(r.Results) != f.results.Len() {
		return
	}
	for i, e := range r.Results {
		tv := f.info.Types[e]
		if tv.Value != nil || tv.IsNil() {
			continue
		}
		if lit, ok := e.(*ast.CompositeLit); ok && len(lit.Elts) == 0 {
			continue
		}
		t := f.results.At(i).Type()
		if name, ok := f.typeName(t); ok {
			f.value(e, t, "*new("+name+")")
		}
	}
}

// stmts leaves out statements, one at a time.
func (f *finder) stmts(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && types.ExprString(call.Fun) != "panic" {
				f.stmt(s, "")
			}
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE || allBlank(s.Lhs) {
				continue
			}
			f.stmt(s, "")
			f.opposite(s)
		case *ast.IncDecStmt:
			f.stmt(s, "")
			if x, ok := f.text(s.X); ok {
				f.stmt(s, x+flips[s.Tok].String())
			}
		case *ast.BranchStmt:
			if s.Tok == token.BREAK || s.Tok == token.CONTINUE {
				f.stmt(s, "")
			}
		}
	}
}

// opposite takes away what an assignment adds.
func (f *finder) opposite(s *ast.AssignStmt) {
	to, ok := flips[s.Tok]
	if !ok {
		return
	}
	x, okX := f.text(s.Lhs[0])
	y, okY := f.text(s.Rhs[0])
	b, number := f.info.TypeOf(s.Lhs[0]).Underlying().(*types.Basic)
	if okX && okY && number && b.Info()&types.IsNumeric != 0 {
		f.stmt(s, x+" "+to.String()+" "+y)
	}
}

func allBlank(list []ast.Expr) bool {
	for _, e := range list {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}
