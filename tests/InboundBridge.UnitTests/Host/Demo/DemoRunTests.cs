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
}
