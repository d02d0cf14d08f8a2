using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Queue.Destinations;
using Microsoft.AspNetCore.WebUtilities;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>
/// Makes and checks links to one thing (the raw mail, or one attachment), which work for everybody who has them until they expire. The
/// signature covers the path and the expiry, so that neither can be changed.
/// </summary>
/// <param name="publicUrl">The URL at which receivers reach our HTTP listener; null: no links are made.</param>
/// <param name="key">At least 32 octets, the same after a restart and on every node.</param>
/// <param name="lifetime">How long a link works.</param>
public sealed class LinkSigner(Uri? publicUrl, ReadOnlyMemory<byte> key, TimeSpan lifetime, TimeProvider clock)
{
    private const string Purpose = "inboundbridge link v1\n";

    private readonly string? _base = publicUrl?.GetLeftPart(UriPartial.Path).TrimEnd('/');
    private readonly bool _isHidden;

    private LinkSigner(Uri? publicUrl, TimeSpan lifetime, TimeProvider clock)
        : this(publicUrl, ReadOnlyMemory<byte>.Empty, lifetime, clock) => _isHidden = true;

    public bool CanLink => _base is not null;

    /// <summary>Makes links whose signature is blotted out. They show the path and open nothing.</summary>
    public LinkSigner WithoutSignatures => field ??= new LinkSigner(publicUrl, lifetime, clock);

    /// <summary>The link to the raw mail; null without a public URL.</summary>
    public string? RawMail(string messageId) => Create($"/api/v1/messages/{messageId}/raw");

    /// <param name="index">1-based, as in <see cref="Mime.MimeAttachment.Index"/>.</param>
    public string? Attachment(string messageId, int index) =>
        Create(string.Create(CultureInfo.InvariantCulture, $"/api/v1/messages/{messageId}/attachments/{index}"));

    /// <param name="path">As our HTTP listener sees it, beginning with a slash. The path of the public URL is put before it.</param>
    /// <returns>Null without a public URL.</returns>
    public string? Create(string path)
    {
        if (_base is null)
            return null;
        var expires = (clock.GetUtcNow() + lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = _isHidden ? ShownOptions.Blot : WebEncoders.Base64UrlEncode(Sign(path, expires));
        return $"{_base}{path}?expires={expires}&signature={signature}";
    }

    /// <summary>
    /// Whether a request for <paramref name="path"/> with these two query values is allowed now. The values may be anything that a stranger
    /// sends.
    /// </summary>
    public bool Verify(string path, string? expires, string? signature)
    {
        if (_isHidden || expires is null || signature is not { Length: 43 }
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || end < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }
        var expected = WebEncoders.Base64UrlEncode(Sign(path, expires));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }

    private byte[] Sign(string path, string expires) =>
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes($"{Purpose}{path}\n{expires}"));
}
