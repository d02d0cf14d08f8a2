using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.Acme.Protocol;

/// <summary>
/// Signed requests of one account: each carries a nonce that the authority gave, and is sent again with another one when the authority
/// refuses it (RFC 8555 §6.5). Not for several threads.
/// </summary>
internal sealed class AcmeSession
{
    private const int LongestNonce = 1024;

    private readonly AcmeHttp _http;
    private readonly AccountKey _key;
    private string? _nonce;

    private AcmeSession(AcmeHttp http, AcmeDirectory directory, AccountKey key) => (_http, Directory, _key) = (http, directory, key);

    public AcmeDirectory Directory { get; }

    public AcmeLimits Limits => _http.Limits;

    public AccountKey Key => _key;

    /// <summary>The account's URL; null while there is none.</summary>
    public Uri? Account { get; set; }

    /// <exception cref="AcmeException">The directory can't be read.</exception>
    public static async Task<AcmeSession> OpenAsync(AcmeHttp http, Uri directory, AccountKey key, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, directory, signed: null, cancellationToken);
        if (!reply.IsSuccess)
            throw Refusal(reply, http.Limits);
        return new AcmeSession(http, AcmeDirectory.Read(reply.Json(http.Limits)), key);
    }

    /// <summary>RFC 8555 §6.5.1: base64url. Anything else is not repeated in a header of ours.</summary>
    public static bool IsNonce(string text) =>
        text.Length is > 0 and <= LongestNonce && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Without signature, for resources that everybody may read.</summary>
    public async Task<AcmeReply> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        var reply = await _http.SendAsync(HttpMethod.Get, url, signed: null, cancellationToken);
        return reply.IsSuccess ? reply : throw Refusal(reply, Limits);
    }

    /// <param name="payload">Null: POST-as-GET.</param>
    /// <exception cref="AcmeException">The authority refuses, or does not answer.</exception>
    public async Task<AcmeReply> PostAsync(Uri url, JsonObject? payload, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var nonce = _nonce ?? await NewNonceAsync(cancellationToken);
            _nonce = null;
            var signed = SignedRequest.Write(_key, Account, nonce, url, payload);
            var reply = await _http.SendAsync(HttpMethod.Post, url, signed, cancellationToken);
            _nonce = reply.Nonce;
            if (reply.IsSuccess)
                return reply;
            var refusal = Refusal(reply, Limits);
            if (refusal.Type != "badNonce" || tried == Limits.NonceTries)
                throw refusal;
        }
    }

    private async Task<string> NewNonceAsync(CancellationToken cancellationToken)
    {
        var reply = await _http.SendAsync(HttpMethod.Head, Directory.NewNonce, signed: null, cancellationToken);
        if (!reply.IsSuccess)
            throw Refusal(reply, Limits);
        return reply.Nonce ?? throw new AcmeException($"{AcmeText.Shown(Directory.NewNonce)} gives no nonce", AcmeText.NotAnAuthority);
    }

    private static AcmeException Refusal(AcmeReply reply, AcmeLimits limits)
    {
        if (reply.MediaType.Equals("application/problem+json", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                return AcmeProblem.Read(reply.Parse(limits)).ToException(reply.Status, reply.RetryAfter);
            }
            catch (JsonException)
            {
                // A problem that can't be read is told by its status.
            }
        }
        // RFC 6585 §4: 429 without a problem document is a rate limit too.
        return new AcmeException($"{AcmeText.Shown(reply.Url)} answers with the status {reply.Status}", AdviceFor(reply.Status))
        {
            Status = reply.Status,
            RetryAfter = reply.RetryAfter,
            IsRateLimit = reply.Status == 429,
        };
    }

    private static string? AdviceFor(int status) => status is 404 or 405 or 401 or 403 ? AcmeText.NotAnAuthority : null;
}
