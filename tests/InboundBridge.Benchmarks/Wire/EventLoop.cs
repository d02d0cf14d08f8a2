using System.Net;
using System.Net.Sockets;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// Serves all connections of a sink or a load generator on one thread, without tasks and without a buffer for each connection: it shares
/// the cores with the measured system, so it must cost little.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromMilliseconds(200);

    private readonly Epoll _epoll = new();
    private readonly Dictionary<int, LoopConnection> _connections = [];
    private readonly Queue<(long Due, LoopConnection Connection, Action<LoopConnection> Do)> _later = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
    private readonly Thread _thread;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _listener;
    private Func<Socket, LoopConnection>? _accept;
    private volatile bool _stopping;

    public EventLoop(string name) => _thread = new Thread(Run) { IsBackground = true, Name = name };

    /// <summary>Faults if anything but <see cref="Dispose"/> ends the loop; otherwise it never completes.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Listens on a free port of loopback. Call it before <see cref="Start"/>.</summary>
    /// <returns>The port.</returns>
    public int Listen(Func<Socket, LoopConnection> accept)
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _accept = accept;
        _epoll.Watch(Descriptor(_listener), Epoll.Readable);
        return ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>Call it before <see cref="Start"/>, or on the loop's thread.</summary>
    public void Add(LoopConnection connection)
    {
        connection.Socket.Blocking = false;
        connection.Socket.NoDelay = true;
        connection.Loop = this;
        var descriptor = Descriptor(connection.Socket);
        _connections[descriptor] = connection;
        _epoll.Watch(descriptor, Epoll.Readable);
    }

    /// <summary>Does something for a connection after a time, which has to be the same for all. Call it on the loop's thread.</summary>
    public void After(TimeSpan delay, LoopConnection connection, Action<LoopConnection> act) =>
        At(Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), connection, act);

    /// <summary>Does something for a connection at a time, which no call may go back from. Call it on the loop's thread.</summary>
    /// <param name="due">A timestamp of <see cref="Stopwatch"/>.</param>
    public void At(long due, LoopConnection connection, Action<LoopConnection> act) => _later.Enqueue((due, connection, act));

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stopping = true;
        if (_thread.ThreadState != ThreadState.Unstarted && _thread != Thread.CurrentThread)
            _thread.Join();
        foreach (var connection in _connections.Values)
            connection.Socket.Dispose();
        _listener?.Dispose();
        _epoll.Dispose();
    }

    internal void WantToWrite(LoopConnection connection, bool wanted) =>
        _epoll.Change(Descriptor(connection.Socket), wanted ? Epoll.Readable | Epoll.Writable : Epoll.Readable);

    private static int Descriptor(Socket socket) => (int)socket.Handle;

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                var count = _epoll.Wait(UntilNext());
                DoWhatIsDue();
                for (var index = 0; index < count; index++)
                {
                    var (descriptor, events) = _epoll.Ready(index);
                    if (_connections.TryGetValue(descriptor, out var connection))
                        Serve(descriptor, connection, events);
                    else if (_listener is not null)
                        Accept(_listener);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
        {
            _failed.SetException(exception);
        }
    }

    private TimeSpan UntilNext()
    {
        if (!_later.TryPeek(out var next))
            return StopWithin;
        // epoll waits for whole milliseconds: a wait that is rounded down would end too early, again and again.
        var left = Math.Ceiling((next.Due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
        return TimeSpan.FromMilliseconds(Math.Clamp(left, 0, StopWithin.TotalMilliseconds));
    }

    private void DoWhatIsDue()
    {
        while (_later.TryPeek(out var next) && next.Due <= Stopwatch.GetTimestamp())
        {
            _later.Dequeue();
            if (!next.Connection.Ended)
                next.Do(next.Connection);
        }
    }

    private void Accept(Socket listener)
    {
        while (listener.Poll(0, SelectMode.SelectRead))
        {
            var connection = _accept!(listener.Accept());
            Add(connection);
            connection.Begin();
        }
    }

    private void Serve(int descriptor, LoopConnection connection, uint events)
    {
        if ((events & Epoll.Writable) != 0)
            connection.WriteRest();
        if ((events & ~Epoll.Writable) != 0)
            Read(connection);
        if (!connection.Ended)
            return;
        _connections.Remove(descriptor);
        connection.Socket.Dispose();
    }

    private void Read(LoopConnection connection)
    {
        var count = connection.Socket.Receive(_buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
            connection.PeerClosed(error);
        else
            connection.Take(_buffer.AsSpan(0, count));
    }
}
