package manifest

import (
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// sharer lets the pods of one controller share what they have alike, which is
// nearly all that a pod holds. Large clusters have many pods a controller.
type sharer struct {
	words map[string]string
	first map[controller]likeness
}

// controller is what pods are alike by.
type controller struct {
	namespace string
	kubernetes.Owner
}

// likeness is what was read of the first pod of a controller.
type likeness struct {
	owner    *kubernetes.Owner
	template *kubernetes.PodTemplate
	labels   map[string]string
	claims   []string
}

func newSharer() *sharer {
	return &sharer{words: map[string]string{}, first: map[controller]likeness{}}
}

// pod gives a pod what others like it have already.
func (s *sharer) pod(p *kubernetes.RawPod) {
	for _, word := range []*string{&p.Namespace, &p.Node, &p.Phase, &p.Waiting} {
		*word = s.word(*word)
	}
	if p.Owner == nil {
		return
	}
	key := controller{p.Namespace, *p.Owner}
	like, ok := s.first[key]
	if !ok {
		s.first[key] = likeness{p.Owner, p.Template, p.Labels, p.VolumeClaims}
		return
	}
	p.Owner = like.owner
	// What a pod asks for may be its own: an autoscaler may have raised it. The
	// rest of a template is only ever taken of a controller's first pod.
	if p.Template.Requests.Equal(like.template.Requests) {
		p.Template = like.template
	}
	if maps.Equal(p.Labels, like.labels) {
		p.Labels = like.labels
	}
	if slices.Equal(p.VolumeClaims, like.claims) {
		p.VolumeClaims = like.claims
	}
}

func (s *sharer) word(w string) string {
	if known, ok := s.words[w]; ok {
		return known
	}
	s.words[w] = w
	return w
}
