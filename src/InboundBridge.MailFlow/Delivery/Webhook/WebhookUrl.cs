using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>Fills <c>{name}</c> in a destination's URL with what the rule captured, percent-encoded, so that a value stays within its place in the URL.</summary>
internal static class WebhookUrl
{
    /// <summary>Characters of one value, as in the rules' own URLs.</summary>
    private const int LongestValue = 2000;

    public static bool IsTemplate(ReadOnlySpan<char> url) => url.Contains('{');

    /// <summary>Names that nothing gives a value to become empty.</summary>
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
            url.Value(value.Length <= LongestValue ? value : value[..LongestValue]);
            rest = rest[(close + 1)..];
        }
    }

    /// <summary>
    /// Whether mail may have had a say in where the request goes: the configured URL has places to fill before its path, or a rule put another host or
    /// port in its place (and filled its places before it came to us).
    /// </summary>
    public static bool HostMayComeFromMail(string configured, Uri url)
    {
        var origin = Origin(configured);
        return IsTemplate(origin) || !TryParse(origin.ToString(), out var own, out _) || !IsSameHost(own!, url);
    }

    /// <summary>
    /// Whether the host comes from mail: then private addresses are out of bounds, and nothing secret is sent (CONTRACT section 3). A host that a rule's author or the
    /// configuration writes out is the operator's word.
    /// </summary>
    /// <param name="configured">The destination's own URL.</param>
    /// <param name="wanted">The delivery's options; a rule may have given them another URL.</param>
    /// <param name="url">Filled in.</param>
    public static bool IsHostFromMail(string configured, WebhookOptions wanted, Uri url) =>
        (wanted.HostFromMail || IsTemplate(Origin(wanted.Url))) && HostMayComeFromMail(configured, url);

    /// <summary>The scheme counts: what may be sent under TLS is not for a connection without.</summary>
    public static bool IsSameHost(Uri one, Uri other) =>
        one.Port == other.Port && one.Scheme == other.Scheme && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands before the path.</summary>
    public static ReadOnlySpan<char> Origin(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var end = scheme < 0 ? -1 : url.IndexOfAny(['/', '?', '#'], scheme + 3);
        return end < 0 ? url : url.AsSpan(0, end);
    }

    /// <summary>http or https with a host. <paramref name="text"/> is not repeated in the problem: it may hold a password.</summary>
    public static bool TryParse(string text, out Uri? url, out string problem)
    {
        problem = "the URL is not an absolute http or https URL";
        return Uri.TryCreate(text, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;
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
