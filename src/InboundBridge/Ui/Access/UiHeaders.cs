namespace InboundBridge.Ui.Access;

/// <summary>What every answer below <c>/ui</c> says to the browser.</summary>
internal static class UiHeaders
{
    /// <summary>Pages load nothing from elsewhere, run only our own script files, and can't be framed.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>
    /// For HTML that strangers wrote: no script, no form, no request to anywhere; pictures only where they are in the page itself. Only our
    /// own page may frame it.
    /// </summary>
    private const string MailPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox";

    public static void Apply(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        // With no-referrer browsers send "Origin: null" from our forms.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>For a frame with the HTML of a mail.</summary>
    public static void ApplyToMail(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = MailPolicy;
        headers["Referrer-Policy"] = "no-referrer";
    }
}
