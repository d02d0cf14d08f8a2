using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>DNS over the network: UDP from a new port for each question, or TCP.</summary>
internal static class DnsSockets
{
    private const int LargestDatagram = 4096;

    /// <summary>
    /// So many packets that are no answer come only from a forger, who may guess right in the end. TCP can't be forged so.
    /// </summary>
    private const int MostWrongAnswers = 32;

    public static ValueTask<DnsMessage> ExchangeAsync(
        IPEndPoint server, DnsQuery query, bool overTcp, CancellationToken cancellationToken) =>
        overTcp ? OverTcpAsync(server, query, cancellationToken) : OverUdpAsync(server, query, cancellationToken);

    /// <summary>Waits for the answer and ignores other packets, so that a wrong guess of a forger does not end the wait.</summary>
    private static async ValueTask<DnsMessage> OverUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        // A new socket gets a new random port (RFC 5452 §9.2). Because it is connected, only packets of the server arrive.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(query.Octets, SocketFlags.None, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestDatagram);
        try
        {
            for (var wrong = 0; wrong < MostWrongAnswers; wrong++)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(0, LargestDatagram), SocketFlags.None, cancellationToken);
                switch (query.Compare(buffer.AsSpan(0, length)))
                {
                    case DnsQueryMatch.Exact:
                        return DnsMessageReader.TryRead(buffer.AsSpan(0, length), out var message) ? message! : DnsMessage.Unusable;
                    case DnsQueryMatch.OtherCase:
                        // Either an old server changed the case of the letters, or the answer is forged.
                        return DnsMessage.Unusable;
                }
            }
            return DnsMessage.Unusable;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<DnsMessage> OverTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[query.Octets.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Octets.Length);
        query.Octets.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
        await stream.ReadExactlyAsync(framed.AsMemory(0, 2), cancellationToken);
        int length = BinaryPrimitives.ReadUInt16BigEndian(framed);
        var answer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await stream.ReadExactlyAsync(answer.AsMemory(0, length), cancellationToken);
            if (query.Compare(answer.AsSpan(0, length)) == DnsQueryMatch.None)
                throw new IOException("the answer over TCP does not belong to the question");
            if (!DnsMessageReader.TryRead(answer.AsSpan(0, length), out var message) || message!.Truncated)
                throw new IOException("the answer over TCP is broken");
            return message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
        }
    }
}
