using System.Net.Sockets;
using System.Security.Authentication;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>Describes in a few words why there was no answer. All of these failures are temporary.</summary>
internal static class WebhookFault
{
    public static string Describe(HttpRequestException fault) => fault.HttpRequestError switch
    {
        _ when Innermost<PrivateAddressException>(fault) is { } refused => refused.Message,
        _ when Innermost<StaleConnectionException>(fault) is { } stale => stale.Message,
        HttpRequestError.NameResolutionError => "DNS: the receiver's name was not found",
        HttpRequestError.ConnectionError => $"no connection: {Socket(fault)}",
        HttpRequestError.SecureConnectionError => $"TLS: {fault.GetBaseException().Message}",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's header is too long",
        HttpRequestError.InvalidResponse => "the answer is no HTTP",
        HttpRequestError.ResponseEnded => "the connection ended before the answer",
        _ => Innermost<SocketException>(fault) is null ? fault.Message : $"the connection broke: {Socket(fault)}",
    };

    /// <summary>The receiver did not see the request, because it had closed the idle connection.</summary>
    public static bool IsStale(HttpRequestException fault) => Innermost<StaleConnectionException>(fault) is not null;

    private static string Socket(Exception fault) => Innermost<SocketException>(fault)?.SocketErrorCode switch
    {
        null => fault.Message,
        SocketError.ConnectionRefused => "refused",
        SocketError.TimedOut => "timed out",
        SocketError.ConnectionReset => "reset",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "unreachable",
        { } other => other.ToString(),
    };

    private static T? Innermost<T>(Exception fault)
        where T : Exception
    {
        for (var inner = fault.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
                return found;
        }
        return null;
    }
}
