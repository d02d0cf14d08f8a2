using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Writes signatures over a mail: DKIM-Signature (RFC 6376 §5) and ARC-Message-Signature (RFC 8617 §4.1.2) differ in their first tag only.
/// Safe for concurrent use.
/// </summary>
internal sealed class MessageSignature(SignerOptions options, SignerKey key)
{
    /// <summary>Between the lines of a field.</summary>
    public const string Fold = "\r\n\t";

    /// <summary>Characters of a line (RFC 5322 §2.1.1), less what the tab counts for.</summary>
    private const int LineLength = 70;

    private readonly (string Name, byte[] Octets, OverSigning Over)[] _names =
        [.. options.Names.Select(field => (field.Name, Encoding.ASCII.GetBytes(field.Name), field.Over))];

    /// <returns>The field, folded, with its line end. It belongs on top of the mail.</returns>
    /// <param name="beginning">The field's name and first tag, as <c>DKIM-Signature: v=1</c>.</param>
    /// <param name="body">Asked for by our <see cref="SignerOptions.Body"/>, complete.</param>
    public string Write(string beginning, HeaderFields header, BodyHash body, DateTimeOffset now)
    {
        var field = new StringBuilder(1024).Append(beginning).Append("; a=").Append(key.Algorithm)
            .Append(CultureInfo.InvariantCulture, $"; c={Word(options.Header)}/{Word(options.Body)};{Fold}")
            .Append(CultureInfo.InvariantCulture, $"d={options.Domain}; s={options.Selector}; t={now.ToUnixTimeSeconds()};{Fold}");
        if (options.Lifetime is { } lifetime)
            field.Append(CultureInfo.InvariantCulture, $"x={(now + lifetime).ToUnixTimeSeconds()}; ");
        var names = Names(header);
        field.Append("h=").Append(names).Append(';').Append(Fold)
            .Append("bh=").Append(Convert.ToBase64String(body.Digest)).Append(';').Append(Fold).Append("b=");
        using var digests = new HeaderDigest();
        Span<byte> digest = stackalloc byte[32];
        digests.OfNewMessage(header, Encoding.ASCII.GetBytes(names), Encoding.ASCII.GetBytes(field.ToString()), options.Header, digest);
        AppendFolded(field, key.Sign(digest));
        return field.Append("\r\n").ToString();
    }

    /// <summary>The value of a tag <c>b=</c>.</summary>
    public static void AppendFolded(StringBuilder field, byte[] signature)
    {
        var text = Convert.ToBase64String(signature);
        for (var at = 0; at < text.Length; at += LineLength)
            field.Append(at == 0 ? "" : Fold).Append(text, at, Math.Min(LineLength, text.Length - at));
    }

    private static string Word(Canonicalization form) => form == Canonicalization.Simple ? "simple" : "relaxed";

    private string Names(HeaderFields header)
    {
        var names = new StringBuilder(256);
        var lineLength = 0;
        header.BeginPicks();
        foreach (var (name, octets, over) in _names)
        {
            var count = 0;
            while (header.Pick(octets) >= 0)
                count++;
            if (over == OverSigning.Always || (over == OverSigning.WherePresent && count > 0))
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
}
