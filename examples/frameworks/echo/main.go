// Command echo is a portal on echo, with its CSRF middleware and its sessions
// in scs around it.
package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	fc, address := settings.Read()
	log.Fatal(http.ListenAndServe(settings.Addr(), newPortal(fc, settings.Sessions(address), address)))
}

func newPortal(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler {
	person := func(c *echo.Context) franceconnect.Session {
		return page.Person(sessions.Get(c.Request().Context(), "person"))
	}
	csrf := middleware.CSRFConfig{TokenLookup: "form:_csrf", CookiePath: "/", CookieHTTPOnly: true, CookieSameSite: http.SameSiteLaxMode}
	csrf.CookieName, csrf.CookieSecure = page.Cookie(address, "csrf")
	e := echo.New()
	e.Renderer = &echo.TemplateRenderer{Template: page.Templates}
	e.HTTPErrorHandler = func(c *echo.Context, err error) {
		if errors.As(err, new(*franceconnect.Error)) {
			page.Sorry(c.Response(), err)
			return
		}
		echo.DefaultHTTPErrorHandler(false)(c, err)
	}
	e.Use(middleware.Recover(), middleware.CSRFWithConfig(csrf))
	e.GET("/style.css", echo.WrapHandler(http.HandlerFunc(page.Style)))
	e.GET("/", func(c *echo.Context) error {
		return c.Render(http.StatusOK, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"}), Person: person(c)})
	})
	e.GET("/franceconnect/login", func(c *echo.Context) error {
		return fc.Login(c.Response(), c.Request(), franceconnect.LoginRequest{ReturnTo: c.QueryParam("next")})
	})
	e.GET("/franceconnect/callback", func(c *echo.Context) error {
		s, err := fc.Callback(c.Response(), c.Request())
		if err == nil {
			err = sessions.RenewToken(c.Request().Context())
		}
		if err != nil {
			return err
		}
		sessions.Put(c.Request().Context(), "person", *s)
		return c.Redirect(http.StatusSeeOther, s.ReturnTo)
	})
	e.GET("/mon-compte", func(c *echo.Context) error {
		if person(c).Subject == "" {
			return c.Redirect(http.StatusSeeOther, "/")
		}
		token, _ := c.Get("csrf").(string)
		return c.Render(http.StatusOK, "account", page.View{Person: person(c), CSRF: token})
	})
	e.POST("/deconnexion", func(c *echo.Context) error {
		hint := person(c).IDTokenHint
		if err := sessions.Destroy(c.Request().Context()); err != nil {
			return err
		}
		return fc.Logout(c.Response(), c.Request(), hint)
	})
	e.GET("/franceconnect/logout", func(c *echo.Context) error {
		return c.Render(http.StatusOK, "goodbye", page.View{LoggedOut: fc.LogoutCallback(c.Response(), c.Request()), Person: person(c)})
	})
	return page.WithHeaders(fc)(sessions.LoadAndSave(e))
}
