using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.ScenarioTests.SenderAuthentication;

/// <summary>
/// Odd mails, signed by us, by mailauth and by dkimpy, in part twice, as they are and changed on the way; verified by all three.
/// </summary>
public class Signatures_agree_with_mailauth_and_dkimpy(ITestOutputHelper output)
{
    private static readonly int Mails =
        int.Parse(Environment.GetEnvironmentVariable("INBOUNDBRIDGE_SIGNED_MAILS") ?? "200", CultureInfo.InvariantCulture);

    private const string Domain = "sender.test";
    private const string Seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly OddMails _mails = new(seed: 1);
    private readonly Dictionary<string, string> _zone = new(StringComparer.Ordinal);

    [Fact]
    public async Task Verdicts_are_the_same()
    {
        var (mailauth, dkimpy) = (SignaturePeer.Mailauth(), await SignaturePeer.DkimpyAsync());
        var (rsa, ed25519) = (SignerKey.Read(_rsa.ExportPkcs8PrivateKeyPem()), SignerKey.Read(Ed25519Pem()));
        _zone["r._domainkey." + Domain] = rsa.Record;
        _zone["e._domainkey." + Domain] = ed25519.Record;

        var mails = Enumerable.Range(0, Mails).Select(_ => _mails.Next()).ToList();
        var signed = new List<byte[]>();
        for (var round = 0; round < 2; round++)
        {
            var groups = mails.Select((mail, index) => (mail, index)).ToLookup(pair => (pair.index + round) % 3, pair => pair.mail);
            signed.AddRange(await SignAsync(mailauth, [.. groups[0]]));
            signed.AddRange(await SignAsync(dkimpy, [.. groups[1]]));
            signed.AddRange(groups[2].Select(mail => Sign(mail, _mails.Choose(4) == 0 ? ed25519 : rsa)));
            // Some get a second signature on top of the first.
            mails = [.. signed.Where((_, index) => index % 4 == 0)];
        }
        var cases = signed.Concat(signed.Select(_mails.Changed)).ToList();
        var theirs = new[] { await VerifyAsync(mailauth, cases), await VerifyAsync(dkimpy, cases) };
        var (differences, refused, passes) = (new List<string>(), 0, 0);
        for (var index = 0; index < cases.Count; index++)
        {
            var verdicts = await VerifyAsync(cases[index]);
            var ours = string.Concat(verdicts.Select(Mark));
            passes += ours.Contains('+', StringComparison.Ordinal) ? 1 : 0;
            // In a mail with two From fields dkimpy lets nothing pass, mailauth whatever its signer picked, and we what covers both.
            var isRefused = OddMails.HasTwoAuthors(cases[index]);
            refused += isRefused ? 1 : 0;
            if (!Agree(ours, theirs[0][index]) || (!isRefused && ours != theirs[1][index]))
                differences.Add($"we {ours}, mailauth {theirs[0][index]}, dkimpy {theirs[1][index]}: "
                    + $"{string.Join(", ", verdicts.Select(verdict => verdict.Reason))}\n{Convert.ToBase64String(cases[index])}");
        }
        output.WriteLine($"{cases.Count} mails, {passes} with a signature that passes, {refused} with two authors; "
        + $"{differences.Count} differences");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(passes >= signed.Count, $"{passes} pass");
    }

    /// <summary><c>?</c>: one of the mail's From fields is not signed, so that it counts for nothing and is not computed.</summary>
    private static char Mark(DkimVerdict verdict) => verdict switch
    {
        { Result: CheckResult.Pass } => '+',
        { Result: CheckResult.Policy, Reason: "the signature does not cover every From field" } => '?',
        _ => '-',
    };

    private static bool Agree(string ours, string theirs) =>
        ours.Length == theirs.Length && ours.Zip(theirs).All(pair => pair.First == '?' || pair.First == pair.Second);

    private async Task<IEnumerable<byte[]>> SignAsync(SignaturePeer peer, List<byte[]> mails)
    {
        string[] forms = ["simple", "relaxed"];
        var answers = await peer.AskAsync(mails.Select(mail =>
        {
            var order = new JsonObject
            {
                ["sign"] = Convert.ToBase64String(mail),
                ["header"] = forms[_mails.Choose(2)],
                ["body"] = forms[_mails.Choose(2)],
                ["domain"] = Domain,
                ["length"] = _mails.Choose(5) == 0 && OddMails.HasBody(mail),
            };
            var isEd25519 = _mails.Choose(4) == 0;
            order["selector"] = isEd25519 ? "e" : "r";
            order["rsa"] = _rsa.ExportPkcs8PrivateKeyPem();
            if (isEd25519)
                (order["ed25519"], order["ed25519_pem"]) = (Seed, Ed25519Pem());
            return order;
        }));
        return answers.Select(answer => Convert.FromBase64String(answer!.Value.GetProperty("mail").GetString()!));
    }

    private byte[] Sign(byte[] mail, SignerKey key)
    {
        var end = mail.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        using var header = new HeaderFields(mail.AsMemory(0, end));
        using var bodies = new BodyHashes();
        var forms = new[] { Canonicalization.Simple, Canonicalization.Relaxed };
        var signer = new DkimSigner(
            new SignerOptions
            {
                Domain = Domain,
                Selector = key.Algorithm[..1],
                Header = forms[_mails.Choose(2)],
                Body = forms[_mails.Choose(2)],
                Lifetime = _mails.Choose(2) == 0 ? TimeSpan.FromDays(7) : null,
            },
            key);
        var body = signer.Ask(bodies);
        bodies.Take(mail.AsSpan(end + 2));
        bodies.Complete();
        return [.. Encoding.ASCII.GetBytes(signer.Sign(header, body, TimeProvider.System.GetUtcNow())), .. mail];
    }

    private async Task<List<string>> VerifyAsync(SignaturePeer peer, List<byte[]> mails)
    {
        var answers = await peer.AskAsync(mails.Select(mail => new JsonObject
        {
            ["verify"] = Convert.ToBase64String(mail),
            ["zone"] = new JsonObject(_zone.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))),
        }));
        return [.. answers.Select(answer => answer is null ? "fault" : string.Concat(
            answer.Value.GetProperty("results").EnumerateArray().Select(result => result.GetBoolean() ? '+' : '-')))];
    }

    private async Task<IReadOnlyList<DkimVerdict>> VerifyAsync(byte[] mail)
    {
        var verifier = new SignatureVerifier(SignatureOptions.Default, TimeProvider.System);
        using var check = verifier.Begin(new Zone(_zone), TestContext.Current.CancellationToken);
        check.Take(mail);
        return (await check.CompleteAsync(null, TestContext.Current.CancellationToken)).Dkim;
    }

    /// <summary>RFC 8410 §7.</summary>
    private static string Ed25519Pem() =>
        PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"),
            .. Convert.FromBase64String(Seed)]);

    private sealed class Zone(Dictionary<string, string> texts) : IDnsResolver
    {
        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
            ValueTask.FromResult(texts.TryGetValue(name, out var text)
                ? new DnsAnswer(DnsStatus.Success, [new DnsRecord.Txt(name, 60, text)], name, Authenticated: false)
                : new DnsAnswer(DnsStatus.NoSuchName, [], name, Authenticated: false));
    }
}
