using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Values;

namespace InboundBridge.Setup;

/// <summary>Why an address can't be listened on, in words for the operator.</summary>
internal sealed record ListenerObstacle(EndPoint Address, SocketError Cause, string Message)
{
    /// <summary>The last port that Linux keeps for root, unless net.ipv4.ip_unprivileged_port_start says otherwise.</summary>
    private const int LastPrivilegedPort = 1023;

    /// <summary>True if it may not exist at another time, or for another user.</summary>
    public bool DependsOnWhoStarts => Cause is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;

    private int? Port => Address switch
    {
        IPEndPoint ip => ip.Port,
        DnsEndPoint name => name.Port,
        _ => null,
    };

    public string Remedy => (Cause, Port) switch
    {
        (SocketError.AddressAlreadyInUse, { } port) =>
            $"stop the program that has it (ss -ltnp 'sport = :{port}' shows which), or choose another port",
        (SocketError.AddressAlreadyInUse, null) => "stop the program that has it, or choose another path",
        (SocketError.AccessDenied, <= LastPrivilegedPort) =>
            "ports below 1024 need a capability: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, --sysctl net.ipv4.ip_unprivileged_port_start=0 for a container, or another port",
        (SocketError.AccessDenied, null) => "give this user the right to write to the directory, or choose another path",
        (SocketError.AddressNotAvailable, { }) => "no network interface of this machine has that address: ip addr lists them",
        (SocketError.AddressNotAvailable, null) => "choose another path, or make the directory",
        (SocketError.AddressFamilyNotSupported, _) => "this machine has no IPv6: use an IPv4 address",
        _ => "choose another address",
    };

    /// <param name="key">The key in the configuration, such as <c>smtp.listeners[0]</c>.</param>
    /// <param name="name">The listener's name; null if it has none.</param>
    public string Text(string key, string? name)
    {
        var address = EndPointText.Format(Address);
        var named = name is null || name == address ? string.Empty : $" ({name})";
        var why = Cause switch
        {
            SocketError.AddressAlreadyInUse => $"the {(Port is null ? "socket" : "port")} is in use",
            SocketError.AccessDenied => "this user is not permitted to",
            _ => Message,
        };
        return $"{key}{named}: can't listen on {address}: {why}";
    }
}
