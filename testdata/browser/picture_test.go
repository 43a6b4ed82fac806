package browser

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// resize makes the window as large as this.
func (v *visitor) resize(width, height int64) {
	v.t.Helper()
	call(v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

// scheme is what the person prefers: light or dark.
func (v *visitor) scheme(name string) {
	v.t.Helper()
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
}

// keep keeps a picture of the whole page, if somebody wants pictures. Chromium takes none for a moment, "not
// attached to an active page", when a page of another site has just come, in a
// process of its own.
func (v *visitor) keep(name string) {
	v.t.Helper()
	if pictures == "" {
		return
	}
	var png []byte
	v.until("a picture", func() (ok bool) {
		var err error
		png, err = chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
		return err == nil
	})
	require.NoError(v.t, os.WriteFile(filepath.Join(pictures, name+".png"), png, 0o644))
}
