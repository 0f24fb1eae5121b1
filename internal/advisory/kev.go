package advisory

import "encoding/json"

// readKEV adds CISA's list of vulnerabilities that are known to be used.
//
// Source: the schema at cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json.
func (s *Set) readKEV(_ string, data []byte) error {
	var in struct {
		Vulnerabilities []struct {
			ID    string `json:"cveID"`
			Added day    `json:"dateAdded"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	for _, v := range in.Vulnerabilities {
		s.exploited[v.ID] = Exploited{Since: v.Added.Time}
	}
	return nil
}
