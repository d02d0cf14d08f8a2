using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dkim;

/// <summary>The public mails, many of them odd, signed from their octets with each way of canonicalising.</summary>
public class SignedMimeMailsTests
{
    private const int Mails = 231;

    [Theory]
    [InlineData("simple/simple")]
    [InlineData("simple/relaxed")]
    [InlineData("relaxed/simple")]
    [InlineData("relaxed/relaxed")]
    public async Task All_verify_and_none_does_with_an_octet_changed(string forms)
    {
        var signer = new SlowSigner { Tags = $"v=1; a=rsa-sha256; c={forms}; d=example.com; s=s1; " };
        var zone = new ZoneResolver().Txt("s1._domainkey.example.com", SlowSigner.RsaRecord);
        var random = new Random(1);
        var wrong = new List<string>();
        var files = Directory.GetFiles(PublicSuites.Find("mime/messages"), "*.eml", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var mail = SlowCanon.Text(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            var signed = signer.Sign(mail);
            if (await CheckAsync(signed, zone, random) is not { Result: CheckResult.Pass } and var verdict)
                wrong.Add($"{file}: {verdict.Text()}");
            foreach (var (what, changed) in new[] { ("header", OtherHeader(signed, mail, random)),
                ("body", OtherBody(signed, mail, random)) })
            {
                if (changed is not null && await CheckAsync(changed, zone, random) is { Result: not CheckResult.Fail } and var still)
                    wrong.Add($"{file}, another octet in the {what}: {still.Text()}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(Mails, files.Length);
    }

    private static async Task<DkimVerdict> CheckAsync(string signed, ZoneResolver zone, Random random)
    {
        var mail = SlowCanon.Octets(signed);
        var cuts = Enumerable.Range(0, 3).Select(_ => random.Next(mail.Length)).Order().ToArray();
        var verdicts = await SignatureRun.OfAsync(mail, zone, cuts: cuts);
        return verdicts.Dkim[0];
    }

    /// <summary>A letter or digit of a signed field becomes another one.</summary>
    private static string? OtherHeader(string signed, string mail, Random random)
    {
        var (fields, _) = SlowCanon.Divide(mail);
        var (start, choices) = (signed.Length - mail.Length, new List<int>());
        foreach (var field in fields)
        {
            var value = field.IndexOf(':', StringComparison.Ordinal) + 1;
            if (SlowSigner.IsName().IsMatch(SlowCanon.Name(field)))
            {
                var letters = Enumerable.Range(value, field.Length - value).Where(at => char.IsAsciiLetterOrDigit(field[at]));
                choices.AddRange(letters.Select(at => start + at));
            }
            start += field.Length;
        }
        return choices.Count == 0 ? null : Changed(signed, choices[random.Next(choices.Count)]);
    }

    private static string? OtherBody(string signed, string mail, Random random)
    {
        var body = SlowCanon.Divide(mail).Body;
        var choices = Enumerable.Range(0, body.Length).Where(at => char.IsAsciiLetterOrDigit(body[at])).ToList();
        return choices.Count == 0 ? null : Changed(signed, signed.Length - body.Length + choices[random.Next(choices.Count)]);
    }

    private static string Changed(string text, int at) =>
        string.Concat(text.AsSpan(0, at), text[at] == 'z' ? "y" : "z", text.AsSpan(at + 1));
}
