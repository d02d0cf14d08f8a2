using System.Net;
using System.Net.Sockets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// A listener that can't be bound gives one line with its key, its address, the cause and the remedy, no stack trace, and exit code 1. The
/// command check says so too.
/// </summary>
public sealed class A_port_that_is_taken_is_named : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("smtp.listeners[0] (mx)", Appliance.SmtpAddress)]
    [InlineData("http.listen", Appliance.HttpAddress)]
    public async Task By_its_key(string key, string place)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = other.LocalEndpoint.ToString()!;
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("hold: look"), ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"])
            .Replace(place, taken, StringComparison.Ordinal)
            .Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal);
        var file = _folder.Write("inboundbridge.yaml", configuration);

        var run = await Appliance.RunAsync(["run", "--config", file], _folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{key}: can't listen on {taken}: the port is in use", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]), "it made its data directory");

        var check = await Appliance.RunAsync(["check", "--config", file], _folder.Path);
        Assert.Equal(0, check.ExitCode);
        Assert.Contains($"warning: {key}: can't listen on {taken}: the port is in use", check.Output, StringComparison.Ordinal);
    }
}
