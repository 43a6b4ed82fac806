// Command gin is a portal on gin, with its sessions in scs around the engine:
// gin-contrib/sessions has no call that renews the id of a session.
package main

import (
	"log"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	gin.SetMode(gin.ReleaseMode) // in debug mode, Recovery writes cookies down
	fc, address := settings.Read()
	log.Fatal(http.ListenAndServe(settings.Addr(), newPortal(fc, settings.Sessions(address), address)))
}

func newPortal(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler {
	person := func(c *gin.Context) franceconnect.Session {
		return page.Person(sessions.Get(c.Request.Context(), "person"))
	}
	protect := page.Protect(address)
	router := gin.New() // gin.Default writes the query of the callback down
	router.ForwardedByClientIP = false
	router.SetHTMLTemplate(page.Templates)
	router.Use(gin.Recovery(), func(c *gin.Context) {
		if protect.Check(c.Request) != nil {
			c.AbortWithStatus(http.StatusForbidden)
		}
	})
	router.GET("/style.css", gin.WrapF(page.Style))
	router.GET("/", func(c *gin.Context) {
		c.HTML(http.StatusOK, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"}), Person: person(c)})
	})
	router.GET("/franceconnect/login", func(c *gin.Context) {
		page.Sorry(c.Writer, fc.Login(c.Writer, c.Request, franceconnect.LoginRequest{ReturnTo: c.Query("next")}))
	})
	router.GET("/franceconnect/callback", func(c *gin.Context) {
		s, err := fc.Callback(c.Writer, c.Request)
		if err == nil {
			err = sessions.RenewToken(c.Request.Context())
		}
		if err != nil {
			page.Sorry(c.Writer, err)
			return
		}
		sessions.Put(c.Request.Context(), "person", *s)
		c.Redirect(http.StatusSeeOther, s.ReturnTo)
	})
	router.GET("/mon-compte", func(c *gin.Context) {
		if person(c).Subject == "" {
			c.Redirect(http.StatusSeeOther, "/")
			return
		}
		c.HTML(http.StatusOK, "account", page.View{Person: person(c)})
	})
	router.POST("/deconnexion", func(c *gin.Context) {
		hint := person(c).IDTokenHint
		err := sessions.Destroy(c.Request.Context())
		if err == nil {
			err = fc.Logout(c.Writer, c.Request, hint)
		}
		page.Sorry(c.Writer, err)
	})
	router.GET("/franceconnect/logout", func(c *gin.Context) {
		c.HTML(http.StatusOK, "goodbye", page.View{LoggedOut: fc.LogoutCallback(c.Writer, c.Request), Person: person(c)})
	})
	return page.WithHeaders(fc)(sessions.LoadAndSave(router))
}
