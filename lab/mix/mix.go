// Package mix draws scenarios for the lab that nobody chose: pools, workloads
// and what happens to them, at random and always the same for a seed. It knows
// nothing of the simulator, which is held against what such mixes show.
package mix

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/lab/record"
)

// Runs is how often the simulator plays a mix.
const Runs = 40

// settle is how long a mix is left alone before its start, at the least: long
// enough for all but the slowest of its pods.
const settle = 40 * time.Second

// dice are one mix while it is drawn.
type dice struct {
	*rand.Rand
	pools     []string
	workloads []workload
	objects   []object
	cpu       int // that its pods ask for in all, in thousandths

	consolidates bool // some pool does, while it is watched
	written      record.Written
}

// object is one that is applied.
type object map[string]any

// Draw draws the mix of a number under a seed.
func Draw(seed, number uint64) (*record.Scenario, error) {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, number))}
	d.timings()
	d.drawPools()
	d.drawWorkloads()
	d.drawEvents()
	documents := make([][]byte, 0, len(d.objects))
	for _, o := range d.objects {
		data, err := yaml.Marshal(o)
		if err != nil {
			return nil, err
		}
		documents = append(documents, bytes.TrimSpace(data))
	}
	s, err := record.Compose(fmt.Sprintf("mix-%d-%d", seed, number), documents, d.written)
	if err != nil {
		return nil, err
	}
	s.Settle = settle
	return s, nil
}

// timings are those of the cluster.
func (d *dice) timings() {
	w := &d.written
	w.Runs, w.Seed, w.Own = Runs, 1, map[string]record.Own{}
	w.Timings = record.Timings{NodeReady: seconds(one(d, 2, 2, 2, 20)), PodReady: seconds(15), PodStop: seconds(5)}
}

// chance is true so many times in a hundred.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

// one is one of several, each as likely as it is often there.
func one[T any](d *dice, of ...T) T { return of[d.IntN(len(of))] }

func seconds(n int) metav1.Duration { return metav1.Duration{Duration: time.Duration(n) * time.Second} }
