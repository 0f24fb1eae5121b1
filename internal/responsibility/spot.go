package responsibility

// SpotLabel is a label of nodes that says how they are bought, and its value on those
// that their cloud takes back when it needs them.
type SpotLabel struct {
	Label string   `json:"label"`
	Value string   `json:"value"`
	From  []string `json:"from"`
}

// SpotLabels are those of all platforms: the value of spot capacity by the label.
func (c *Catalog) SpotLabels() map[string]string {
	all := map[string]string{}
	for _, p := range c.Platforms {
		for _, s := range p.Spot {
			all[s.Label] = s.Value
		}
	}
	return all
}
