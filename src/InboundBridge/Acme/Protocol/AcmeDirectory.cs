using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>Where the authority takes which request (RFC 8555 §7.1.1).</summary>
/// <param name="RenewalInfo">Where it says when to renew (RFC 9773); null where it does not.</param>
/// <param name="NeedsExternalAccount">New accounts must be bound to one that the operator has.</param>
internal sealed record AcmeDirectory(Uri NewNonce, Uri NewAccount, Uri NewOrder, Uri? RenewalInfo, bool NeedsExternalAccount)
{
    /// <exception cref="AcmeException">It is no directory.</exception>
    public static AcmeDirectory Read(JsonElement json)
    {
        var needs = json.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object
            && meta.TryGetProperty("externalAccountRequired", out var required) && required.ValueKind == JsonValueKind.True;
        return new AcmeDirectory(
            AcmeText.RequiredUrl(json, "newNonce"), AcmeText.RequiredUrl(json, "newAccount"), AcmeText.RequiredUrl(json, "newOrder"),
            AcmeText.UrlOf(json, "renewalInfo"), needs);
    }
}
