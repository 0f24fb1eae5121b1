package document

import "bytes"

// plainMember is the string under a key of an object in JSON that is known to be valid,
// if it and all before it are written without escapes and in ASCII: each object is
// asked for its kind. What it does not find may be there.
func plainMember(raw []byte, key string) (value string, ok bool) {
	i := pastSpace(raw, 0)
	if i == len(raw) || raw[i] != '{' {
		return "", false
	}
	for i = pastSpace(raw, i+1); i < len(raw) && raw[i] == '"'; i = pastSpace(raw, i+1) {
		name, end := plainString(raw, i)
		if end < 0 {
			return "", false
		}
		i = pastSpace(raw, pastSpace(raw, end)+1) // the colon
		if string(name) == key {
			text, end := plainString(raw, i)
			return string(text), end >= 0
		}
		if i = pastSpace(raw, pastValue(raw, i)); i == len(raw) || raw[i] != ',' {
			return "", false
		}
	}
	return "", false
}

func pastSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// plainString is the string that begins at i, and where it ends; -1 where it is none, or
// not plain.
func plainString(raw []byte, i int) (text []byte, end int) {
	if i >= len(raw) || raw[i] != '"' {
		return nil, -1
	}
	for k := i + 1; k < len(raw); k++ {
		switch c := raw[k]; {
		case c == '"':
			return raw[i+1 : k], k + 1
		case c == '\\' || c >= 0x80:
			return nil, -1
		}
	}
	return nil, -1
}

// pastValue is where the value that begins at i ends.
func pastValue(raw []byte, i int) int {
	for depth := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			for i++; i < len(raw) && raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default: // a number or a word, or what stands between values
			if depth > 0 {
				continue
			}
			for i < len(raw) && bytes.IndexByte([]byte(",}] \t\r\n"), raw[i]) < 0 {
				i++
			}
			return i
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(raw)
}
