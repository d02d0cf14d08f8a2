using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// The two directions of one connection, with a time limit on each step. Used by one caller at a time. After the first fault nothing more can be done with it.
/// </summary>
internal sealed class SmtpWire : IDisposable
{
    /// <summary>Commands and mail gather here and leave together. Most mails fit, and it stays below the large object heap.</summary>
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

    /// <summary>True once a step failed, or the peer said that it closes.</summary>
    public bool Broken { get; private set; }

    /// <summary>True when the peer has said something that nobody asked for, or has closed: whatever it is, the connection is of no more use.</summary>
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

    /// <summary>From now on, all steps together may take this long.</summary>
    public void LimitTotal(TimeSpan limit)
    {
        _started = _clock.GetTimestamp();
        _limit = limit;
    }

    /// <summary>Adds a command; it leaves with <see cref="FlushAsync"/>.</summary>
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

    /// <summary>What is free of the buffer, at least <paramref name="atLeast"/> octets; <see cref="Advance"/> says how many were filled.</summary>
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

    /// <summary>The next reply, whole, within the time.</summary>
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

    /// <summary>One command and its reply.</summary>
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
            PollingThread.GoOnElsewhere(socket);
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

    /// <summary>Ends the connection without another word: a mail that is under way is then not a mail (RFC 5321 §4.1.1.4).</summary>
    public void Abort() => Broken = true;

    /// <summary>Gives the buffer back: an idle connection holds none.</summary>
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
            return new OperationCanceledException("the attempt was given up", fault, cancellationToken);
        if (fault is SmtpClientException known)
            return known;
        return _deadline.IsCancellationRequested ? SmtpClientException.TimedOut(_armed) : SmtpClientException.Lost(fault);
    }

    private static bool IsWireFault(Exception fault) =>
        fault is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException or System.Net.Sockets.SocketException;

    private static bool IsQuiet(System.Net.Sockets.Socket socket)
    {
        try
        {
            return !socket.Poll(0, System.Net.Sockets.SelectMode.SelectRead);
        }
        catch (Exception fault) when (fault is ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
