using System.Net.Sockets;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Listening;

namespace InboundBridge.UnitTests.Host.Hosting.Listening;

/// <summary>A socket file has its mode from the start: at no moment could others connect.</summary>
public class ListenSocketsTests
{
    [Theory]
    [InlineData(null, "600")]
    [InlineData("660", "660")]
    [InlineData("666", "666")]
    public void It_has_its_mode_before_anybody_listens(string? wanted, string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists");
        if (OperatingSystem.IsWindows())
            return;
        var folder = Directory.CreateTempSubdirectory("inboundbridge-socket-");
        try
        {
            var path = Path.Combine(folder.FullName, "lmtp");
            var address = new UnixDomainSocketEndPoint(path);
            var listener =
                new ListenerOptions
                {
                    Name = "lmtp",
                    Address = address,
                    SocketMode = wanted is null
                    ? null : (UnixFileMode)Convert.ToInt32(wanted, 8)
                };
            using var socket = new ListenSockets([listener]).Create(address);
            Assert.Equal((UnixFileMode)Convert.ToInt32(mode, 8), File.GetUnixFileMode(path));
            using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => other.Connect(address)).SocketErrorCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
