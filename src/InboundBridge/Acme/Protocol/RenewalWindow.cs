using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>When the authority wants a certificate renewed (RFC 9773): some time between start and end.</summary>
/// <param name="AskAgain">After this time the answer may be another.</param>
internal sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End, TimeSpan? AskAgain)
{
    /// <summary>Null where it is none: a window that ends before it starts must be ignored (RFC 9773 §4.2).</summary>
    public static RenewalWindow? Read(JsonElement json, TimeSpan? askAgain)
    {
        if (!json.TryGetProperty("suggestedWindow", out var window) || !TryTime(window, "start", out var start)
            || !TryTime(window, "end", out var end) || end <= start)
            return null;
        return new RenewalWindow(start, end, askAgain);
    }

    /// <summary>The certificate's name in requests (RFC 9773 §4.1); null for one without authority key identifier.</summary>
    public static string? NameOf(X509Certificate2 certificate)
    {
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        if (authority?.KeyIdentifier is not { Length: > 0 } key)
            return null;
        // The content of the DER INTEGER: with its leading zero, which the property of .NET keeps too.
        return $"{Base64Url.EncodeToString(key.Span)}.{Base64Url.EncodeToString(certificate.SerialNumberBytes.Span)}";
    }

    private static bool TryTime(JsonElement window, string name, out DateTimeOffset time)
    {
        time = default;
        return AcmeText.TextOf(window, name) is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
