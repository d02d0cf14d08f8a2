using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>nmap's script tries sixteen forms of a foreign recipient that careless servers take for a local one.</summary>
public sealed class Nmap_finds_no_open_relay : IDisposable
{
    private const string OpenRelay = "Server is an open relay";
    private const string NoOpenRelay = "Server doesn't seem to be an open relay, all tests failed";

    private const string NeedsLogIn = "Server isn't an open relay, authentication needed";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task At_an_mx_or_where_mail_is_submitted()
    {
        var users = _folder.Write("users.yaml", $"users: [{{ name: app, password: \"{SecretHash.Make("letmein", 1000)}\" }}]\n");
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: scanned"),
            [],
            $"users: {{ file: {users} }}\n{ApplianceSetup.Tls(new TestCertificate(_folder))}",
            """
            listeners: [
                { name: mx, address: "127.0.0.1:0" },
                { name: submission, address: "127.0.0.1:0", mode: submission },
                { name: submission-tls, address: "127.0.0.1:0", mode: submission, tls: require },
              ]
            """));

        var mx = await ScanAsync(appliance.PortOf("mx"));
        Assert.Contains(NoOpenRelay, mx, StringComparison.Ordinal);
        Assert.Matches(@"smtp-commands: mx\.example\.com, PIPELINING, SIZE \d+, .*CHUNKING, .*STARTTLS", mx);
        foreach (var name in new[] { "submission", "submission-tls" })
        {
            Assert.Contains(NeedsLogIn, await ScanAsync(appliance.PortOf(name)), StringComparison.Ordinal);
            Assert.True(await appliance.MetricAsync(
                "inboundbridge_smtp_commands_total", $"listener=\"{name}\"", "verb=\"MAIL\"", "code=\"530\"") > 0, appliance.Log);
        }

        Assert.Equal(16, await appliance.MetricAsync("inboundbridge_smtp_commands_total", "verb=\"RCPT\""));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_smtp_commands_total", "verb=\"RCPT\"", "code=\"250\""));
    }

    /// <summary>The control: the scan recognizes an open relay.</summary>
    [Fact]
    public async Task But_it_would()
    {
        await using var sink = await SmtpSink.StartAsync(_folder);
        Assert.Contains(OpenRelay, await ScanAsync(sink.Port), StringComparison.Ordinal);
    }

    /// <summary>The plus makes the script run on ports other than those of SMTP.</summary>
    private static async Task<string> ScanAsync(int port)
    {
        string[] arguments =
        [
            "-sT", "-Pn", "-n", "-v", "-p", $"{port}", "--script", "+smtp-open-relay,+smtp-commands",
            "--script-args", "smtp-open-relay.domain=scan.test,smtp-commands.domain=scan.test", "127.0.0.1",
        ];
        return (await PeerProcess.RunAsync("nmap", PeerPrograms.Find("nmap", "nmap"), arguments)).Succeeded("nmap").Output;
    }
}
