using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.SenderAuthentication.Dkim;

/// <summary>
/// Makes DKIM signatures (RFC 6376 §5). From is named once more than it is there, so that nobody can add another one. Safe for concurrent
/// use.
/// </summary>
internal sealed class DkimSigner(DkimSignerOptions options, SignerKey key)
{
    private const string Name = "DKIM-Signature";
    private const string Fold = "\r\n\t";

    /// <summary>Characters of a line (RFC 5322 §2.1.1), less what the tab counts for.</summary>
    private const int LineLength = 70;

    /// <summary>Before the body streams through <paramref name="bodies"/>.</summary>
    public BodyHash Ask(BodyHashes bodies) => bodies.Ask(options.Body, null);

    /// <returns>The field, folded, with its line end. It belongs on top of the mail.</returns>
    /// <param name="body">From <see cref="Ask"/>, complete.</param>
    public string Sign(HeaderFields header, BodyHash body, DateTimeOffset now)
    {
        var field = new StringBuilder(512).Append(Name).Append(": v=1; a=").Append(key.Algorithm)
            .Append(CultureInfo.InvariantCulture, $"; c={Word(options.Header)}/{Word(options.Body)};{Fold}")
            .Append(CultureInfo.InvariantCulture, $"d={options.Domain}; s={options.Selector}; t={now.ToUnixTimeSeconds()};{Fold}");
        if (options.Lifetime is { } lifetime)
            field.Append(CultureInfo.InvariantCulture, $"x={(now + lifetime).ToUnixTimeSeconds()}; ");
        var names = Names(header);
        field.Append("h=").Append(names).Append(';').Append(Fold).Append("bh=").Append(Convert.ToBase64String(body.Digest)).Append(';').Append(Fold).Append("b=");
        using var digests = new HeaderDigest();
        Span<byte> digest = stackalloc byte[32];
        digests.OfNewMessage(header, Encoding.ASCII.GetBytes(names), Encoding.ASCII.GetBytes(field.ToString()), options.Header, digest);
        AppendFolded(field, Convert.ToBase64String(key.Sign(digest)));
        return field.Append("\r\n").ToString();
    }

    private static string Word(Canonicalization form) => form == Canonicalization.Simple ? "simple" : "relaxed";

    private string Names(HeaderFields header)
    {
        var names = new StringBuilder();
        var lineLength = 0;
        header.BeginPicks();
        foreach (var name in options.Names)
        {
            var octets = Encoding.ASCII.GetBytes(name);
            var count = name.Equals("From", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            while (header.Pick(octets) >= 0)
                count++;
            for (; count > 0; count--)
            {
                names.Append(names.Length > 0 ? ":" : "");
                if (lineLength + name.Length > LineLength)
                {
                    names.Append(Fold);
                    lineLength = 0;
                }
                names.Append(name);
                lineLength += name.Length + 1;
            }
        }
        return names.ToString();
    }

    private static void AppendFolded(StringBuilder field, string signature)
    {
        for (var at = 0; at < signature.Length; at += LineLength)
            field.Append(at == 0 ? "" : Fold).Append(signature, at, Math.Min(LineLength, signature.Length - at));
    }
}
