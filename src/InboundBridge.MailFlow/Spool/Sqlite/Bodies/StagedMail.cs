using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>
/// A mail on its way in. In memory up to the inline limit, in its file of <c>bodies/</c> beyond; the file is removed when this is disposed uncommitted, and a
/// crash leaves it for the sweep at the next start.
/// </summary>
internal sealed class StagedMail(string id, IBodyFiles files, int inlineLimit) : StagedMessage
{
    private const int FirstBuffer = 8 * 1024;

    /// <summary>What is gathered before the file is written once it has one.</summary>
    private const int FileBuffer = 64 * 1024;

    private byte[] _buffer = BodyPool.Rent(FirstBuffer);
    private int _filled;
    private SafeFileHandle? _file;
    private long _written;
    private IncrementalHash? _hash;
    private BodyBuffer? _sealed;
    private string? _sha256;
    private bool _isDisposed;

    public override string Id => id;

    public override long Length => _written + _filled;

    public override MimeSource Content => _sealed is null ? new Prefix(this) : MimeSource.FromMemory(_sealed.Memory);

    public override string Sha256 => _sha256 ?? throw new InvalidOperationException("the message is not sealed");

    public bool IsInFile => _file is not null;

    /// <summary>Set by the commit: the file belongs to a row now, or it can't be told whether it does.</summary>
    public bool KeepFile { get; set; }

    /// <summary>The octets of a small sealed message.</summary>
    public BodyBuffer Buffer => _sealed ?? throw new InvalidOperationException("the message is not sealed, or not small");

    public override Memory<byte> GetBuffer()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_sha256 is not null)
            throw new InvalidOperationException("the message is sealed");
        if (_filled == _buffer.Length)
            Grow();
        return _buffer.AsMemory(_filled);
    }

    public override ValueTask AdvanceAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _filled);
        _filled += count;
        if (_file is null ? _filled > inlineLimit : _filled == _buffer.Length)
            WriteOut();
        return ValueTask.CompletedTask;
    }

    public override ValueTask SealAsync(CancellationToken cancellationToken)
    {
        if (_sha256 is not null)
            return ValueTask.CompletedTask;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (_file is null)
        {
            SHA256.HashData(_buffer.AsSpan(0, _filled), digest);
            _sealed = new BodyBuffer(_buffer, _filled);
        }
        else
        {
            WriteOut();
            _hash!.GetHashAndReset(digest);
        }
        _sha256 = Convert.ToHexStringLower(digest);
        return ValueTask.CompletedTask;
    }

    /// <summary>The file reaches the disk; nothing for a small message.</summary>
    public void Flush()
    {
        if (_file is not null)
            Guard(() => files.Flush(_file));
    }

    public override ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return ValueTask.CompletedTask;
        _isDisposed = true;
        _hash?.Dispose();
        if (_sealed is not null)
            _sealed.Release();
        else
            BodyPool.Return(_buffer);
        if (_file is not null)
        {
            _file.Dispose();
            if (!KeepFile)
                files.Delete(id);
        }
        return ValueTask.CompletedTask;
    }

    private void Grow()
    {
        var larger = BodyPool.Rent(Math.Max(_buffer.Length * 2, FirstBuffer));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        BodyPool.Return(_buffer);
        _buffer = larger;
    }

    private void WriteOut()
    {
        if (_file is null)
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Guard(() => _file = files.Create(id));
        }
        var octets = _buffer.AsMemory(0, _filled);
        _hash!.AppendData(octets.Span);
        Guard(() => files.Write(_file!, octets.Span, _written));
        _written += _filled;
        _filled = 0;
        if (_buffer.Length < FileBuffer)
        {
            BodyPool.Return(_buffer);
            _buffer = BodyPool.Rent(FileBuffer);
        }
    }

    private static void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException($"the body can't be written: {fault.Message}", fault);
        }
    }

    /// <summary>What has been written so far, wherever it is. It lends no memory: the buffer may be exchanged by what is written next.</summary>
    private sealed class Prefix(StagedMail mail) : MimeSource
    {
        private readonly long _length = mail.Length;

        public override long Length => _length;

        public override int Read(long offset, Span<byte> destination)
        {
            var wanted = (int)Math.Min(_length - offset, destination.Length);
            if (wanted <= 0)
                return 0;
            if (offset < mail._written)
                return RandomAccess.Read(mail._file!, destination[..(int)Math.Min(wanted, mail._written - offset)], offset);
            mail._buffer.AsSpan((int)(offset - mail._written), wanted).CopyTo(destination);
            return wanted;
        }
    }
}
