using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>Adds ARC sets for tests, by <see cref="SlowCanon"/>.</summary>
internal sealed partial class SlowSealer
{
    public string Domain { get; init; } = "forwarder.example";

    /// <summary>What stands behind <c>i=N;</c>.</summary>
    public string Results { get; init; } = "mx.forwarder.example; dmarc=pass header.from=example.com";

    /// <summary>Null: as the RFC says.</summary>
    public string? ChainValidation { get; init; }

    /// <summary>Tags of the message signature behind its instance.</summary>
    public string MessageTags { get; init; } = "a=rsa-sha256; c=relaxed/relaxed; ";

    public string Names { get; init; } = "From:To:Subject";

    /// <summary>The mail with one more set on top.</summary>
    public string Seal(string mail)
    {
        var instance = SlowCanon.Divide(mail).Fields.Count(field => SlowCanon.Name(field) == "ARC-Seal") + 1;
        mail = $"ARC-Authentication-Results: i={instance};\r\n {Results}\r\n{mail}";
        var signer = new SlowSigner
        {
            FieldName = "ARC-Message-Signature",
            Names = Names,
            Tags = $"i={instance}; {MessageTags}d={Domain}; s=arc; ",
        };
        mail = signer.Sign(mail);
        var cv = ChainValidation ?? (instance == 1 ? "none" : "pass");
        var seal = $"ARC-Seal: i={instance}; a=rsa-sha256; cv={cv}; d={Domain}; s=arc; t=12345;\r\n b=";
        var signed = string.Concat(Enumerable.Range(1, instance).SelectMany(number => Set(mail + "", number)))
            + SlowCanon.Field(seal, relaxed: true)[..^2];
        var signature = SlowSigner.Rsa.SignData(SlowCanon.Octets(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{seal}{Convert.ToBase64String(signature)}\r\n{mail}";
    }

    private static IEnumerable<string> Set(string mail, int instance)
    {
        var fields = SlowCanon.Divide(mail).Fields;
        foreach (var name in new[] { "ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal" })
        {
            var field = fields.Find(field => SlowCanon.Name(field) == name && Instance().Match(field).Groups[1].Value == $"{instance}");
            if (field is not null)
                yield return SlowCanon.Field(field, relaxed: true);
        }
    }

    [GeneratedRegex(@": i=(\d+);")]
    private static partial Regex Instance();
}
