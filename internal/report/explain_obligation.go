package report

import "github.com/onus-project/onus/internal/responsibility"

// ObligationExplained is an obligation and where the customer has it.
type ObligationExplained struct {
	Explained
	Axis        string            `json:"axis"`
	Layer       string            `json:"layer"`
	Severity    string            `json:"severity"`
	LoadBearing bool              `json:"loadBearing"` // wherever it is induced
	Statement   string            `json:"statement"`
	Why         string            `json:"why"`
	Held        string            `json:"held"`
	Fix         string            `json:"fix"`
	Triggers    []string          `json:"triggers,omitempty"`
	Where       []Where           `json:"where"`
	Sources     map[string]Source `json:"sources"`
}

// Where is how an obligation stands under one offering on its axis.
type Where struct {
	Offering    Offering                `json:"offering"`
	Stands      responsibility.Standing `json:"stands"`
	LoadBearing bool                    `json:"loadBearing"`
}

// ExplainObligation prepares an obligation.
func ExplainObligation(c *responsibility.Catalog, o *responsibility.Obligation) ObligationExplained {
	v := ObligationExplained{Explained: explained("obligation", o.ID, o.Title, ""), Axis: o.Axis, Layer: o.Layer, Severity: o.Severity,
		LoadBearing: o.LoadBearing, Statement: o.Statement, Why: o.Why, Held: o.Held, Fix: o.Fix, Triggers: o.Trigger,
		Where: []Where{}, Sources: publishedSources(c, o.From)}
	for _, of := range c.On(o.Axis) {
		v.Where = append(v.Where, Where{publishedOffering(of), o.Stands(of), o.LoadBearingIn(of)})
	}
	return v
}

func (v ObligationExplained) page() page {
	return append(v.opening(),
		prose(v.Statement),
		pairs{
			{"why", v.Why},
			{"held when", v.Held},
			{"fix", v.Fix},
			{"severity", v.Severity},
			{"layer", v.Axis + " / " + v.Layer},
		},
		section{"a service falls without it under", []block{v.under(func(w Where) bool { return w.LoadBearing })}},
		section{"yours because of what others took over, under", []block{v.under(func(w Where) bool { return w.Stands == responsibility.Induced && !w.LoadBearing })}},
		section{"yours in any case under", []block{v.under(func(w Where) bool { return w.Stands == responsibility.Yours })}},
		section{"not yours under", []block{v.under(func(w Where) bool { return w.Stands == responsibility.NotYours })}},
		sourcesSection(v.Sources),
	)
}

func (v ObligationExplained) under(which func(Where) bool) block {
	var names string
	for _, w := range v.Where {
		if !which(w) {
			continue
		}
		if names != "" {
			names += "; "
		}
		names += w.Offering.Title
	}
	return prose(names)
}
