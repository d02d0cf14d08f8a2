using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Sends one question to one server and returns its answer. Tests replace it with a zone.</summary>
/// <exception cref="IOException">Or <see cref="SocketException"/>: the server can't be reached.</exception>
internal delegate ValueTask<DnsMessage> DnsExchange(IPEndPoint server, DnsQuery query, bool overTcp, CancellationToken cancellationToken);

/// <summary>DNS over the network: UDP from a new port for each question, or TCP.</summary>
internal static class DnsSockets
{
    private const int LargestDatagram = 4096;

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
        var buffer = new byte[LargestDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (!DnsMessageReader.TryRead(buffer.AsMemory(0, length), out var message) || !message!.IsResponse || message.Id != query.Id)
                continue;
            if (message.Question.Span.SequenceEqual(query.Question.Span))
                return message;
            // Either an old server changed the case of the letters, or the answer is forged. TCP can't be forged, so ask again over TCP.
            if (IsSameName(message.Question.Span, query.Question.Span))
                return message with { Truncated = true };
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
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (!DnsMessageReader.TryRead(answer, out var message) || !message!.IsResponse || message.Truncated || message.Id != query.Id
            || !IsSameName(message.Question.Span, query.Question.Span))
        {
            throw new IOException("the answer over TCP does not belong to the question");
        }
        return message;
    }

    private static bool IsSameName(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
            return false;
        for (var index = 0; index < one.Length; index++)
        {
            if (one[index] != other[index] && ((one[index] ^ other[index]) != 0x20 || !char.IsAsciiLetter((char)one[index])))
                return false;
        }
        return true;
    }
}
