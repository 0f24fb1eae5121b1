package responsibility

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// Program is software of which a second replica, run beside the first by raising
// a number, keeps nothing up or does harm.
type Program struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Images are the last words of the names of its images, Ports those that it
	// listens on.
	Images []string `json:"images,omitempty"`
	Ports  []int    `json:"ports,omitempty"`
	// Runs are what its containers run, also of images that are called after another program,
	// and Peers the ports by which its members talk to each other, and those of none other do.
	Runs  []string `json:"runs,omitempty"`
	Peers []int    `json:"peers,omitempty"`
	// Titles are those of other programs, by their images, of which the same holds.
	Titles map[string]string `json:"titles,omitempty"`
	// Editions are words of tags which say that it is an edition of which none of this holds.
	Editions []string `json:"editions,omitempty"`
	// Keeps is what is lost with its disk: KeepsData or KeepsCache; empty for
	// nothing.
	Keeps string `json:"keeps,omitempty"`
	// Dev says that it is so only where the program is told to run for development,
	// as by start-dev.
	Dev bool `json:"dev,omitempty"`
	// Quorum says that several of them go on only while most are there.
	Quorum bool `json:"quorum,omitempty"`
	// Pair says what two members do while one of them is away; empty for what is not known to
	// need both.
	Pair string `json:"pair,omitempty"`
	// Unless is when none of this holds; empty for never.
	Unless string `json:"unless,omitempty"`
	// Metrics says that others read metrics from it, and nothing else.
	Metrics bool `json:"metrics,omitempty"`
	// Alone says why nobody minds that it is away for a while where it is a single pod.
	Alone string `json:"alone,omitempty"`
	// Second is what a second replica beside it does; empty for what scales.
	Second string `json:"second,omitempty"`
	// Scales says that two keep it up: it is here so that it is not taken for
	// another one.
	Scales bool `json:"scales,omitempty"`
	// Records says that what it keeps is what others hold it to have, and comes back neither
	// with time nor from elsewhere, as what is cached, logged or measured does.
	Records bool `json:"records,omitempty"`
	// Replicated is how it is run so that it stays up; empty where it cannot be.
	Replicated string   `json:"replicated,omitempty"`
	From       []string `json:"from"`
}

// What programs keep: data of their own, or a cache that fills again.
const (
	KeepsData  = "data"
	KeepsCache = "cache"
)

// programsFile is the form of programs.yaml.
type programsFile struct {
	Flavours  []string  `json:"flavours"`
	Forwards  []string  `json:"forwards"`
	Stores    []string  `json:"stores,omitempty"`
	Uses      []string  `json:"uses,omitempty"`
	Clients   []string  `json:"clients,omitempty"`
	Runners   []string  `json:"runners,omitempty"`
	Samples   []string  `json:"samples,omitempty"`
	Unmissed  []absence `json:"unmissed,omitempty"`
	Stateless []string  `json:"stateless,omitempty"`
	Beside    []string  `json:"beside,omitempty"`
	Polls     []string  `json:"polls,omitempty"`
	Queues    []string  `json:"queues,omitempty"`
	Watches   []string  `json:"watches,omitempty"`
	Chats     []string  `json:"chats,omitempty"`
	Bots      []string  `json:"bots,omitempty"`
	Peers     []int     `json:"peers,omitempty"`
	Sized     []sizer   `json:"sized,omitempty"`
	Votes     []string  `json:"votes,omitempty"`
	Dataless  []string  `json:"dataless,omitempty"`
	AtHome    []string  `json:"atHome,omitempty"`
	Programs  []Program `json:"programs"`
}

// sizer is who sets how many pods a workload has when it is made, by a label of the
// workload.
type sizer struct {
	Label string   `json:"label"`
	By    string   `json:"by"`
	From  []string `json:"from"`
}

// absence is what it costs that programs are away for which nobody waits.
type absence struct {
	Costs string   `json:"costs"`
	Names []string `json:"names"` // last words of their images, and of what runs them
	// Alone says that this is so of a single pod: who runs several of them minds.
	Alone bool `json:"alone,omitempty"`
}

// programs are what is known of programs, and the words of images by which they
// are told: those that say only how an image was built, and those of what stands
// in front of a program and listens on its port.
type programs struct {
	known                      []Program
	flavours, forwards, stores []string
	uses                       []string           // words before a program's in the name of an image that uses it
	clients                    []string           // programs that use another one
	runners                    []string           // programs that run somebody's own code
	samples                    []string           // images that are there to be tried
	unmissed                   []absence          // what nobody waits for
	stateless                  []string           // images of which several answer side by side
	beside                     []string           // images that only serve the program beside them
	polls                      []string           // what collects at times of its own, by its last word
	queues, watches            []string           // words of what works a queue, and of what only looks at others
	chats, bots                []string           // words of what answers a chat service, and last ones
	sized                      []sizer            // who sets sizes that no manifest has
	peers                      []int              // ports by which members of a cluster talk to each other
	votes, dataless            []string           // roles of members that only vote, and of what keeps nothing
	atHome                     []string           // what people run at home
	doc                        *document.Document // that they stand in, for errors
}

// Programs are those of which a second replica keeps nothing up, and what is told
// from them.
func (p *programs) Programs() []Program { return p.known }

// add lays a file over what is known: a program of a known id replaces it.
func (p *programs) add(f *file[programsFile]) {
	p.doc = f.doc
	p.flavours = append(p.flavours, f.value.Flavours...)
	p.forwards = append(p.forwards, f.value.Forwards...)
	p.stores = append(p.stores, f.value.Stores...)
	p.uses = append(p.uses, f.value.Uses...)
	p.clients = append(p.clients, f.value.Clients...)
	p.runners = append(p.runners, f.value.Runners...)
	p.samples = append(p.samples, f.value.Samples...)
	p.unmissed = append(p.unmissed, f.value.Unmissed...)
	p.beside, p.stateless = append(p.beside, f.value.Beside...), append(p.stateless, f.value.Stateless...)
	p.polls = append(p.polls, f.value.Polls...)
	p.queues, p.watches = append(p.queues, f.value.Queues...), append(p.watches, f.value.Watches...)
	p.chats, p.bots = append(p.chats, f.value.Chats...), append(p.bots, f.value.Bots...)
	p.peers = append(p.peers, f.value.Peers...)
	p.sized = append(p.sized, f.value.Sized...)
	p.votes = append(p.votes, f.value.Votes...)
	p.dataless = append(p.dataless, f.value.Dataless...)
	p.atHome = append(p.atHome, f.value.AtHome...)
	for _, x := range f.value.Programs {
		if i := slices.IndexFunc(p.known, func(k Program) bool { return k.ID == x.ID }); i >= 0 {
			p.known[i] = x
			continue
		}
		p.known = append(p.known, x)
	}
}

// check is the fault of a program, or of who sets sizes, that cites no source there is.
func (p *programs) check(c *Catalog) error {
	for _, s := range p.sized {
		if err := c.uncited("programs.yaml", p.doc, "sized", s.From); err != nil {
			return err
		}
	}
	for _, x := range p.known {
		if err := c.uncited("programs.yaml", p.doc, x.ID, x.From); err != nil {
			return err
		}
	}
	return nil
}

// Program is what a container runs, where a second replica of it keeps nothing up:
// by the name of its image without registry and tag, and where that is not known
// (empty) or says no more than that it is a store, by the ports that it declares.
// It is nil where neither tells, and where runs, what the container is told to run (a
// program, and the word behind it), is a client of another one.
func (p *programs) Program(image, runs string, ports []int) *Program {
	if p.client(image, runs) || p.Unmissed(image, false) != "" {
		return nil
	}
	if told := p.running(runs); told != nil {
		return told
	}
	words := p.unflavoured(image)
	found, longest, title := p.byImage(words)
	if found != nil && p.otherwise(found, words[:len(words)-longest], runs) {
		return nil
	}
	if other := p.byPeers(ports); found != nil && other != nil && len(found.Peers) == 0 {
		return other
	}
	if title != "" {
		other := *found
		other.Title = title
		return &other
	}
	all := imageWords(image)
	told := image == "" || slices.ContainsFunc(all, func(w string) bool { return slices.Contains(p.stores, w) })
	if found != nil || !told || p.inFront(all) || p.user(all) {
		return found
	}
	for i := range p.known {
		if slices.ContainsFunc(p.known[i].Ports, func(port int) bool { return slices.Contains(ports, port) }) {
			return &p.known[i]
		}
	}
	return nil
}

// byImage is the program that an image is by most of the last words of its name, how many these
// are, and the title of the program where that is another one's.
func (p *programs) byImage(words []string) (found *Program, longest int, title string) {
	for i := range p.known {
		for _, name := range p.known[i].Images {
			whole, alone := strings.CutPrefix(name, "=")
			if n := ends(words, whole); n > longest && (!alone || len(words) == n) {
				found, longest, title = &p.known[i], n, p.known[i].Titles[whole]
			}
		}
	}
	return found, longest, title
}

// running is the program that a container is told to run by its own name; nil for others.
func (p *programs) running(runs string) *Program {
	name, _, _ := strings.Cut(runs, " ")
	for i := range p.known {
		if slices.Contains(p.known[i].Runs, name) {
			return &p.known[i]
		}
	}
	return nil
}

// byPeers is the program whose members talk to each other by ports that are all among those of
// a container; nil where none does.
func (p *programs) byPeers(ports []int) *Program {
	for i := range p.known {
		peers := p.known[i].Peers
		if len(peers) > 0 && !slices.ContainsFunc(peers, func(port int) bool { return !slices.Contains(ports, port) }) {
			return &p.known[i]
		}
	}
	return nil
}

// Is reports whether an image with some tag is the program: not where a word of the tag names
// an edition of which other things hold.
func (p *Program) Is(tag string) bool {
	return !slices.ContainsFunc(imageWords(tag), func(word string) bool { return slices.Contains(p.Editions, word) })
}

// client reports whether a container is told to run what uses a program elsewhere: by
// that one's name, or by the word behind the program's own.
func (p *programs) client(image, runs string) bool {
	told := strings.Fields(runs)
	if len(told) == 0 {
		return false
	}
	words := imageWords(image)
	return slices.Contains(p.clients, told[0]) || slices.Contains(p.clients, strings.Join(told, " ")) ||
		len(words) > 0 && slices.Contains(p.clients, words[len(words)-1]+" "+told[0])
}

// otherwise reports whether an image whose name ends like a program, with some words before, is
// no such program of which a second one does harm: it scales, or only uses that.
func (p *programs) otherwise(found *Program, before []string, runs string) bool {
	return found.Scales || !found.Metrics && p.user(before) || len(before) > 0 && p.ownCode(runs)
}

// ownCode reports whether what a container is told to run runs somebody's own code: an image
// that is called after a program beside other words is then a client of that.
func (p *programs) ownCode(runs string) bool {
	told := strings.Fields(runs)
	return len(told) > 0 && slices.Contains(p.runners, strings.TrimRight(told[0], "0123456789."))
}

// Dataless reports whether a program keeps no data in each of some roles, and
// Votes whether all that it does in one of them is to vote. Of no role neither is known.
func (p *programs) Dataless(roles []string) bool {
	return len(roles) > 0 && !slices.ContainsFunc(roles, func(r string) bool {
		return !slices.Contains(p.dataless, r) && !slices.Contains(p.votes, r)
	})
}

// Votes is that of Dataless.
func (p *programs) Votes(roles []string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(p.votes, r) })
}

// Sample reports whether an image is by its name one that is there to be tried: it
// answers with what it was sent, or greets.
func (p *programs) Sample(image string) bool {
	words := imageWords(image)
	return slices.ContainsFunc(p.samples, func(name string) bool { return ends(words, name) > 0 })
}

// Stateless reports whether an image is by its name that of a program which keeps nothing
// in its process, so that several answer side by side.
func (p *programs) Stateless(image string) bool {
	all, words := imageWords(image), p.unflavoured(image)
	return slices.ContainsFunc(p.stateless, func(name string) bool {
		return ends(words, name) > 0 || ends(all, name) > 0
	})
}

// Beside reports whether an image is by its name one that only serves the program
// beside it: it fetches its files, or reloads it.
func (p *programs) Beside(image string) bool {
	words := imageWords(image)
	return slices.ContainsFunc(p.beside, func(name string) bool { return ends(words, name) > 0 })
}

// Polls reports whether a name, of an image or of a workload, is that of something which
// collects at times of its own: nobody sends it requests, and a second one collects again.
func (p *programs) Polls(name string) bool {
	words := p.unflavoured(name)
	return len(words) > 1 && slices.Contains(p.polls, words[len(words)-1])
}

// WorksQueue reports whether a workload is by a word of its name one that takes its work
// from a queue, in which that waits.
func (p *programs) WorksQueue(name string) bool { return worded(name, p.queues) }

// Chats reports whether a workload is by a word of its name, or by the last one, what
// answers a chat service, which sends again what was not taken.
func (p *programs) Chats(name string) bool {
	words := strings.Split(name, "-")
	return worded(name, p.chats) || len(words) > 1 && slices.Contains(p.bots, words[len(words)-1])
}

// Watches reports whether a workload is by its name one that only looks at others: by a
// word of it, as what passes telemetry on, or as what collects at times of its own.
func (p *programs) Watches(name string) bool {
	return worded(name, p.watches) || p.Unmissed(name, true) != "" || p.Polls(name)
}

// worded reports whether a name has one of some words.
func worded(name string, words []string) bool {
	return slices.ContainsFunc(strings.Split(name, "-"), func(word string) bool { return slices.Contains(words, word) })
}

// SizedBy is who sets how many pods a workload has when it is made, whatever its manifest
// says; empty where nobody is known to.
func (p *programs) SizedBy(labels map[string]string) string {
	for _, s := range p.sized {
		if labels[s.Label] != "" {
			return s.By
		}
	}
	return ""
}

// SizingLabels are the labels by which somebody sets sizes, with their sources.
func (p *programs) SizingLabels() map[string][]string {
	all := map[string][]string{}
	for _, s := range p.sized {
		all[s.Label] = s.From
	}
	return all
}

// Peer reports whether members of a cluster talk to each other by a port, and clients do
// not.
func (p *programs) Peer(port int) bool { return slices.Contains(p.peers, port) }

// AtHome is the program that people run at home, and hardly anybody elsewhere, which an
// image, a workload or a release is by the last words of its name; empty for all others.
func (p *programs) AtHome(name string) string {
	words := p.unflavoured(name)
	for _, x := range p.atHome {
		if ends(words, x) > 0 {
			return x
		}
	}
	return ""
}

// Unmissed says what the absence of a program costs for which nobody waits, by the
// name of its image, or of the workload that runs it: of that one word tells too little.
// It is empty for all others.
func (p *programs) Unmissed(name string, workload bool) string {
	return p.unmissedBy(name, workload, false)
}

// UnmissedAlone is that of Unmissed for a program that runs on a single pod.
func (p *programs) UnmissedAlone(name string, workload bool) string {
	return p.unmissedBy(name, workload, true)
}

func (p *programs) unmissedBy(name string, workload, alone bool) string {
	words, all := p.unflavoured(name), imageWords(name) // of metrics-server the last word is no flavour
	for _, a := range p.unmissed {
		if a.Alone && !alone {
			continue
		}
		for _, x := range a.Names {
			if n := max(ends(words, x), ends(all, x)); n > 1 || n == 1 && !workload {
				return a.Costs
			}
		}
	}
	return ""
}

// InFront reports whether an image is by its name that of something which other
// programs are reached through, or are run by.
func (p *programs) InFront(image string) bool { return p.inFront(imageWords(image)) }

// user reports whether a name has a word by which it is of something that uses a program.
func (p *programs) user(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(p.uses, w) })
}

func (p *programs) inFront(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(p.forwards, w) })
}

// unflavoured are the words of a name without those at its end that say only how
// something was built.
func (p *programs) unflavoured(name string) []string {
	words := imageWords(name)
	for len(words) > 1 && p.flavour(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// flavour reports whether a word of an image says only how it was built: a
// number, or one of those words.
func (p *programs) flavour(word string) bool {
	return strings.Trim(word, "0123456789v") == "" || slices.Contains(p.flavours, word)
}

func imageWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
}

// ends is how many words a name has, joined by hyphens, where they are the last
// ones of others; 0 where they are not. It is asked for each container of each
// name that the catalog has, and makes nothing.
func ends(words []string, name string) int {
	if len(words) == 0 || !strings.HasSuffix(name, words[len(words)-1]) {
		return 0 // nearly always
	}
	n := strings.Count(name, "-") + 1
	if len(words) < n {
		return 0
	}
	for _, w := range words[len(words)-n:] {
		word, rest, _ := strings.Cut(name, "-")
		if w != word {
			return 0
		}
		name = rest
	}
	return n
}
