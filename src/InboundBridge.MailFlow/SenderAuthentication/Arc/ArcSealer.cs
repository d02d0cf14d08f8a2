using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>
/// Adds an ARC set to a mail that goes on (RFC 8617 §5.1): what we found when it came, a signature over the mail as it leaves, and a seal
/// over the chain. Safe for concurrent use.
/// </summary>
internal sealed class ArcSealer
{
    private readonly SignerOptions _options;
    private readonly SignerKey _key;
    private readonly MessageSignature _signature;

    public ArcSealer(SignerOptions options, SignerKey key)
    {
        // RFC 8617 §4.1.2: DKIM signatures should be signed too.
        _options = options with { Names = [.. options.Names, ("DKIM-Signature", OverSigning.No)] };
        _key = key;
        _signature = new MessageSignature(_options, key);
    }

    /// <summary>Before the body streams through <paramref name="bodies"/>.</summary>
    public BodyHash Ask(BodyHashes bodies) => bodies.Ask(_options.Body, null);

    /// <summary>
    /// The three fields of the new set, for the top of the mail; empty where no set may be added, or where nobody has found out whether the
    /// chain that the mail brought is valid.
    /// </summary>
    /// <param name="header">As the mail leaves, with the DKIM signatures that were added.</param>
    /// <param name="body">From <see cref="Ask"/>, complete.</param>
    /// <param name="results">The value of our Authentication-Results field.</param>
    /// <param name="chain">The result of the chain that the mail brought.</param>
    public string Seal(HeaderFields header, BodyHash body, string results, CheckResult chain, DateTimeOffset receivedAt, DateTimeOffset now)
    {
        if (ArcLink.Next(header, chain, receivedAt) is not { } link)
            return string.Empty;
        var statement = $"ARC-Authentication-Results: i={Number(link.Instance)}; {results.Trim()}\r\n";
        var message = _signature.Write($"ARC-Message-Signature: i={Number(link.Instance)}", header, body, now);
        var seal = new StringBuilder(512).Append(
            CultureInfo.InvariantCulture, $"ARC-Seal: i={link.Instance}; a={_key.Algorithm}; t={now.ToUnixTimeSeconds()}; cv={link.Word};")
            .Append(CultureInfo.InvariantCulture, $"{MessageSignature.Fold}d={_options.Domain}; s={_options.Selector};")
            .Append(CultureInfo.InvariantCulture, $"{MessageSignature.Fold}b=");
        MessageSignature.AppendFolded(seal, _key.Sign(Digest(header, link, statement, message, seal.ToString())));
        return $"{seal}\r\n{message}{statement}";
    }

    private static byte[] Digest(HeaderFields header, ArcLink link, string statement, string message, string seal)
    {
        using var digests = new HeaderDigest();
        var digest = new byte[32];
        digests.BeginSeals();
        foreach (var set in link.Covered)
            digests.OfSeal(header, set.Results, set.Message.Field, set.Seal, digest);
        digests.OfNewSeal(Encoding.UTF8.GetBytes(statement), Encoding.UTF8.GetBytes(message), Encoding.UTF8.GetBytes(seal), digest);
        return digest;
    }

    private static string Number(int instance) => instance.ToString(CultureInfo.InvariantCulture);
}
