using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Demo;

/// <summary>
/// A name server on loopback that knows the SPF and DMARC records of the sample senders and nothing else. The demo asks no other, so it
/// works without a network, and its forged mail is found out by the same checks as any other.
/// </summary>
internal sealed class DemoDns : IAsyncDisposable
{
    private const int HeaderLength = 12;
    private const int Txt = 16;
    private const int NameError = 3;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyDictionary<string, string> _texts;
    private readonly Task _answering;

    /// <param name="texts">Names in lower case, each with the text of its TXT record (up to 255 octets).</param>
    public DemoDns(IReadOnlyDictionary<string, string> texts)
    {
        _texts = texts;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _answering = AnswerAllAsync();
    }

    public string Address => _socket.LocalEndPoint!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _answering;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAllAsync()
    {
        var question = new byte[512];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(question, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (AnswerTo(question.AsSpan(0, received.ReceivedBytes)) is { } answer)
                    await _socket.SendToAsync(answer, received.RemoteEndPoint, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The one who asked has closed its port: the answer is not wanted any more.
            }
        }
    }

    /// <summary>The answer (RFC 1035 §4); null for what is no question.</summary>
    private byte[]? AnswerTo(ReadOnlySpan<byte> question)
    {
        if (question.Length < HeaderLength || NameOf(question[HeaderLength..], out var length) is not { } name)
            return null;
        var end = HeaderLength + length + 4;
        if (question.Length < end)
            return null;
        var isText = BinaryPrimitives.ReadUInt16BigEndian(question[(end - 4)..]) == Txt;
        var text = _texts.GetValueOrDefault(name);
        var answer = new List<byte>(question[..end].ToArray());
        // An answer with authority; the question's own bit for recursion stays.
        answer[2] = (byte)(0x84 | (question[2] & 1));
        answer[3] = (byte)(0x80 | (text is null ? NameError : 0));
        (answer[4], answer[5]) = (0, 1);
        (answer[6], answer[7]) = (0, (byte)(text is not null && isText ? 1 : 0));
        (answer[8], answer[9], answer[10], answer[11]) = (0, 0, 0, 0);
        if (text is not null && isText)
        {
            var octets = Encoding.ASCII.GetBytes(text);
            // The name by its place in the question, TXT, IN, one minute.
            answer.AddRange([0xC0, HeaderLength, 0, Txt, 0, 1, 0, 0, 0, 60, 0, (byte)(octets.Length + 1), (byte)octets.Length]);
            answer.AddRange(octets);
        }
        return [.. answer];
    }

    private static string? NameOf(ReadOnlySpan<byte> octets, out int length)
    {
        var labels = new List<string>();
        length = 0;
        while (length < octets.Length)
        {
            var label = octets[length++];
            if (label == 0)
                return string.Join('.', labels).ToLowerInvariant();
            if (label > 63 || length + label > octets.Length)
                return null;
            labels.Add(Encoding.ASCII.GetString(octets.Slice(length, label)));
            length += label;
        }
        return null;
    }
}
