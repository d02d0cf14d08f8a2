using System.Net;
using System.Net.Sockets;
using InboundBridge.Demo;
using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Demo;

/// <summary>The demo from its command line, with the overrides that somebody gives it.</summary>
public sealed class DemoRunTests
{
    [Fact]
    public async Task Overrides_are_in_force()
    {
        var run = new CommandRun();
        var code = await run.RunAsync(
            "demo", "--once", "--set", "http.listen=127.0.0.1:0", "--set", "hostname=mx.other.example",
            "--set", "destinations.helpdesk.webhook.secret=whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXI=");
        Assert.True(code == 0, run.Out + run.Error);
        Assert.Contains("NOT SIGNED  rule 'support mail for the helpdesk'", run.Out, StringComparison.Ordinal);
        Assert.Contains("signature verified  rule 'invoices for accounting'", run.Out, StringComparison.Ordinal);
        Assert.Contains("all three arrived", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules.default=nowhere", "nowhere")]
    [InlineData("smtp.listeners=[{ name: demo, address: \"127.0.0.1:0\" }]", "the demo needs a listener named 'sample' in smtp.listeners")]
    public async Task An_override_with_which_there_is_no_demo_is_refused(string set, string words)
    {
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("demo", "--once", "--set", "http.listen=127.0.0.1:0", "--set", set));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_command_line_that_the_demo_does_not_have_is_told_in_words()
    {
        var run = new CommandRun();
        var code = await run.RunAsync(
            "demo", "--set", "http.listen=127.0.0.1:0", "--set",
            $"http.tokens=[{{ name: al, role: admin, hash: $hmac-sha256$c2FsdHNhbHRzYWx0c2FsdA${new string('A', 43)} }}]");
        Assert.True(code == 1, run.Out + run.Error);
        Assert.Contains("the demo can't read its own API", run.Error, StringComparison.Ordinal);
        Assert.Contains("leave http.tokens and http.listen.tls out of --set", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http.listen")]
    [InlineData("smtp.listeners.0.address")]
    public async Task A_port_of_the_command_line_that_is_taken_is_named_with_the_option_that_chooses_another(string key)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var run = new CommandRun();
        Assert.Equal(
            1, await run.RunAsync("demo", "--once", "--set", "http.listen=127.0.0.1:0", "--set", $"{key}={other.LocalEndpoint}"));
        Assert.Contains($"can't listen on {other.LocalEndpoint}: the port is in use", run.Error, StringComparison.Ordinal);
        Assert.Contains($"--set {key}=127.0.0.1:PORT", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, DemoPorts.FreeOr(((IPEndPoint)other.LocalEndpoint).Port));
    }

    [Fact]
    public void A_usual_port_that_is_taken_is_told_unless_the_command_line_names_another()
    {
        var taken = new DemoPorts(0, 0);
        Assert.Equal(
            [
                "port 8080 is in use by another program, so the web UI is at http://127.0.0.1:40001/ui; "
                    + "--set http.listen=127.0.0.1:PORT chooses a port",
                "port 2525 is in use by another program, so SMTP is at 127.0.0.1:40002; "
                    + "--set smtp.listeners.0.address=127.0.0.1:PORT chooses a port",
            ],
            taken.Notes([], "127.0.0.1:40002", "http://127.0.0.1:40001/ui"));
        Assert.Empty(new DemoPorts(2525, 8080).Notes([], "127.0.0.1:2525", "http://127.0.0.1:8080/ui"));
        Assert.Single(taken.Notes(["http.listen=127.0.0.1:0"], "127.0.0.1:40002", "http://127.0.0.1:40001/ui"));
        Assert.Single(taken.Notes(["smtp.listeners.0.address=127.0.0.1:0"], "127.0.0.1:40002", "http://127.0.0.1:40001/ui"));
    }
}
