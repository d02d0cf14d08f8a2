using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Health;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// The directory <c>spool.path</c> of a node whose spool is shared. It holds nothing that has to last: <c>bodies/</c> has large mails while
/// they are received or delivered, and a crash leaves files that the next start removes. <c>lock</c> keeps a second process of this machine
/// out, which would remove the files of the first.
/// </summary>
internal sealed class NodeFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly DiskWatch _disk;
    private readonly string _bodies;
    private readonly bool _isMaskPrivate;
    private long _number;

    /// <exception cref="SpoolRefusedException">Another process uses the directory, or it can't be used.</exception>
    public NodeFolder(string path, TimeProvider clock)
    {
        try
        {
            PrivateFiles.CreateFolder(path);
            _lock = PrivateFiles.OpenAlone(Path.Combine(path, "lock"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SpoolRefusedException(
                $"spool.path {path} is in use by another process of this machine, or can't be written: {fault.Message}", fault);
        }
        Files = new BodyFiles(path);
        _bodies = Path.Combine(path, "bodies");
        _isMaskPrivate = PrivateFiles.IsMaskPrivate();
        _disk = new DiskWatch(Files, clock);
        foreach (var left in Directory.EnumerateFiles(_bodies))
            File.Delete(left);
    }

    /// <summary>Where large mails are while they are received.</summary>
    public IBodyFiles Files { get; }

    /// <summary>Octets free on this node's disk; null if that is unknown.</summary>
    public long? FreeBytes => _disk.FreeBytes;

    /// <summary>A file that goes when its handle is closed.</summary>
    /// <exception cref="SpoolUnavailableException">The disk is full, or fails.</exception>
    public SafeFileHandle CreateTransient()
    {
        var path = Path.Combine(_bodies, $"fetched-{Interlocked.Increment(ref _number)}");
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            if (!_isMaskPrivate)
                PrivateFiles.Tighten(file);
            return file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException($"a large mail can't be fetched into {_bodies}: {fault.Message}", fault);
        }
    }

    public void Dispose() => _lock.Dispose();
}
