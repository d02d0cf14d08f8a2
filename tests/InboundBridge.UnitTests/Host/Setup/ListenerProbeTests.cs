using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Values;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>
/// What can't be listened on is named with its key, its address, the cause and the remedy; by
/// check before the start, by the start without a stack trace.
/// </summary>
public sealed class ListenerProbeTests : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_port_in_use_is_found_and_a_free_one_is_left_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = (IPEndPoint)other.LocalEndpoint;
        var obstacle = ListenerProbe.Try(address)!;
        Assert.True(obstacle.DependsOnWhoStarts);
        Assert.Equal($"smtp.listeners[0] (mx): can't listen on {address}: the port is in use", obstacle.Text("smtp.listeners[0]", "mx"));
        Assert.Contains($"sport = :{address.Port}", obstacle.Remedy, StringComparison.Ordinal);
        Assert.NotNull(ListenerProbe.Try(new DnsEndPoint("localhost", address.Port)));
        other.Stop();
        Assert.Null(ListenerProbe.Try(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    [Fact]
    public void A_privileged_port_names_the_right_that_is_missing()
    {
        var obstacle = new ListenerObstacle(new IPEndPoint(IPAddress.Any, 25), SocketError.AccessDenied, "Permission denied");
        Assert.True(obstacle.DependsOnWhoStarts);
        Assert.Equal("smtp.listeners[0]: can't listen on 0.0.0.0:25: this user is not permitted to", obstacle.Text("smtp.listeners[0]", "0.0.0.0:25"));
        Assert.Contains("CAP_NET_BIND_SERVICE", obstacle.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_no_interface_is_an_error_on_this_machine()
    {
        var obstacle = ListenerProbe.Try(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 2525))!;
        Assert.False(obstacle.DependsOnWhoStarts);
        Assert.Contains("no network interface", obstacle.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Unix_sockets_are_tried_as_well()
    {
        var path = Path.Combine(_folder.Path, "lmtp");
        Assert.Null(ListenerProbe.Try(new UnixDomainSocketEndPoint(path)));
        Assert.False(File.Exists(path));
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(path));
        server.Listen();
        Assert.Equal(SocketError.AddressAlreadyInUse, ListenerProbe.Try(new UnixDomainSocketEndPoint(path))!.Cause);
        server.Dispose();
        Assert.False(ListenerProbe.Try(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "none", "lmtp")))!.DependsOnWhoStarts);
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "not a socket");
        Assert.NotNull(ListenerProbe.Try(new UnixDomainSocketEndPoint(file)));
        Assert.Equal("not a socket", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("0.0.0.0:25", "127.0.0.1:25", true)]
    [InlineData("[::]:25", "0.0.0.0:25", true)]
    [InlineData("[::]:25", "192.0.2.1:25", true)]
    [InlineData("localhost:25", "127.0.0.1:25", true)]
    [InlineData("unix:/a", "unix:/a", true)]
    [InlineData("unix:/a", "unix:/b", false)]
    [InlineData("127.0.0.1:25", "127.0.0.1:26", false)]
    [InlineData("127.0.0.1:25", "192.0.2.1:25", false)]
    [InlineData("0.0.0.0:25", "[::1]:25", false)]
    [InlineData("127.0.0.1:0", "127.0.0.1:0", false)]
    public void Two_addresses_that_exclude_each_other(string one, string other, bool collide)
    {
        Assert.True(
            EndPointText.TryParse(one, out var first) && EndPointText.TryParse(other, out var second)
            && EndPointText.Collide(first, second) == collide && EndPointText.Collide(second, first) == collide);
    }

    [Fact]
    public async Task Check_finds_what_a_start_would_refuse()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var file = Write($$"""
            domains: [example.com]
            spool: { path: data }
            smtp: { listeners: [{ address: "127.0.0.1:{{port}}" }] }
            http: { listen: "192.0.2.1:8080", tokens: [{ name: ops, hash: "$hmac-sha256$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }] }
            users: { file: users.yaml }
            tls: { certificates: [{ cert: cert.pem, key: key.pem }] }
            rules: { path: . }
            """);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "users.yaml"), "users: [{ name: al, password: plain }]", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "cert.pem"), "broken", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "key.pem"), "broken", TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--config", file));
        Assert.Matches(@"yaml:3:\d+: warning: smtp\.listeners\[0\]: can't listen on .*: the port is in use \(", check.Out);
        Assert.Matches(@"yaml:4:\d+: error: http\.listen: can't listen on 192\.0\.2\.1:8080", check.Out);
        Assert.Matches(@"users\.yaml:1:\d+: error: expected a hash", check.Out);
        Assert.Matches(@"yaml:6:\d+: error: certificate .*cert\.pem", check.Out);
    }

    [Fact]
    public async Task Offline_looks_at_neither_ports_nor_keys()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var file = Write($$"""
            domains: [example.com]
            smtp: { listeners: [{ address: "127.0.0.1:{{((IPEndPoint)other.LocalEndpoint).Port}}" }] }
            http: { listen: "192.0.2.1:8080", tokens: [{ name: ops, hash: "$hmac-sha256$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }] }
            rules: { default: hold }
            tls: { certificates: [{ cert: /nowhere/cert.pem, key: /nowhere/key.pem }] }
            """);
        var check = new CommandRun();
        var code = await check.RunAsync("check", "--offline", "--config", file);
        Assert.True(code == 0, check.Out);
        Assert.DoesNotContain("warning", check.Out, StringComparison.Ordinal);
        Assert.Equal(1, await check.RunAsync("check", "--config", file));
    }

    private string Write(string yaml)
    {
        var file = Path.Combine(_folder.Path, "inboundbridge.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }
}
