using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>An order (RFC 8555 §7.1.3).</summary>
/// <param name="Status">pending, ready, processing, valid or invalid.</param>
/// <param name="Certificate">Where the certificate is; null before it is issued.</param>
/// <param name="Problem">Why it is invalid; null where the authority does not say.</param>
internal sealed record AcmeOrder(
    Uri Url, string Status, IReadOnlyList<Uri> Authorizations, Uri Finalize, Uri? Certificate, AcmeProblem? Problem)
{
    /// <summary>When the authority wants to be asked again; null where it does not say.</summary>
    public TimeSpan? AskAgain { get; init; }

    /// <exception cref="AcmeException">It is no order.</exception>
    public static AcmeOrder Read(Uri url, JsonElement json, AcmeLimits limits) => new(
        url,
        AcmeText.TextOf(json, "status") ?? throw new AcmeException("the authority's order has no status", AcmeText.NotAnAuthority),
        [.. AcmeText.ItemsOf(json, "authorizations", limits.Names).Select(item => AcmeText.Url(item.ToString(), "authorizations"))],
        AcmeText.RequiredUrl(json, "finalize"),
        AcmeText.UrlOf(json, "certificate"),
        json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? AcmeProblem.Read(error) : null);
}
