namespace WassersteinAutoEncoders.Reporting.Tests.Html;

/// <summary>A test that drives a Chromium; skipped, and reported so, where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Executable is null)
        {
            Skip = "There is no Chromium in /usr/bin: install it (on Debian the package chromium) to have this tested.";
        }
    }
}
