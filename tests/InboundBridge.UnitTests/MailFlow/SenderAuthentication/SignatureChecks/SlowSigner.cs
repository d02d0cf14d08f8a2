using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>Signs mail for tests, with any tags, by <see cref="SlowCanon"/>.</summary>
internal sealed partial class SlowSigner
{
    private static readonly Lazy<RSA> Key2048 = new(() => RSA.Create(2048));
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    public static RSA Rsa => Key2048.Value;

    public static string RsaRecord => $"v=DKIM1; k=rsa; p={Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo())}";

    public static string Ed25519Record
    {
        get
        {
            var key = new byte[32];
            Ed25519.GeneratePublicKey(Seed, 0, key, 0);
            return $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(key)}";
        }
    }

    public string FieldName { get; init; } = "DKIM-Signature";

    /// <summary>Tags in front of <c>bh</c> and <c>b</c>. <c>c=</c> and <c>l=</c> are obeyed; <c>a=</c> chooses the key.</summary>
    public string Tags { get; init; } = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; ";

    /// <summary>Null: every field of the mail, and From once more.</summary>
    public string? Names { get; init; }

    public RSA? Key { get; init; }

    /// <summary>The mail with its signature on top.</summary>
    public string Sign(string mail)
    {
        var (fields, body) = SlowCanon.Divide(mail);
        var names = Names ?? string.Join(':', fields.Select(SlowCanon.Name).Where(name => IsName().IsMatch(name)).Append("From"));
        var forms = Form().Match(Tags);
        var (relaxedHeader, relaxedBody) = (forms.Groups[1].Value == "relaxed", forms.Groups[2].Value == "relaxed");
        var canonical = SlowCanon.Octets(SlowCanon.Body(body, relaxedBody));
        var covered = Limit().Match(Tags) is { Success: true } limit ? canonical[..int.Parse(limit.Groups[1].ValueSpan)] : canonical;
        var field = $"{FieldName}: {Tags}h={names};\r\n\tbh={Convert.ToBase64String(SHA256.HashData(covered))};\r\n\tb=";
        var signed = SlowCanon.Octets(Signed(fields, names, relaxedHeader) + SlowCanon.Field(field, relaxedHeader)[..^2]);
        return $"{field}{Fold().Replace(Convert.ToBase64String(Sign(signed)), "$0\r\n\t ").TrimEnd()}\r\n{mail}";
    }

    private static string Signed(List<string> fields, string names, bool relaxed)
    {
        var left = fields.ToList();
        var signed = "";
        foreach (var name in names.Split(':').Select(name => name.Trim()))
        {
            var at = left.FindLastIndex(field => SlowCanon.Name(field).Equals(name, StringComparison.OrdinalIgnoreCase));
            if (at < 0 || name.Length == 0)
                continue;
            signed += SlowCanon.Field(left[at], relaxed);
            left.RemoveAt(at);
        }
        return signed;
    }

    private byte[] Sign(byte[] signed)
    {
        if (!Tags.Contains("a=ed25519", StringComparison.Ordinal))
            return (Key ?? Rsa).SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var signature = new byte[64];
        var digest = SHA256.HashData(signed);
        Ed25519.Sign(Seed, 0, digest, 0, digest.Length, signature, 0);
        return signature;
    }

    [GeneratedRegex("c=(simple|relaxed)(?:/(simple|relaxed))?")]
    private static partial Regex Form();

    [GeneratedRegex(@"\bl=(\d+)")]
    private static partial Regex Limit();

    [GeneratedRegex(".{64}")]
    private static partial Regex Fold();

    /// <summary>h= can't name a field with a colon, a semicolon, a blank or an octet that is not ASCII in its name.</summary>
    [GeneratedRegex(@"\A[!-9<-~]+\z")]
    public static partial Regex IsName();
}
