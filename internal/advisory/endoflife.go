package advisory

import "encoding/json"

// readEndOfLife adds the branches of a product, as endoflife.date knows them.
//
// Source: endoflife.date/docs/api/v1, schema 1.2.
func (s *Set) readEndOfLife(_ string, data []byte) error {
	var in struct {
		Result struct {
			Name     string `json:"name"`
			Releases []struct {
				Name     string `json:"name"`
				Released day    `json:"releaseDate"`
			} `json:"releases"`
		} `json:"result"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	for _, r := range in.Result.Releases {
		s.Branches[in.Result.Name] = append(s.Branches[in.Result.Name], Branch{Name: r.Name, Released: r.Released.Time})
	}
	return nil
}
