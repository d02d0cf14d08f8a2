using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Acme.Challenges;

/// <summary>
/// The answers to the authority's open challenges. Only while an order is under way is there any, and only for what the authority asked.
/// </summary>
internal sealed class ChallengeAnswers
{
    private readonly ConcurrentDictionary<string, string> _byToken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, X509Certificate2> _byHost = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The file of http-01 (RFC 8555 §8.3); null for a token that nobody asked for.</summary>
    public string? FileOf(string token) => _byToken.GetValueOrDefault(token);

    /// <summary>The certificate of tls-alpn-01 (RFC 8737); null for a name that nobody asks for.</summary>
    public X509Certificate2? CertificateOf(string host) => _byHost.GetValueOrDefault(host);

    /// <summary>The authority is about to ask for a certificate.</summary>
    public bool HasCertificates => !_byHost.IsEmpty;

    /// <returns>Ends the answer.</returns>
    public IDisposable AnswerByFile(string token, string authorization)
    {
        _byToken[token] = authorization;
        return new Answer(() => _byToken.TryRemove(token, out _));
    }

    /// <returns>Ends the answer.</returns>
    public IDisposable AnswerByCertificate(string host, string authorization)
    {
        var certificate = AlpnCertificate.Make(host, authorization);
        _byHost[host] = certificate;
        // A handshake may still use it; without a name it is collected later.
        return new Answer(() => _byHost.TryRemove(host, out _));
    }

    private sealed class Answer(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
