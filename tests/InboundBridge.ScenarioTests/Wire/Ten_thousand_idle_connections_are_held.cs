using System.Diagnostics;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>Clients that hold idle connections cost little memory and don't keep mail out.</summary>
[Collection(nameof(Alone))]
public sealed class Ten_thousand_idle_connections_are_held : IDisposable
{
    private const int Connections = 10_000;
    private const int Addresses = 100;
    private const long AllowedMemory = 600_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_less_than_600_MB()
    {
        if (!Crowd.Fits(Connections))
            PeerPrograms.Missing<bool>($"{Connections} connections need a higher limit of open files: ulimit -n {Connections * 2}");
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: arrived"),
            [],
            smtp: $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }], limits: { connections: 12000, connections_per_client: 1000, command_timeout: 30m }"""));
        var empty = appliance.Process.Memory("VmRSS");
        using var crowd = new Crowd(appliance.SmtpPort);
        var start = Stopwatch.GetTimestamp();
        await crowd.GreetedAsync(Connections, Addresses);
        var opened = Stopwatch.GetElapsedTime(start);
        Assert.Equal(Connections, await appliance.MetricAsync("inboundbridge_smtp_connections_open"));

        start = Stopwatch.GetTimestamp();
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
            Assert.StartsWith("250 2.0.0", await conversation.SendAsync(
                MailText.Numbered(1), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        var served = Stopwatch.GetElapsedTime(start);

        var (held, peak) = (appliance.Process.Memory("VmRSS"), appliance.Process.Memory("VmHWM"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Connections} connections, opened in {opened.TotalSeconds:0.0} s: {held / 1_000_000} MB resident "
            + $"({empty / 1_000_000} MB without them, {(held - empty) / Connections} octets each), peak {peak / 1_000_000} MB; "
            + $"a mail in between took {served.TotalMilliseconds:0} ms");
        Assert.True(peak < AllowedMemory, $"{peak} octets resident at the peak");
        // Only the sender's connection has ended.
        await Deadline.Usual.UntilAsync(async () => await appliance.MetricAsync(
            "inboundbridge_smtp_connections_open") == Connections, "the sender's connection to end", () => appliance.Log);
        crowd.Dispose();
        await Deadline.Usual.UntilAsync(async () => await appliance.MetricAsync(
            "inboundbridge_smtp_connections_open") == 0, "the connections to end", () => appliance.Log);
    }
}
