package apply

// tally is what guards ask about the whole plan, kept as it changes: each step that waits asks, and none of them looks
// at all the others.
type tally struct {
	// active are the groups, or what several of them are parts of, of which something is begun and not all is done;
	// left are those that were given up in this run.
	active, left map[string]bool
	changed      map[string]bool         // groups: see standing.changed
	changedOf    map[int]int             // how many of a wave were changed
	waves        map[string]map[int]bool // in which waves something of a thing is
}

// count counts anew what an entry about a step may have changed; with none, all of it.
func (x *standing) count(step string) {
	if s := x.steps[step]; s != nil && x.tally.active != nil {
		x.countThing(thingOf(s))
		for _, id := range x.things[thingOf(s)] {
			x.countGroup(groupOf(x.steps[id]))
		}
		x.countGroup(groupOf(s))
		return
	}
	x.tally = tally{active: map[string]bool{}, left: map[string]bool{}, changed: map[string]bool{}, changedOf: map[int]int{},
		waves: map[string]map[int]bool{}}
	for wave, groups := range x.waves {
		for _, group := range groups {
			thing := thingOf(x.steps[x.groups[group][0]])
			if x.tally.waves[thing] == nil {
				x.tally.waves[thing] = map[int]bool{}
			}
			x.tally.waves[thing][wave] = true
		}
	}
	for thing := range x.things {
		x.countThing(thing)
	}
	for group := range x.groups {
		x.countGroup(group)
	}
}

func (x *standing) countThing(thing string) {
	begun, open, stuck, held := false, false, false, false
	for _, id := range x.things[thing] {
		st := x.state.Steps[id]
		begun = begun || st.Status != StepPending
		open = open || st.Status != StepFinished
		stuck = stuck || st.stuck
		held = held || st.Status == StepUndoing || st.Status == StepIsUnknown
	}
	set(x.tally.active, thing, begun && open)
	set(x.tally.left, thing, stuck && !held)
}

func (x *standing) countGroup(group string) {
	was, is := x.tally.changed[group], x.changed(group)
	if was == is {
		return
	}
	set(x.tally.changed, group, is)
	of := map[int]bool{}
	for _, id := range x.groups[group] {
		of[x.steps[id].Wave] = true
	}
	for wave := range of {
		if is {
			x.tally.changedOf[wave]++
		} else {
			x.tally.changedOf[wave]--
		}
	}
}

func set(all map[string]bool, name string, is bool) {
	if is {
		all[name] = true
		return
	}
	delete(all, name)
}
