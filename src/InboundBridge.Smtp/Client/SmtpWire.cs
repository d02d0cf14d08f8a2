using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// The client's side of one connection, with a time limit for each step. Used by one caller at a time, and useless after its first fault.
/// </summary>
internal sealed class SmtpWire : IDisposable
{
    /// <summary>
    /// Commands and the message gather in this buffer and are sent together. Most messages fit, and it stays below the large object heap.
    /// </summary>
    public const int BufferSize = 64 * 1024;

    private readonly TimeProvider _clock;
    private readonly SmtpReplyReader _reader;
    private readonly CancellationTokenSource _deadline;
    private Stream _stream;
    private byte[]? _buffer;
    private int _used;
    private long _started;
    private TimeSpan _limit = Timeout.InfiniteTimeSpan;
    private TimeSpan _armed;
    private CancellationTokenRegistration _registration;

    public SmtpWire(Stream stream, SmtpReplyLimits limits, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
        _reader = new SmtpReplyReader(limits);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>A step has failed, or the server has announced that it closes the connection.</summary>
    public bool Broken { get; private set; }

    /// <summary>The server has sent something unasked or has closed the connection, so the connection can't be used again.</summary>
    public bool HasUnasked
    {
        get
        {
            if (Broken || _reader.HasMore)
                return true;
            var inner = _stream is SslStream tls ? TlsTransport : _stream;
            return inner is NetworkStream { Socket: { } socket } && !IsQuiet(socket);
        }
    }

    private Stream? TlsTransport { get; set; }

    /// <summary>Limits the time of all further steps together.</summary>
    public void LimitTotal(TimeSpan limit)
    {
        _started = _clock.GetTimestamp();
        _limit = limit;
    }

    /// <summary>Adds a command, to be sent by <see cref="FlushAsync"/>.</summary>
    public void Append(string command)
    {
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(command.Length) + 2).Span;
        var length = Encoding.UTF8.GetBytes(command, room);
        "\r\n"u8.CopyTo(room[length..]);
        _used += length + 2;
    }

    public void Append(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Reserve(octets.Length).Span);
        _used += octets.Length;
    }

    /// <summary>
    /// The free part of the buffer, at least <paramref name="atLeast"/> octets. Call
    /// <see cref="Advance"/> with the number that were filled.
    /// </summary>
    public Memory<byte> Reserve(int atLeast)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        if (_buffer.Length - _used < atLeast)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _used + atLeast));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsMemory(_used);
    }

    public int Free => _buffer is null ? BufferSize : _buffer.Length - _used;

    public void Advance(int count) => _used += count;

    public async ValueTask FlushAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_used == 0)
            return;
        var token = Arm(timeout, cancellationToken);
        try
        {
            await _stream.WriteAsync(_buffer.AsMemory(0, _used), token);
        }
        catch (Exception fault) when (IsWireFault(fault))
        {
            throw Break(fault, cancellationToken);
        }
        finally
        {
            _used = 0;
            Disarm();
        }
    }

    /// <summary>Reads the next whole reply.</summary>
    public async ValueTask<SmtpReply> ReadReplyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var token = Arm(timeout, cancellationToken);
        try
        {
            var reply = await _reader.ReadAsync(_stream, token);
            Broken |= reply.Closes;
            return reply;
        }
        catch (Exception fault) when (IsWireFault(fault))
        {
            throw Break(fault, cancellationToken);
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>Sends one command and reads its reply.</summary>
    public async ValueTask<SmtpReply> AskAsync(string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Append(command);
        await FlushAsync(timeout, cancellationToken);
        return await ReadReplyAsync(timeout, cancellationToken);
    }

    public async ValueTask SecureAsync(SslClientAuthenticationOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _reader.Discard();
        if (_stream is NetworkStream { Socket: { } socket })
            PollingThread.Disable(socket);
        await PollingThread.Leave();
        var token = Arm(timeout, cancellationToken);
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        TlsTransport = _stream;
        _stream = tls;
        try
        {
            await tls.AuthenticateAsClientAsync(options, token);
        }
        catch (Exception fault) when (IsWireFault(fault))
        {
            var broken = Break(fault, cancellationToken);
            throw broken is SmtpClientException { Fault: SmtpFault.Lost }
                ? SmtpClientException.Tls($"TLS handshake failed: {fault.GetBaseException().Message}", fault)
                : broken;
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>Gives the connection up without QUIT. The server then discards a message that has not ended (RFC 5321 §4.1.1.4).</summary>
    public void Abort() => Broken = true;

    /// <summary>Returns the buffer to the pool, so that an idle connection holds none.</summary>
    public void Rest()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
        _used = 0;
        _limit = Timeout.InfiniteTimeSpan;
    }

    public void Dispose()
    {
        Broken = true;
        Rest();
        _stream.Dispose();
        _deadline.Dispose();
    }

    private CancellationToken Arm(TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _armed = timeout;
        if (_limit != Timeout.InfiniteTimeSpan)
        {
            var left = _limit - _clock.GetElapsedTime(_started);
            _armed = left < TimeSpan.Zero ? TimeSpan.Zero : left < timeout ? left : timeout;
        }
        _deadline.CancelAfter(_armed);
        _registration = cancellationToken.UnsafeRegister(static deadline => ((CancellationTokenSource)deadline!).Cancel(), _deadline);
        return _deadline.Token;
    }

    private void Disarm()
    {
        _registration.Dispose();
        if (!_deadline.IsCancellationRequested)
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    private Exception Break(Exception fault, CancellationToken cancellationToken)
    {
        Broken = true;
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException("the attempt was cancelled", fault, cancellationToken);
        if (fault is SmtpClientException known)
            return known;
        return _deadline.IsCancellationRequested ? SmtpClientException.TimedOut(_armed) : SmtpClientException.Lost(fault);
    }

    private static bool IsWireFault(Exception fault) =>
        fault is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException or SocketException;

    private static bool IsQuiet(Socket socket)
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception fault) when (fault is ObjectDisposedException or SocketException)
        {
            return false;
        }
    }
}
