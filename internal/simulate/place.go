package simulate

func (b *builder) place() error { return nil }
