using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>The authority's question whether a name is ours (RFC 8555 §7.1.4).</summary>
/// <param name="Status">pending, valid, invalid, deactivated, expired or revoked.</param>
internal sealed record AcmeAuthorization(Uri Url, string Host, string Status, IReadOnlyList<AcmeChallenge> Challenges)
{
    /// <summary>When the authority wants to be asked again; null where it does not say.</summary>
    public TimeSpan? AskAgain { get; init; }

    /// <exception cref="AcmeException">It is no authorization.</exception>
    public static AcmeAuthorization Read(Uri url, JsonElement json, AcmeLimits limits)
    {
        var host = json.TryGetProperty("identifier", out var identifier) ? AcmeText.TextOf(identifier, "value") : null;
        return new AcmeAuthorization(
            url,
            host ?? throw new AcmeException("the authority's authorization names no host", AcmeText.NotAnAuthority),
            AcmeText.TextOf(json, "status") ?? string.Empty,
            [.. AcmeText.ItemsOf(json, "challenges", limits.Challenges).Select(AcmeChallenge.Read).OfType<AcmeChallenge>()]);
    }
}
