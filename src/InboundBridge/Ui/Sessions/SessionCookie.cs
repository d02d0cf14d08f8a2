namespace InboundBridge.Ui.Sessions;

/// <summary>The cookie that names the session. Browsers send it with requests of our own pages alone (SameSite=Strict).</summary>
internal static class SessionCookie
{
    public const string Name = "inboundbridge_session";

    public static string? Of(HttpRequest request) => request.Cookies[Name];

    public static void Set(HttpContext context, UiSession session)
    {
        var options = OptionsFor(context.Request);
        options.MaxAge = UiSessions.Lifetime;
        context.Response.Cookies.Append(Name, session.Id, options);
    }

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, OptionsFor(context.Request));

    private static CookieOptions OptionsFor(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = IsSecure(request),
        Path = "/ui",
    };

    /// <summary>Over TLS, or behind a proxy that says so. If that is a lie, the browser keeps the cookie to itself.</summary>
    private static bool IsSecure(HttpRequest request) =>
        request.IsHttps
        || request.Headers["X-Forwarded-Proto"].ToString().StartsWith("https", StringComparison.OrdinalIgnoreCase)
        || Unquoted(request.Headers["Forwarded"].ToString()).Contains("proto=https", StringComparison.OrdinalIgnoreCase);

    /// <summary>Values may be quoted (RFC 7239 §4).</summary>
    private static string Unquoted(string field) => field.Replace("\"", string.Empty, StringComparison.Ordinal);
}
