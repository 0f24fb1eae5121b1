package cluster

import (
	"context"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"
)

// page is how many objects are asked for at a time, at first.
const page = 500

// list gives every object of a kind to each. Where the list grows too old
// before its end, fresh is called and it starts over, in larger pages: parts
// of two lists do not make one.
func (c *Cluster) list(ctx context.Context, k kind, fresh func(), each func(runtime.Object) error) error {
	ask, err := c.asking(k)
	if err != nil {
		return err
	}
	size := int64(page)
	for n := 1; ; n++ {
		pages := &sequence{}
		p := pager.New(func(ctx context.Context, o metav1.ListOptions) (list runtime.Object, err error) {
			err = c.persist(ctx, func() error {
				list, err = ask(ctx, o)
				return err
			})
			if err == nil {
				err = pages.next(list)
			}
			if err != nil {
				return nil, err
			}
			return list, nil
		})
		p.PageSize, p.PageBufferSize = size, 2
		err := p.EachListItem(ctx, metav1.ListOptions{}, each)
		if err == nil || n == tries || !expired(err) {
			return err
		}
		fresh()
		size *= 4
	}
}

// asking is how to ask for a page of a kind.
func (c *Cluster) asking(k kind) (func(context.Context, metav1.ListOptions) (runtime.Object, error), error) {
	if !k.Builtin() {
		of := c.dynamic.Resource(k.groupVersion().WithResource(k.Resource))
		return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			list, err := of.List(ctx, o)
			if err != nil {
				return nil, err // and no list, which a nil pointer would be
			}
			return list, nil
		}, nil
	}
	client, err := c.typed(k)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		request := client.Get().MaxRetries(tries).Resource(k.Resource).Param("limit", strconv.FormatInt(o.Limit, 10))
		if o.Continue != "" {
			request.Param("continue", o.Continue)
		}
		return request.Do(ctx).Get()
	}, nil
}
