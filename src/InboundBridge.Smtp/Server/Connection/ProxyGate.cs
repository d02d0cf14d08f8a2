using System.Buffers;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>Reads the PROXY header of a connection that comes from a network where one is required.</summary>
internal static class ProxyGate
{
    /// <summary>A proxy sends its header at once; the specification asks receivers to wait for at least 3 s.</summary>
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(5);

    /// <summary>False when no valid header came; the caller closes the connection without a reply.</summary>
    public static async ValueTask<bool> PassAsync(
        SmtpConversation conversation, SmtpPeer peer, SmtpListenerOptions listener, CancellationToken abort)
    {
        if (peer.ClientIp is not { } proxy || !listener.ProxyProtocol.Any(network => network.Contains(proxy)))
            return true;
        conversation.Timer.Start(HeaderTime);
        var input = conversation.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(abort);
            var buffer = result.Buffer;
            var octets = buffer.IsSingleSegment
                ? buffer.First
                : buffer.Slice(0, Math.Min(buffer.Length, ProxyHeader.LongestBlock)).ToArray();
            var status = ProxyHeader.Parse(octets.Span, out var header, out var consumed);
            if (status == ProxyHeaderStatus.Valid)
            {
                input.AdvanceTo(buffer.GetPosition(consumed));
                peer.Remote = header.Source ?? peer.Remote;
                peer.Local = header.Destination ?? peer.Local;
                return true;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (status == ProxyHeaderStatus.Invalid || result.IsCompleted || conversation.Timer.Expired || conversation.IsShuttingDown)
                return false;
        }
    }
}
