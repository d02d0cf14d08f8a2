using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Watching;

/// <summary>A real rsyslog reads facility, severity, MSGID and structured data of each line, over each transport.</summary>
public sealed class Rsyslog_understands_the_log : IDisposable
{
    private readonly PeerFolder _folder = new();
    private readonly TestAuthority _authority;

    public Rsyslog_understands_the_log() => _authority = new TestAuthority(_folder);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("unix")]
    public async Task Over_each_transport(string transport)
    {
        await using var rsyslog = await Rsyslog.StartAsync(_folder, _authority, FreePort.Choose(2));
        var address = transport switch { "udp" => rsyslog.Udp, "tcp" => rsyslog.Tcp, "tls" => rsyslog.Tls, _ => rsyslog.Socket };
        await using var appliance = await StartAsync(address);
        var server = $"127.0.0.1:{appliance.SmtpPort}";
        Assert.Equal(0, (await Peers.Appliance.RunAsync(["send", "--server", server, "--to", "a@example.com"])).ExitCode);
        await Deadline.Usual.UntilAsync(
            () => rsyslog.Lines.Any(line => line.Contains("|message_received|", StringComparison.Ordinal)), "the mail's line",
            () => rsyslog.Log + appliance.Log);
        var parts = rsyslog.Lines.First(line => line.Contains("|message_received|", StringComparison.Ordinal)).Split('|');
        Assert.Equal(("mail.info", "inboundbridge"), (parts[0], parts[1]));
        Assert.StartsWith("[inboundbridge@32473 id=\"", parts[3], StringComparison.Ordinal);
        Assert.Contains("recipients=\"a@example.com\"", parts[3], StringComparison.Ordinal);
        Assert.Contains(rsyslog.Lines, line => line.Contains("|ready|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_wait_while_it_is_away_and_arrive_when_it_is_back()
    {
        var ports = FreePort.Choose(2);
        await using var appliance = await StartAsync($"tcp://127.0.0.1:{ports[0]}");
        await appliance.LoggedAsync("syslog_fails");
        var server = $"127.0.0.1:{appliance.SmtpPort}";
        Assert.Equal(0, (await Peers.Appliance.RunAsync(["send", "--server", server, "--to", "a@example.com", "--count", "5"])).ExitCode);
        await using var rsyslog = await Rsyslog.StartAsync(_folder, _authority, ports);
        await Deadline.Usual.UntilAsync(
            () => rsyslog.Lines.Count(line => line.Contains("|message_received|", StringComparison.Ordinal)) == 5, "five mails' lines",
            () => rsyslog.Log + appliance.Log);
        await appliance.LoggedAsync("syslog_works");
        Assert.Contains(rsyslog.Lines, line => line.Contains("|ready|", StringComparison.Ordinal));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_syslog_lines_lost_total"));
    }

    /// <summary>The connection of before is closed while nothing is logged; the next line must not be written into it.</summary>
    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task After_a_restart_of_the_receiver_no_line_is_missing(string transport)
    {
        var ports = FreePort.Choose(2);
        var first = await Rsyslog.StartAsync(_folder, _authority, ports);
        await using var appliance = await StartAsync(transport == "tcp" ? first.Tcp : first.Tls);
        var server = $"127.0.0.1:{appliance.SmtpPort}";
        await SendAsync("one@example.com");
        await ArrivedAsync(first, "one@example.com");
        await first.DisposeAsync();
        await using var second = await Rsyslog.StartAsync(_folder, _authority, ports);
        await SendAsync("two@example.com");
        await ArrivedAsync(second, "two@example.com");

        async Task SendAsync(string recipient) =>
            Assert.Equal(0, (await Peers.Appliance.RunAsync(["send", "--server", server, "--to", recipient])).ExitCode);

        Task ArrivedAsync(Rsyslog rsyslog, string recipient) => Deadline.Usual.UntilAsync(
            () => rsyslog.Lines.Any(line => line.Contains("|message_received|", StringComparison.Ordinal)
                && line.Contains(recipient, StringComparison.Ordinal)), $"the line of the mail for {recipient}",
            () => rsyslog.Log + appliance.Log);
    }

    [Fact]
    public async Task A_receiver_whose_certificate_is_not_trusted_gets_nothing()
    {
        await using var rsyslog = await Rsyslog.StartAsync(_folder, _authority, FreePort.Choose(2));
        await using var appliance = await StartAsync(rsyslog.Tls, trusts: false);
        await appliance.LoggedAsync("syslog_fails");
        Assert.Empty(rsyslog.Lines);
    }

    private Task<Peers.Appliance> StartAsync(string syslog, bool trusts = true) => Peers.Appliance.StartAsync(
        _folder, $$"""
            hostname: mx.example.com
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Peers.Appliance.SmtpAddress}}" }] }
            http: { listen: "{{Peers.Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            rules: { default: hold }
            log: { syslog: "{{syslog}}" }
            """,
        environment: trusts ? new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = _authority.File } : null);
}
