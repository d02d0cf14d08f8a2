using System.Security.Cryptography;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// The appliance never holds a whole message in memory: its peak grows by far less than the message, to every kind of destination.
/// </summary>
[Collection(nameof(Alone))]
public sealed class A_50_MB_mail_passes_with_flat_memory : IDisposable
{
    private const int Size = 50_000_000;

    // For buffers, and memory that the garbage collector has not returned yet; less than a copy of the message.
    private const long AllowedGrowth = 40_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Through_a_raw_webhook()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await PassAsync(
            "webhook: out", ApplianceSetup.Webhook("out", receiver, "raw"), async mails => (await receiver.WaitForAsync(mails))[^1].Body);
        Assert.All(receiver.Accepted, request => Assert.True(request.Verified, request.Problem));
    }

    [Fact]
    public async Task Through_lmtp()
    {
        await using var boxes = await Dovecot.StartAsync(_folder, new DovecotOptions());
        await PassAsync("lmtp: out", ApplianceSetup.Lmtp("out", $"127.0.0.1:{boxes.LmtpPort}"), async mails =>
            (await boxes.WaitForAsync("al", mails)).MaxBy(mail => mail.Length)!);
    }

    [Fact]
    public async Task Through_a_relay()
    {
        await using var sink = await SmtpSink.StartAsync(_folder);
        await PassAsync("relay: out", ApplianceSetup.Relay("out", sink.Port), async mails => (await sink.WaitForAsync(mails))[^1].Bytes);
    }

    [Fact]
    public async Task Through_a_json_webhook_that_leaves_the_attachment_out()
    {
        var content = new byte[Size / 100 * 72];
        RandomNumberGenerator.Fill(content);
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await PassAsync(
            "webhook: out",
            ApplianceSetup.Webhook("out", receiver, more: "attachments: { inline: 1MB, otherwise: omit }"),
            async mails => (await receiver.WaitForAsync(mails))[^1].Body,
            MailText.WithAttachment(content),
            MailText.WithAttachment(content[..700_000]));
        var attachment = Assert.Single(receiver.Accepted[^1].Data.GetProperty("attachments").EnumerateArray());
        Assert.Equal(content.Length, attachment.GetProperty("size").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), attachment.GetProperty("sha256").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, attachment.GetProperty("content").ValueKind);
    }

    private async Task PassAsync(
        string action, string destination, Func<int, Task<byte[]>> arrivedAsync, byte[]? mail = null, byte[]? warmUp = null)
    {
        var asItIs = mail is null;
        mail ??= MailText.Large(Size);
        warmUp ??= MailText.Large(1_000_000);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything(action), [destination]));
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith("250", await conversation.SendAsync(warmUp, "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        await arrivedAsync(1);
        appliance.Process.ForgetMemoryPeak();
        var before = appliance.Process.Memory("VmHWM");

        Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        var came = await arrivedAsync(2);

        var growth = appliance.Process.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"peak memory {before / 1_000_000} MB, and {growth / 1_000_000} MB more for a mail of {mail.Length / 1_000_000} MB");
        Assert.True(
            !asItIs || came.AsSpan().EndsWith(mail), $"came with {came.Length} octets, {Convert.ToHexString(SHA256.HashData(came))}");
        Assert.True(growth < AllowedGrowth, $"peak memory grew by {growth} octets from {before}");
    }
}
