package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// markdownOf writes the values that have a page as Markdown, and findings as a
// comment of a pull request.
func markdownOf(v published.Value) writer {
	if f, ok := v.(published.Findings); ok {
		return func(w io.Writer, _ Screen) error { return findingsMarkdown(w, &f) }
	}
	p := pageOf(v)
	if p == nil {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		words := joined(p(), block.markdown, func(block, block) string { return "\n\n" })
		if _, err := io.WriteString(w, words+"\n"); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
}

// escaped is prose as Markdown shows it unchanged. Addresses stay as they are,
// for a reader to follow, but for those that would end the link.
func escaped(words string) string {
	fields := strings.Fields(words)
	for i, f := range fields {
		f = visible(f)
		if isAddress(f) && !strings.ContainsAny(f, "<>`\\|") {
			fields[i] = "<" + f + ">"
		} else {
			fields[i] = escapeMarkdown(f)
		}
	}
	return strings.Join(fields, " ")
}

func isAddress(word string) bool {
	return strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://")
}

func escapeMarkdown(word string) string {
	if !strings.ContainsAny(word, markdownSpecial) {
		return word
	}
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune(markdownSpecial, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

const markdownSpecial = "\\`*_[]<>|#"
