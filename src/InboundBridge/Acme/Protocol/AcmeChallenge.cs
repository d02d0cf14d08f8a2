using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>A way to prove that a name is ours (RFC 8555 §8).</summary>
/// <param name="Status">pending, processing, valid or invalid.</param>
internal sealed record AcmeChallenge(string Type, Uri Url, string Token, string Status, AcmeProblem? Problem)
{
    /// <summary>RFC 8555 §8.3: at least 128 bits in base64url.</summary>
    private const int ShortestToken = 22;
    private const int LongestToken = 256;

    /// <summary>Null for kinds without token, which we do not answer.</summary>
    public static AcmeChallenge? Read(JsonElement json)
    {
        if (AcmeText.TextOf(json, "type") is not { } type || AcmeText.TextOf(json, "token") is not { } token)
            return null;
        // The token becomes part of a path and of our answer.
        if (!IsToken(token))
            throw new AcmeException($"the authority's token for {AcmeText.Shown(type)} is none");
        return new AcmeChallenge(
            type, AcmeText.RequiredUrl(json, "url"), token, AcmeText.TextOf(json, "status") ?? string.Empty,
            json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? AcmeProblem.Read(error) : null);
    }

    public static bool IsToken(string text) =>
        text.Length is >= ShortestToken and <= LongestToken
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
