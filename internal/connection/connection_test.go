package connection

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]String{
		"mongodb://db": {Hosts: []string{"db"}},
		"mongodb+srv://app:s3/cr@t@Claims.ab1cd.mongodb.net/shop?retryWrites=true&w=majority": {SRV: true,
			Hosts: []string{"claims.ab1cd.mongodb.net"}, W: "majority"},
		"mongodb://a-0.a:27017,a-1.a:27017,a-2.a.shop.svc.:27017/?REPLICASET=rs0;RetryWrites=false&retryReads=false": {
			Hosts: []string{"a-0.a", "a-1.a", "a-2.a.shop.svc"}, Set: "rs0", NoRetryWrites: true, NoRetryReads: true},
		"mongodb://10.0.0.1:27017/?directConnection=true&w=0&serverSelectionTimeoutMS=5000": {Hosts: []string{"10.0.0.1"}, Direct: true,
			W: "0", Selection: 5 * time.Second},
		"mongodb://db/?connect=direct":                              {Hosts: []string{"db"}, Direct: true},
		"mongodb://$(USER):$(WORD)@db/?replicaSet=rs0":              {Hosts: []string{"db"}, Set: "rs0"},
		"mongodb://$(DB_HOST):27017/shop":                           {Hosts: []string{"$(db_host)"}, Open: true},
		"mongodb://db/?replicaSet=${SET}":                           {Hosts: []string{"db"}, Open: true},
		"mongodb://db/?$(OPTIONS)":                                  {Hosts: []string{"db"}, Open: true},
		"mongodb://user:<password>@db/?serverSelectionTimeoutMS=no": {Hosts: []string{"db"}},
		"mongodb://[::1]:27017":                                     {Hosts: []string{"::1"}},
	} {
		got, ok := Parse(text)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, wants %+v", text, got, want)
		}
		if strings.Contains(got.String(), "@") {
			t.Errorf("%s tells who logs in: %s", text, got)
		}
	}
	for _, text := range []string{"", "mongodb://", "mongodb://user:word@", "postgres://db", "http://mongodb", "mongodb:latest"} {
		if c, ok := Parse(text); ok {
			t.Errorf("%s: %+v", text, c)
		}
	}
}

// A text may have several; one that is commented out is none.
func TestFind(t *testing.T) {
	all := Find("application.yaml", "spring:\n  data:\n    mongodb: {uri: \"mongodb://a,b/?replicaSet=rs0\"}\n# mongodb://old\n"+
		"again: mongodb://a,b/?replicaSet=rs0\nother: mongodb://c, and more.\n")
	if len(all) != 2 || all[0].Set != "rs0" || all[0].From != "application.yaml" || all[1].Hosts[0] != "c" {
		t.Errorf("%+v", all)
	}
	if all := Find("", "image: mongodb:8\nhost: mongodb"); len(all) > 0 {
		t.Errorf("%+v", all)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mongodb://u:p@a:1,b/?replicaSet=x&w=1")
	f.Add("mongodb+srv://%zz@[::/??;&=")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := Parse(text); ok && len(c.Hosts) == 0 {
			t.Errorf("%q: %+v", text, c)
		}
		Find("", text)
	})
}
