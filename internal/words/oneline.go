package words

import "strings"

// longestLine is how many characters of a message OneLine keeps.
const longestLine = 200

// OneLine is a message of somebody else, such as a library, in one line and not
// too long: 200 characters, and an ellipsis where more was said.
func OneLine(message string) string {
	message = strings.Join(strings.Fields(message), " ")
	if runes := []rune(message); len(runes) > longestLine {
		return string(runes[:longestLine]) + "…"
	}
	return message
}
