using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>
/// A mail that is being received. Prelude and octets stay in one pooled buffer up to the inline limit. Beyond it the octets go to a file of
/// <c>bodies/</c>, which holds nothing but what was received. The file is removed when this is disposed of uncommitted; what a crash leaves
/// is swept at the next start.
/// </summary>
internal sealed class StagedMail : StagedMessage
{
    private const int FirstBuffer = 8 * 1024;

    /// <summary>Octets gathered before each write to the file.</summary>
    private const int FileBuffer = 64 * 1024;

    private readonly string _id;
    private readonly IBodyFiles _files;
    private readonly int _inlineLimit;
    private readonly int _preludeLength;
    private byte[] _buffer;
    private int _filled;
    private byte[] _prelude = [];
    private SafeFileHandle? _file;
    private long _written;
    private IncrementalHash? _hash;
    private MailBuffer? _sealed;
    private MailContent? _content;
    private string? _sha256;
    private bool _isDisposed;

    public StagedMail(string id, ReadOnlySpan<byte> prelude, IBodyFiles files, int inlineLimit)
    {
        (_id, _files, _inlineLimit) = (id, files, inlineLimit);
        _buffer = BodyPool.Rent(Math.Max(FirstBuffer, prelude.Length));
        prelude.CopyTo(_buffer);
        _filled = _preludeLength = prelude.Length;
    }

    public override string Id => _id;

    public override long Length => _file is null ? _filled - _preludeLength : _written + _filled;

    public override MailContent Content => _content ?? new Prefix(this);

    public override string Sha256 => _sha256 ?? throw new InvalidOperationException("the message is not sealed");

    public bool IsInFile => _file is not null;

    /// <summary>Valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Prelude => _file is null ? _buffer.AsMemory(0, _preludeLength) : _prelude;

    /// <summary>Set by the commit: the file belongs to a row now, or it can't be told whether it does.</summary>
    public bool KeepFile { get; set; }

    /// <summary>The octets of a small sealed message.</summary>
    public MailBuffer Buffer => _sealed ?? throw new InvalidOperationException("the message is not sealed, or not small");

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
        if (_file is null ? _filled > _inlineLimit : _filled == _buffer.Length)
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
            _sha256 = Convert.ToHexStringLower(digest);
            _sealed = new MailBuffer(_buffer, _filled, _preludeLength) { Sha256 = _sha256 };
            _sealed.TryHold();
            _content = _sealed.ToContent();
        }
        else
        {
            WriteOut();
            _hash!.GetHashAndReset(digest);
            _sha256 = Convert.ToHexStringLower(digest);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The file reaches the disk; nothing for a small message.</summary>
    public void Flush()
    {
        if (_file is not null)
            Guard(() => _files.Flush(_file));
    }

    public override ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return ValueTask.CompletedTask;
        _isDisposed = true;
        _hash?.Dispose();
        _content?.Dispose();
        if (_sealed is not null)
            _sealed.Release();
        else
            BodyPool.Return(_buffer);
        if (_file is not null)
        {
            _file.Dispose();
            if (!KeepFile)
                _files.Delete(_id);
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
        var octets = _buffer.AsMemory(0, _filled);
        if (_file is null)
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Guard(() => _file = _files.Create(_id));
            // The prelude goes into the message's row, and the buffer is about to be filled with other octets.
            _prelude = octets[.._preludeLength].ToArray();
            _hash.AppendData(_prelude);
            octets = octets[_preludeLength..];
        }
        _hash!.AppendData(octets.Span);
        Guard(() => _files.Write(_file!, octets.Span, _written));
        _written += octets.Length;
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

    /// <summary>What had come when this was made. It lends no memory, because the buffer is exchanged as more comes.</summary>
    private sealed class Prefix(StagedMail mail) : MailContent
    {
        private readonly long _length = mail._preludeLength + mail.Length;

        public override long Length => _length;

        public override int PreludeLength => mail._preludeLength;

        public override int Read(long offset, Span<byte> destination)
        {
            var wanted = (int)Math.Min(_length - offset, destination.Length);
            if (wanted <= 0)
                return 0;
            if (mail._file is null)
                return Copy(mail._buffer.AsSpan((int)offset, wanted), destination);
            if (offset < mail._preludeLength)
                return Copy(mail._prelude.AsSpan((int)offset, (int)Math.Min(wanted, mail._preludeLength - offset)), destination);
            var within = offset - mail._preludeLength;
            return within < mail._written
                ? RandomAccess.Read(mail._file, destination[..(int)Math.Min(wanted, mail._written - within)], within)
                : Copy(mail._buffer.AsSpan((int)(within - mail._written), wanted), destination);
        }

        public override ValueTask<string> ReadSha256Async(CancellationToken cancellationToken) =>
            mail._sha256 is { } known && _length == mail._preludeLength + mail.Length
                ? new(known)
                : base.ReadSha256Async(cancellationToken);

        private static int Copy(ReadOnlySpan<byte> octets, Span<byte> destination)
        {
            octets.CopyTo(destination);
            return octets.Length;
        }
    }
}
