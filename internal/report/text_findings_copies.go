package report

import "github.com/onus-project/onus/internal/finding"

// withoutCopies are findings with one for each cause, and how many more units have that, by
// its fingerprint.
func withoutCopies(all []finding.Finding) (told []finding.Finding, also map[string]int) {
	also = map[string]int{}
	for i := range all {
		if all[i].CopyOf != "" {
			continue
		}
		told = append(told, all[i])
		if n := all[i].Units(); n > 0 {
			also[all[i].Fingerprint] = n
		}
	}
	return told, also
}
