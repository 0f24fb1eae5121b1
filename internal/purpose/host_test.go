package purpose

import "testing"

func TestBeforeProductionByHost(t *testing.T) {
	for host, want := range map[string]bool{
		"staging.shop.com": true, "*.dev.example.org": true, "shop-dev.example.org": true,
		"qa.shop.co.uk": true, "staging-shop.example.com": true,
		"api.test2.shop.com": true, "web.uat1.shop.com": true, "UAT.shop.com.": true, "shop.staging.internal.corp.com": true,

		"shop.dev": false, "test.org": false, "www.shop.dev": false, "dev.co.uk": false, "shop.com": false, "dev-portal.shop.com": false,
		"test-results.shop.com": false, "developers.shop.com": false, "testing-library.org": false,
		"ci.shop.com": false, "latest.shop.com": false,
		"dev.prod.shop.com": false, "localhost": false, "": false, "*": false,
	} {
		if got := BeforeProductionByHost(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

func TestOnThisMachine(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "web.localhost": true, "LOCALHOST:8080": true, "meet.127.0.0.1.nip.io": true, "127-0-0-1.sslip.io": true,
		"web-127-0-0-1.nip.io": true, "web.localtest.me": true, "lvh.me": true, "127.0.0.1": true, "web.localhost.": true,

		"web.10.0.0.1.nip.io": false, "shop.com": false, "test": false, "localhost.shop.com": false, "notlocalhost": false,
		"corp.local": false, "shop.test": false, "test.shop.com": false, "shop.test.org": false, "": false,
		"*": false, "nip.io": false, "127.0.0.1.shop.com": false,
	} {
		if got := OnThisMachine(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}
