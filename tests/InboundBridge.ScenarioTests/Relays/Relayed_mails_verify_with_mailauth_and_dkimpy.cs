using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.ScenarioTests.Peers;
using InboundBridge.ScenarioTests.SenderAuthentication;

namespace InboundBridge.ScenarioTests.Relays;

/// <summary>
/// Mails that the appliance relays, signed by an RSA and an Ed25519 key and sealed: a third of them odd, a third to a server that takes
/// everything, and a third to one that takes 7 bit only.
/// </summary>
public sealed class Relayed_mails_verify_with_mailauth_and_dkimpy(ITestOutputHelper output) : IDisposable
{
    private const string Domain = "example.com";
    private const int MailsOfAConnection = 50;

    private static readonly int Mails =
        int.Parse(Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RELAYED_MAILS") ?? "501", CultureInfo.InvariantCulture);

    private readonly PeerFolder _folder = new();
    private readonly OddMails _odd = new(seed: 2);
    private readonly RelayedMails _usual = new(seed: 3);
    private readonly RelayedMails _converted = new(seed: 4);
    private readonly Dictionary<string, string> _zone = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_signature_and_each_seal()
    {
        var peers = new[] { SignaturePeer.Mailauth(), await SignaturePeer.DkimpyAsync() };
        await using var sink = await SmtpSink.StartAsync(_folder);
        await using var old = new RecordingServer(eightBit: false);
        await using var appliance = await StartAsync(sink, old);
        for (var sent = 0; sent < Mails; sent += MailsOfAConnection)
            await SendAsync(appliance, sent, Math.Min(Mails, sent + MailsOfAConnection));

        var converted = Mails / 3;
        var mails = (await sink.WaitForAsync(Mails - converted, Deadline.InSeconds(300), () => appliance.Log)).Select(mail => mail.Bytes);
        await Deadline.InSeconds(300).UntilAsync(() => old.Mails.Count >= converted, $"{converted} converted mails", () => appliance.Log);
        Assert.All(old.Mails, mail => Assert.True(Ascii.IsValid(mail.Octets)));
        List<byte[]> all = [.. mails, .. old.Mails.Select(mail => mail.Mail)];
        foreach (var peer in peers)
        {
            Assert.Equal([], Different(peer, await VerifyAsync(peer, "verify", all), "true true", all));
            Assert.Equal([], Different(peer, await VerifyAsync(peer, "arc", all), "pass", all));
        }
        output.WriteLine($"{all.Count} mails, {old.Mails.Count} of them converted, with two DKIM signatures and an ARC set each");
    }

    private async Task<Appliance> StartAsync(SmtpSink sink, RecordingServer old)
    {
        var (rsa, ed25519) = (Key("r", RsaPem()), Key("e", Ed25519Pem()));
        var signing = $"dkim: [{rsa}, {ed25519}], arc: {rsa}, {ApplianceSetup.FastRetries}";
        const string Rules = """
            rules:
              - { name: old, when: { recipient: old@example.com }, then: [relay: old] }
              - { name: all, when: { recipient: "*@example.com" }, then: [relay: smarthost] }

            """;
        string[] destinations =
            [ApplianceSetup.Relay("smarthost", sink.Port, more: signing), ApplianceSetup.Relay("old", old.Port, more: signing)];
        return await Appliance.StartAsync(_folder, ApplianceSetup.Write(_folder, Rules, destinations));
    }

    private async Task SendAsync(Appliance appliance, int from, int to)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        for (var index = from; index < to; index++)
        {
            var (mail, isUtf8) = (index % 3) switch { 0 => (_odd.Next(), false), 1 => _usual.Next(), _ => _converted.Next() };
            var parameters = isUtf8 ? " SMTPUTF8 BODY=8BITMIME" : " BODY=8BITMIME";
            Assert.StartsWith("250", await conversation.AskAsync($"MAIL FROM:<al@sender.test>{parameters}"), StringComparison.Ordinal);
            var recipient = index % 3 == 2 ? "old@example.com" : "bo@example.com";
            Assert.StartsWith("250", await conversation.AskAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
            // DATA can't carry a mail that ends within a line.
            byte[] whole = mail.AsSpan().EndsWith("\r\n"u8) ? mail : [.. mail, .. "\r\n"u8];
            Assert.StartsWith("250", await conversation.DataAsync(whole), StringComparison.Ordinal);
        }
    }

    private string Key(string selector, string pem)
    {
        var file = Path.Combine(_folder.CreateFolder("keys"), selector + ".pem");
        File.WriteAllText(file, pem);
        _zone[$"{selector}._domainkey.{Domain}"] = SigningKeyFile.PublicRecord(file);
        return $"{{ domain: {Domain}, selector: {selector}, key: \"{file}\" }}";
    }

    private static string RsaPem()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportRSAPrivateKeyPem();
    }

    /// <summary>RFC 8410 §7.</summary>
    private static string Ed25519Pem() => PemEncoding.WriteString(
        "PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. RandomNumberGenerator.GetBytes(32)]);

    private async Task<List<string>> VerifyAsync(SignaturePeer peer, string order, List<byte[]> mails)
    {
        var answers = await peer.AskAsync(mails.Select(mail => new JsonObject
        {
            [order] = Convert.ToBase64String(mail),
            ["zone"] = new JsonObject(_zone.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))),
        }));
        return [.. answers.Select(answer => answer is null ? "fault" : order == "arc" ? answer.Value.GetProperty("arc").GetString()!
            : string.Join(' ', answer.Value.GetProperty("results").EnumerateArray().Select(result => result.GetRawText())))];
    }

    private static IEnumerable<string> Different(SignaturePeer peer, List<string> answers, string expected, List<byte[]> mails) =>
        answers.Zip(mails).Where(pair => pair.First != expected)
            .Select(pair => $"{peer.Name}: {pair.First}\n{Convert.ToBase64String(pair.Second)}").Take(3);
}
