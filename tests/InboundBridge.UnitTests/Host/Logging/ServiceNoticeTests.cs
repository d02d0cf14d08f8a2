using System.Net.Sockets;
using System.Text;
using InboundBridge.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

public sealed class ServiceNoticeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ib-sd-").FullName;
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };

    public void Dispose()
    {
        _systemd.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Systemd_hears_of_start_life_and_stop()
    {
        var path = Path.Combine(_folder, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(path));
        Hear(path);
    }

    [Fact]
    public void An_abstract_socket_works_too()
    {
        var name = Path.GetFileName(_folder);
        _systemd.Bind(new UnixDomainSocketEndPoint("\0" + name));
        Hear("@" + name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nonexistent/notify")]
    public void Without_systemd_nothing_happens(string? socket)
    {
        using var notice = new ServiceNotice(socket, "x");
        notice.Ready("ready");
        notice.Alive();
        notice.Stopping();
        Assert.Null(notice.WatchdogEvery);
    }

    private void Hear(string socket)
    {
        using var notice = new ServiceNotice(socket, "30000000");
        Assert.Equal(TimeSpan.FromSeconds(15), notice.WatchdogEvery);
        notice.Ready("listening on\n127.0.0.1:25");
        Assert.Equal("READY=1\nSTATUS=listening on 127.0.0.1:25", Receive());
        notice.Alive();
        Assert.Equal("WATCHDOG=1", Receive());
        notice.Stopping();
        Assert.Equal("STOPPING=1", Receive());
    }

    private string Receive()
    {
        var octets = new byte[1024];
        return Encoding.UTF8.GetString(octets, 0, _systemd.Receive(octets));
    }
}
