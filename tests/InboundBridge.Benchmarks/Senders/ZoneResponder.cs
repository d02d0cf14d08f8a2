using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Benchmarks.Senders;

/// <summary>
/// A DNS server for one zone: a thread of this process that answers each query over UDP after the same time. Every measured system asks
/// it, so it costs all of them the same.
/// </summary>
internal sealed class ZoneResponder : IDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromMilliseconds(200);

    private readonly SenderZone _zone;
    private readonly TimeSpan _delay;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly byte[] _query = new byte[ZoneAnswer.Most];
    private readonly byte[] _answer = new byte[ZoneAnswer.Most];

    // In the order of their times, since all wait equally long.
    private readonly Queue<(long Due, byte[] Answer, SocketAddress Client)> _waiting = new();
    private SocketAddress _client = new(AddressFamily.InterNetwork);
    private long _answers;
    private volatile bool _stopping;

    /// <param name="address">Port 0 for any.</param>
    /// <param name="delay">From a query to its answer.</param>
    public ZoneResponder(SenderZone zone, IPEndPoint address, TimeSpan delay)
    {
        (_zone, _delay) = (zone, delay);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 * 1024 * 1024 };
        _socket.Bind(address);
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Run) { IsBackground = true, Name = "dns" };
        _thread.Start();
    }

    public IPEndPoint Address { get; }

    /// <summary>So far.</summary>
    public long Answers => Volatile.Read(ref _answers);

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            if (_socket.Poll(UntilNext(), SelectMode.SelectRead))
                Take();
            while (_waiting.TryPeek(out var next) && next.Due <= Stopwatch.GetTimestamp())
            {
                _waiting.Dequeue();
                Send(next.Answer, next.Client);
            }
        }
    }

    private TimeSpan UntilNext()
    {
        if (!_waiting.TryPeek(out var next))
            return StopWithin;
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next.Due);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Take()
    {
        var length = _socket.ReceiveFrom(_query, SocketFlags.None, _client);
        var answered = ZoneAnswer.Write(_query.AsSpan(0, length), _zone, _answer);
        if (answered == 0)
            return;
        if (_delay == TimeSpan.Zero)
        {
            Send(_answer.AsSpan(0, answered), _client);
            return;
        }
        var due = Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency);
        _waiting.Enqueue((due, _answer.AsSpan(0, answered).ToArray(), _client));
        _client = new SocketAddress(AddressFamily.InterNetwork);
    }

    private void Send(ReadOnlySpan<byte> answer, SocketAddress client)
    {
        // First the count: whoever has the answer may read it.
        Volatile.Write(ref _answers, _answers + 1);
        _socket.SendTo(answer, SocketFlags.None, client);
    }
}
