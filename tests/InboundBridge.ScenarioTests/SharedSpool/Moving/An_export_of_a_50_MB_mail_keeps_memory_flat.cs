using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool.Moving;

/// <summary>Exports and imports stream: a large mail is in no process as a whole.</summary>
[Collection(nameof(Alone))]
public sealed class An_export_of_a_50_MB_mail_keeps_memory_flat : IDisposable
{
    private const int Size = 50_000_000;

    /// <summary>The runtime, the driver and buffers take about half of it.</summary>
    private const long Allowed = 150_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_the_database_to_a_file_and_into_a_directory()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var webhook = ApplianceSetup.Webhook("app", receiver, "raw");
        var configuration = Node.Configuration(_folder, postgres.ConnectionText, webhook, "node");
        await receiver.GoDownAsync();
        await using (var node = await Appliance.StartAsync(_folder, configuration, "node"))
        {
            await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Large(Size), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
            await node.StopAsync();
        }
        var shared = new SpoolTool(_folder, configuration, "shared");
        var embedded = new SpoolTool(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [webhook]), "embedded");
        var file = _folder["large.export"];
        var figures = new[]
        {
            ("export", await shared.MeasureAsync("export", file)),
            ("import", await embedded.MeasureAsync("import", file)),
            ("export of the directory", await embedded.MeasureAsync("export", _folder["again.export"])),
            ("verify", await embedded.MeasureAsync("verify")),
        };
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", figures.Select(figure => $"{figure.Item1} {figure.Item2 / 1_000_000} MB")));
        Assert.True(new FileInfo(file).Length > Size);
        Assert.All(figures, figure => Assert.True(figure.Item2 is > 0 and < Allowed, $"{figure.Item1}: {figure.Item2} octets"));
    }
}
