using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Logging;

/// <summary>
/// Reports the service's state to systemd (sd_notify(3)): sends a datagram to the socket that NOTIFY_SOCKET names. Without that variable
/// it does nothing, so callers need not check.
/// </summary>
internal sealed class ServiceNotice : IDisposable
{
    private readonly Socket? _socket;

    /// <param name="notifySocket">
    /// NOTIFY_SOCKET: a path, or '@' and a name in the abstract namespace; null or empty without systemd.
    /// </param>
    /// <param name="watchdogMicroseconds">WATCHDOG_USEC; null without a watchdog.</param>
    public ServiceNotice(string? notifySocket, string? watchdogMicroseconds)
    {
        if (string.IsNullOrEmpty(notifySocket) || notifySocket[0] is not ('/' or '@'))
            return;
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
            WatchdogEvery = TimeSpan.FromMicroseconds(microseconds / 2);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? "\0" + notifySocket[1..] : notifySocket));
        }
        catch (SocketException)
        {
            // The supervisor that started us is gone: nobody is left to notify.
            _socket.Dispose();
            _socket = null;
        }
    }

    /// <summary>How often <see cref="Alive"/> is to be called: half of what systemd allows; null when it doesn't watch.</summary>
    public TimeSpan? WatchdogEvery { get; }

    public static ServiceNotice OfProcess() =>
        new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    public void Stopping() => Send("STOPPING=1");

    public void Alive() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    private static string OneLine(string status) => status.ReplaceLineEndings(" ");

    private void Send(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // A lost notice must not end the service. Without notices systemd's own time limits apply.
        }
    }
}
