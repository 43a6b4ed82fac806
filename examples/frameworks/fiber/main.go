// Command fiber is a portal on fiber, with its sessions and its CSRF middleware.
// The SDK speaks net/http, which fiber's adaptor translates.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/extractors"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"github.com/gofiber/fiber/v3/middleware/csrf"
	"github.com/gofiber/fiber/v3/middleware/helmet"
	"github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/gofiber/fiber/v3/middleware/session"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	fc, address := settings.Read()
	log.Fatal(newPortal(fc, address).Listen(settings.Addr()))
}

func newPortal(fc *franceconnect.Client, address string) *fiber.App {
	show := func(c fiber.Ctx, name string, v page.View) error {
		v.Person, _ = session.FromContext(c).Get("person").(franceconnect.Session)
		if name == "account" && v.Person.Subject == "" {
			return c.Redirect().To("/")
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		return page.Templates.ExecuteTemplate(c.Type("html"), name, v)
	}
	// Unless told otherwise fiber takes 4096 bytes of headers, which is too few
	// once a person has begun several logins. Sessions last 30 minutes.
	app := fiber.New(fiber.Config{ReadBufferSize: 16 << 10, ErrorHandler: sorry})
	cookie, secure := page.Cookie(address, "session")
	sessions, store := session.NewWithStore(session.Config{Extractor: extractors.FromCookie(cookie), CookiePath: "/", CookieSecure: secure, CookieHTTPOnly: true, CookieSessionOnly: true})
	store.RegisterType(franceconnect.Session{})
	// It comes before sessions, which give a new one to whoever has no cookie, such
	// as the form of another site. It does not compare with Host, but with address.
	protect := csrf.New(csrf.Config{Extractor: extractors.FromForm("_csrf"), TrustedOrigins: []string{address},
		CookieName: cookie + "-csrf", CookiePath: "/", CookieSecure: secure, CookieHTTPOnly: true, CookieSessionOnly: true})
	// helmet's own Referrer-Policy, no-referrer, has a browser send Origin: null and
	// no Referer with the portal's own forms, which CSRF refuses over TLS.
	app.Use(recover.New(), helmet.New(helmet.Config{ContentSecurityPolicy: page.Policy(fc), ReferrerPolicy: "same-origin"}), protect, sessions)
	app.Get("/style.css", adaptor.HTTPHandlerFunc(page.Style))
	app.Get("/", func(c fiber.Ctx) error {
		return show(c, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"})})
	})
	app.Get("/franceconnect/login", adapted(func(c fiber.Ctx, w http.ResponseWriter, r *http.Request) error {
		return fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: c.Query("next")})
	}))
	app.Get("/franceconnect/callback", adapted(func(c fiber.Ctx, w http.ResponseWriter, r *http.Request) error {
		s, err := fc.Callback(w, r)
		if err == nil {
			err = session.FromContext(c).Reset() // to an id that nobody could plant
		}
		if err == nil {
			session.FromContext(c).Set("person", *s)
			http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
		}
		return err
	}))
	app.Get("/mon-compte", func(c fiber.Ctx) error { return show(c, "account", page.View{CSRF: csrf.TokenFromContext(c)}) })
	app.Post("/deconnexion", adapted(func(c fiber.Ctx, w http.ResponseWriter, r *http.Request) error {
		s, _ := session.FromContext(c).Get("person").(franceconnect.Session)
		return errors.Join(session.FromContext(c).Destroy(), fc.Logout(w, r, s.IDTokenHint))
	}))
	app.Get("/franceconnect/logout", adapted(func(c fiber.Ctx, w http.ResponseWriter, r *http.Request) error {
		return show(c, "goodbye", page.View{LoggedOut: fc.LogoutCallback(w, r)})
	}))
	return app
}

// adapted returns a handler for the SDK. Of r nothing may be kept: fiber uses its
// memory again for the next request. So it does with its context, which a call
// to FranceConnect could still hold.
func adapted(h func(fiber.Ctx, http.ResponseWriter, *http.Request) error) fiber.Handler {
	return func(c fiber.Ctx) error {
		err := error(fiber.ErrBadRequest) // of an address that net/http does not read
		adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) { err = h(c, w, r.WithContext(context.Background())) })(c)
		return err
	}
}

func sorry(c fiber.Ctx, err error) error {
	if !errors.As(err, new(*franceconnect.Error)) {
		return fiber.DefaultErrorHandler(c, err)
	}
	log.Print(err)
	return page.Templates.ExecuteTemplate(c.Type("html").Status(franceconnect.StatusCode(err)), "sorry", page.Problem(err))
}
