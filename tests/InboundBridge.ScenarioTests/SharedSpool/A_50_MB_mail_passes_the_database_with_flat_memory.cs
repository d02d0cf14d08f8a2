using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// A large mail is streamed into the database and out of it again: neither the node nor a process of the database holds it in memory.
/// </summary>
[Collection(nameof(Alone))]
public sealed class A_50_MB_mail_passes_the_database_with_flat_memory : IDisposable
{
    private const int Size = 50_000_000;

    // As for the embedded spool: buffers, and memory that the garbage collector has not returned yet; less than a copy of the message.
    private const long AllowedGrowth = 40_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_and_out()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var node = await Appliance.StartAsync(
            _folder, Node.Configuration(_folder, postgres.ConnectionText, ApplianceSetup.Webhook("app", receiver, "raw"), "node"), "node");
        await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
        await SendAsync(conversation, MailText.Large(1_000_000));
        await receiver.WaitForAsync(1, state: () => node.Log);
        node.Process.ForgetMemoryPeak();
        var before = node.Process.Memory("VmHWM");

        var mail = MailText.Large(Size);
        await SendAsync(conversation, mail);
        var came = (await receiver.WaitForAsync(2, state: () => node.Log))[^1].Body;

        var growth = node.Process.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"peak memory {before / 1_000_000} MB, and {growth / 1_000_000} MB more for a mail of {Size / 1_000_000} MB");
        Assert.True(came.AsSpan().EndsWith(mail), $"came with {came.Length} octets");
        Assert.Equal(
            ["2"], await postgres.ReadAsync("SELECT count(DISTINCT message)::text FROM chunks"));
        Assert.True(growth < AllowedGrowth, $"peak memory grew by {growth} octets from {before}");
    }

    private static async Task SendAsync(SmtpConversation conversation, byte[] mail) => Assert.StartsWith(
        "250", await conversation.SendAsync(mail, "al@sender.test", "al@example.com"), StringComparison.Ordinal);
}
