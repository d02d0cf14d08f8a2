using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>
/// Fills <c>{name}</c> in a destination's URL with values of the mail, percent-encoded, so that no value can leave its place in the URL.
/// </summary>
internal static class WebhookUrl
{
    /// <summary>Characters of one value, as in the rules' own URLs.</summary>
    private const int LongestValue = 2000;

    public static bool IsTemplate(ReadOnlySpan<char> url) => url.Contains('{');

    /// <summary>Names without a value become empty.</summary>
    public static string Fill(string template, SpooledMessage message, SpooledDelivery delivery)
    {
        var url = new UrlFilling();
        for (var rest = template; ;)
        {
            var open = rest.IndexOf('{', StringComparison.Ordinal);
            var close = open < 0 ? -1 : rest.IndexOf('}', open);
            if (close < 0)
            {
                url.Literal(rest);
                return url.ToString();
            }
            url.Literal(rest[..open]);
            var value = Value(rest[(open + 1)..close], message, delivery);
            url.Value(CutText.At(value, LongestValue));
            rest = rest[(close + 1)..];
        }
    }

    /// <summary>
    /// Whether the mail may have decided the host: the configured URL has a template before its path, or the URL has another host or port
    /// than the configured one because a rule replaced it (and filled it before it came here).
    /// </summary>
    public static bool HostMayComeFromMail(string configured, Uri url)
    {
        var origin = Origin(configured);
        return IsTemplate(origin) || !TryParse(origin.ToString(), out var own, out _) || !IsSameHost(own!, url);
    }

    /// <summary>
    /// Whether the mail decides the host. Then private addresses are refused and no secret is sent (docs/webhooks.md, "Where it goes"). A
    /// host that a rule or the configuration writes out is trusted.
    /// </summary>
    /// <param name="configured">The destination's own URL.</param>
    /// <param name="wanted">The delivery's options, in which a rule may have replaced the URL.</param>
    /// <param name="url">The delivery's URL, filled in.</param>
    public static bool IsHostFromMail(string configured, WebhookOptions wanted, Uri url) =>
        (wanted.HostFromMail || IsTemplate(Origin(wanted.Url))) && HostMayComeFromMail(configured, url);

    /// <summary>Another scheme is another host: a secret that may travel with TLS must not travel without it.</summary>
    public static bool IsSameHost(Uri one, Uri other) =>
        one.Port == other.Port && one.Scheme == other.Scheme
            && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The part before the path.</summary>
    public static ReadOnlySpan<char> Origin(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var end = scheme < 0 ? -1 : url.IndexOfAny(['/', '?', '#'], scheme + 3);
        return end < 0 ? url : url.AsSpan(0, end);
    }

    /// <summary>
    /// Accepts http and https with a host. The problem does not repeat <paramref name="text"/>, which may contain a password.
    /// </summary>
    public static bool TryParse(string text, out Uri? url, out string problem)
    {
        problem = "the URL is not an absolute http or https URL";
        return Uri.TryCreate(text, UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;
    }

    private static string Value(string name, SpooledMessage message, SpooledDelivery delivery) => name switch
    {
        _ when delivery.Vars.TryGetValue(name, out var captured) => captured,
        "recipient" => delivery.Recipients.Count == 0 ? string.Empty : delivery.Recipients[0].Address,
        "sender" => message.Envelope.Sender,
        "subject" => message.Subject ?? string.Empty,
        "id" => message.Id,
        _ => string.Empty,
    };
}
